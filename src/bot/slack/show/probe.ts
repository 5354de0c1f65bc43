import { z } from "zod";
import type { DeliveryProbe, Outbound } from "#core/contract/door.ts";
import { messageRef } from "#bot/slack/parse/place.ts";
import type { SlackApi } from "#bot/slack/web/slack-api.ts";
import { isPrivate } from "./manner.ts";
import { NexusReply } from "./metadata.ts";
import { render } from "./rendering.ts";
import type { SentReplies } from "./sent-so-far.ts";

/** https://docs.slack.dev/reference/methods/conversations.replies */
const Page = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z.unknown().optional(),
      bot_id: z.string().nullish(),
      user: z.string().optional(),
      files: z.array(z.object({ name: z.string().nullish(), title: z.string().nullish() })).optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
type Message = z.infer<typeof Page>["messages"][number];

const PAGE = 200;
/** A thread that grew by more than this while a reply was under way is not searched to its end. */
const MOST_PAGES = 5;
/** How long before now an interrupted reply may have been posted; the outbox gives replies up sooner. */
const BACK_MS = 15 * 60_000;

/** Looks for a reply in its conversation. What is there of it is remembered, so that only the rest is sent. */
export async function probeReply(
  { api, sent, now }: { readonly api: SlackApi; readonly sent: SentReplies; readonly now: Date },
  outbound: Outbound,
  signal: AbortSignal,
): Promise<DeliveryProbe> {
  // What only one person sees, and what redraws a message, leaves nothing to be found. Redrawing again is harmless.
  if (isPrivate(outbound) || outbound.edits !== undefined || outbound.reply.gesture !== undefined) {
    return { state: "unknown" };
  }
  const { tenantId, channelId } = outbound.conversation;
  const messages = await latest(api, outbound, now, signal);
  const so = sent.of(outbound.id);
  let of = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const mark = NexusReply.safeParse(message.metadata).data?.event_payload;
    if (mark?.id !== outbound.id) continue;
    so.messages.set(mark.part, message.ts);
    so.level = mark.level;
    of = mark.of;
  }
  if (so.messages.size === 0) return { state: "absent" };
  const { files } = render(outbound, so.level);
  const standing = filesAfter(messages, [...so.messages.values()].toSorted()[0] ?? "");
  for (const [index, { name }] of files.entries()) {
    const at = standing.indexOf(name);
    if (at === -1) continue;
    // One of them stands for one of ours only: two may have one name.
    standing.splice(at, 1);
    so.files.add(index);
  }
  const last = so.messages.get(of - 1);
  const isWhole = so.messages.size >= of && so.files.size >= files.length;
  if (!isWhole || last === undefined) return { state: "absent" };
  sent.done(outbound.id);
  return { state: "delivered", ref: messageRef(tenantId, channelId, last) };
}

/** The names of the files that NEXUS put there after a message: what an earlier reply brought is not this one's. */
function filesAfter(messages: readonly Message[], ts: string): string[] {
  const ours = messages.filter((message) => typeof message.bot_id === "string" && message.ts > ts);
  return ours.flatMap(({ files }) => files ?? []).map(({ name, title }) => name ?? title ?? "");
}

async function latest(api: SlackApi, outbound: Outbound, now: Date, signal: AbortSignal): Promise<Message[]> {
  const { tenantId, channelId, threadId } = outbound.conversation;
  const line = { tenantId, lane: "interactive" } as const;
  const method = threadId === undefined ? "conversations.history" : "conversations.replies";
  const oldest = ((now.getTime() - BACK_MS) / 1000).toFixed(6);
  const base = {
    channel: channelId,
    ...(threadId !== undefined && { ts: threadId }),
    include_all_metadata: true,
    oldest,
    limit: PAGE,
  };
  const messages: Message[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const args = { ...base, ...(cursor !== undefined && { cursor }) };
    const answer = await api.need(line, method, args, Page, signal);
    messages.push(...answer.messages);
    cursor = answer.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === "") break;
  }
  return messages;
}
