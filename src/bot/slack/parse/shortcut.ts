import { z } from "zod";
import { attachmentsOf, SlackFile } from "./attached-files.ts";
import { ignored, type Parsed } from "./parsed.ts";
import { commandPlace, messageRef, msOfTs, personOf } from "./place.ts";
import { readableText } from "./readable-text.ts";

/** https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload#message-actions */
export const MessageShortcut = z.object({
  type: z.literal("message_action"),
  callback_id: z.string(),
  trigger_id: z.string(),
  response_url: z.string(),
  action_ts: z.string(),
  user: z.object({ id: z.string(), team_id: z.string().optional(), name: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
  channel: z.object({ id: z.string() }),
  message: z.object({
    ts: z.string(),
    text: z.string().optional(),
    files: z.array(SlackFile).optional(),
  }),
});

/** “Ask NEXUS about this”: the message is handed on by whoever chose it, and only they see the answer. */
export function parseShortcut(body: z.infer<typeof MessageShortcut>): Parsed {
  const { team, user, channel, message, action_ts } = body;
  if (body.callback_id !== "ask_about_message") return ignored(`an unknown shortcut, ${body.callback_id}`);
  if (!team) return ignored("the shortcut names no workspace");
  return {
    kind: "inbound",
    inbound: {
      kind: "message",
      dedupeKeys: [`slack:shortcut:${body.trigger_id}`],
      sentAtMs: msOfTs(action_ts),
      actor: personOf(team.id, user.id, user.team_id, user.name),
      conversation: commandPlace(team.id, channel.id, user.id),
      source: messageRef(team.id, channel.id, message.ts),
      text: readableText(message.text ?? "", undefined).slice(0, 40_000),
      addressedBy: "name",
      attachments: attachmentsOf(team.id, message.files),
    },
    answering: { triggerId: body.trigger_id, responseUrl: body.response_url },
  };
}
