import { z } from "zod";
import type { Inbound } from "#core/contract/message.ts";
import { attachmentsOf, SlackFile } from "./attached-files.ts";
import { ignored, type Parsed } from "./parsed.ts";
import { isDirect, messageRef, msOfTs, personOf, threadPlace } from "./place.ts";
import { mentionsIn, readableText } from "./readable-text.ts";

/** https://docs.slack.dev/reference/events/message and …/app_mention */
const Message = z.object({
  type: z.enum(["message", "app_mention"]),
  subtype: z.string().optional(),
  user: z.string().optional(),
  /** The author's own workspace, when it is another one. */
  user_team: z.string().optional(),
  source_team: z.string().optional(),
  team: z.string().optional(),
  bot_id: z.string().nullish(),
  text: z.string().optional(),
  channel: z.string(),
  channel_type: z.string().optional(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  files: z.array(SlackFile).optional(),
});

export interface MessageContext {
  readonly tenantId: string;
  readonly eventId: string;
  readonly botUserId: string | undefined;
  readonly isShared: boolean | undefined;
}

/** Everything else that has a subtype is Slack's own telling of joins, edits, pins and the like. */
const SPOKEN: readonly string[] = ["file_share", "thread_broadcast"];

/** A message, or a mention: one message may arrive as both, and is known by its own name then. */
export function parseMessage(event: unknown, context: MessageContext): Parsed {
  const read = Message.safeParse(event);
  if (!read.success) return ignored("a message that cannot be read");
  const message = read.data;
  const { tenantId, eventId, botUserId, isShared } = context;
  const { channel, ts, user, text = "", subtype, thread_ts: threadTs } = message;
  if (subtype !== undefined && !SPOKEN.includes(subtype)) return ignored(`a message of subtype ${subtype}`);
  if (user === undefined || typeof message.bot_id === "string") return ignored("a message no person wrote");
  if (user === botUserId) return ignored("a message of our own");

  const mentions = mentionsIn(text);
  const isNamed = message.type === "app_mention" || (botUserId !== undefined && mentions.includes(botUserId));
  const isDm = message.channel_type === "im" || isDirect(channel);
  const isInThread = threadTs !== undefined && threadTs !== ts;
  if (!isNamed && !isDm) {
    if (!isInThread) return ignored("a message that does not name NEXUS");
    if (mentions.length > 0) return ignored("a message that addresses somebody else");
  }

  const homeTeam = message.user_team ?? message.source_team ?? (isShared === true ? message.team : undefined);
  const inbound: Inbound = {
    kind: "message",
    dedupeKeys: [`slack:${tenantId}:${channel}:${ts}`, `slack:event:${eventId}`],
    sentAtMs: msOfTs(ts),
    actor: personOf(tenantId, user, homeTeam),
    conversation: threadPlace({
      tenantId,
      channelId: channel,
      rootTs: threadTs ?? ts,
      channelType: message.channel_type,
      isShared,
    }),
    source: messageRef(tenantId, channel, ts),
    text: readableText(text, botUserId).slice(0, 40_000),
    addressedBy: isDm ? "dm" : isNamed ? "mention" : "thread",
    attachments: attachmentsOf(tenantId, message.files),
  };
  return isDm || isNamed ? { kind: "inbound", inbound } : { kind: "follow_up", inbound };
}
