import type { DeliveryProbe, Outbound } from "#core/contract/door.ts";
import type { DiscordApi } from "./api.ts";
import { isDenied } from "./failure.ts";
import { mintedMs, nonceOf } from "./nonce.ts";
import { snowflakeMs } from "./parse/snowflake.ts";
import { countPieces } from "./pieces.ts";
import { placeFor } from "./target.ts";
import type { ShowDeps } from "./show-deps.ts";

/**
 * Whether an outbound is among the last messages of where it goes. What takes the place of another message may be shown
 * twice without harm; what one person saw alone cannot be looked up, and is known only if Discord's answer came: else both
 * are `unknown`.
 */
export async function probe(
  outbound: Outbound,
  deps: Pick<ShowDeps, "api" | "turns" | "threads">,
  botUserId: string,
  signal: AbortSignal,
): Promise<DeliveryProbe> {
  const { reply, conversation, id } = outbound;
  const turn = await deps.turns.settled(outbound);
  const alone = turn?.shownAlone?.[id];
  if (alone !== undefined) {
    return {
      state: "delivered",
      ref: { platform: "discord", tenantId: conversation.tenantId, ...alone, ephemeral: true },
    };
  }
  const isAlone = reply.visibility === "only_actor" && conversation.audience !== "just_me";
  if (outbound.edits !== undefined || reply.form !== undefined || reply.gesture !== undefined) return UNKNOWN;
  if (turn?.firstBy === id || (turn?.interaction !== undefined && isAlone)) return UNKNOWN;
  try {
    const channelId = isAlone
      ? await deps.api.directChannel(outbound.actor.id, signal)
      : (await placeFor(outbound, reply, deps, signal)).channelId;
    return await look(deps.api, channelId, outbound, countPieces(reply, outbound.delayedMs), botUserId, signal);
  } catch (error) {
    if (isDenied(error)) return UNKNOWN;
    throw error;
  }
}

async function look(
  api: DiscordApi,
  channelId: string,
  { id, conversation }: Outbound,
  pieces: number,
  botUserId: string,
  signal: AbortSignal,
): Promise<DeliveryProbe> {
  const last = await api.lastMessages(channelId, signal);
  const ours = last.filter(({ author }) => author?.id === botUserId);
  const found = ours.find(({ nonce }) => nonce === nonceOf(id, String(pieces - 1)));
  if (found !== undefined) {
    const { tenantId } = conversation;
    const ref = { platform: "discord", tenantId, channelId, messageId: found.id, ephemeral: false } as const;
    return { state: "delivered", ref };
  }
  // Without nonces, or with so much said since that it would have scrolled out of sight, nothing is known.
  const oldest = last.at(-1);
  const reachesBack = last.length < PAGE || (oldest !== undefined && snowflakeMs(oldest.id) < mintedMs(id));
  const showsNonces = ours.length === 0 || ours.some(({ nonce }) => typeof nonce === "string");
  return reachesBack && showsNonces ? { state: "absent" } : UNKNOWN;
}

const UNKNOWN: DeliveryProbe = { state: "unknown" };
/** How many messages `lastMessages` brings at most. */
const PAGE = 50;
