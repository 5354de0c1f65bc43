import { z } from "zod";
import type { Json } from "#core/contract/json.ts";
import type { HookWords } from "./hook-words.ts";

/** https://docs.slack.dev/apis/events-api/#callback-field */
const Callback = z.object({
  type: z.literal("event_callback"),
  event: z.object({
    type: z.string(),
    subtype: z.string().optional(),
    bot_id: z.string().optional(),
    bot_profile: z.unknown().optional(),
    user: z.string().optional(),
    channel: z.string().optional(),
    text: z.string().optional(),
    reaction: z.string().optional(),
  }),
});

/** What happened in a Slack, in a sentence; undefined for what is not its kind of body. People and channels are ids there. */
export function slackWords(body: Json): HookWords | undefined {
  const event = Callback.safeParse(body).data?.event;
  if (event === undefined) return undefined;
  const what = (event.subtype ?? event.type).replaceAll("_", " ");
  const by = event.user === undefined ? "" : ` by ${event.user}`;
  const where = event.channel === undefined ? "" : ` in ${event.channel}`;
  const said = event.text ?? event.reaction;
  return { title: `Slack: ${what}${by}${where}`, facts: said === undefined ? [] : [{ label: "Said", value: said }] };
}

/** Whether a program did it. What NEXUS posts comes back as such an event, and would be posted again and again. */
export function isByProgram(body: Json): boolean {
  const event = Callback.safeParse(body).data?.event;
  return event?.bot_id !== undefined || event?.bot_profile !== undefined || event?.subtype === "bot_message";
}
