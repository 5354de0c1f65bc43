import { z } from "zod";
import type { MessageRef } from "#core/contract/message.ts";
import type { Clock } from "#core/contract/ports.ts";
import type { Line, SlackApi } from "./web/slack-api.ts";

/** https://docs.slack.dev/reference/objects/conversation-object */
const ConversationInfo = z.object({
  channel: z.object({
    is_channel: z.boolean().optional(),
    is_private: z.boolean().optional(),
    is_im: z.boolean().optional(),
    is_mpim: z.boolean().optional(),
    is_ext_shared: z.boolean().optional(),
    is_pending_ext_shared: z.boolean().optional(),
  }),
});

/** https://docs.slack.dev/reference/methods/chat.getPermalink */
const Permalink = z.object({ permalink: z.url({ protocol: /^https?$/ }) });

/** A channel that was made private is private here a minute later; ms. */
const LIFE_MS = 60_000;
const MOST_KEPT = 1_000;

/** Makes the question for the address of a message in a public channel of a workspace; undefined for any other. */
export function createPermalinks(api: SlackApi, clock: Clock) {
  const known = new Map<string, { readonly isOpen: boolean; readonly atMs: number }>();

  async function isOpen(line: Line, channel: string, signal: AbortSignal): Promise<boolean> {
    const key = `${line.tenantId} ${channel}`;
    const kept = known.get(key);
    if (kept !== undefined && kept.atMs + LIFE_MS > clock().getTime()) return kept.isOpen;
    const answer = await api.ask(line, "conversations.info", { channel }, ConversationInfo, signal);
    if (!answer.ok) return false;
    const { is_private, is_im, is_mpim, is_ext_shared, is_pending_ext_shared } = answer.data.channel;
    const isClosed = [is_im, is_mpim, is_ext_shared, is_pending_ext_shared].includes(true);
    // What Slack does not say is no permission to show anything.
    const found = { isOpen: is_private === false && !isClosed, atMs: clock().getTime() };
    known.delete(key);
    known.set(key, found);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_KEPT) break;
      known.delete(oldest);
    }
    return found.isOpen;
  }

  return async (message: MessageRef, signal: AbortSignal): Promise<string | undefined> => {
    const { tenantId, channelId, messageId, ephemeral } = message;
    const line: Line = { tenantId, lane: "background" };
    if (ephemeral || !(await isOpen(line, channelId, signal))) return undefined;
    const args = { channel: channelId, message_ts: messageId };
    const answer = await api.ask(line, "chat.getPermalink", args, Permalink, signal);
    return answer.ok ? answer.data.permalink : undefined;
  };
}
