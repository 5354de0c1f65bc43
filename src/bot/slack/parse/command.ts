import { z } from "zod";
import { ignored, type Parsed } from "./parsed.ts";
import { commandPlace, personOf } from "./place.ts";
import { readableText } from "./readable-text.ts";

/** https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
export const SlashCommand = z.object({
  command: z.string(),
  text: z.string().optional(),
  team_id: z.string().optional(),
  channel_id: z.string(),
  user_id: z.string(),
  user_name: z.string().optional(),
  trigger_id: z.string(),
  response_url: z.string(),
});

/** `/nexus …`: its first word names what is wanted; alone it asks for help. */
export function parseCommand(body: z.infer<typeof SlashCommand>, now: Date): Parsed {
  const { team_id: tenantId, channel_id, user_id, user_name, trigger_id, response_url } = body;
  if (tenantId === undefined) return ignored("the command names no workspace");
  const [, name = "help", rest = ""] = /^(\S+)\s*([^]*)$/.exec(readableText(body.text ?? "", undefined)) ?? [];
  return {
    kind: "inbound",
    inbound: {
      kind: "command",
      dedupeKeys: [`slack:command:${trigger_id}`],
      sentAtMs: now.getTime(),
      actor: personOf(tenantId, user_id, undefined, user_name),
      conversation: commandPlace(tenantId, channel_id, user_id),
      name,
      rest,
      attachments: [],
    },
    answering: { triggerId: trigger_id, responseUrl: response_url },
  };
}
