import { cleanLine } from "#bot/clean-text.ts";
import type { Outbound } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { DiscordApi } from "./api.ts";
import { CODES, codeOf } from "./failure.ts";
import type { Origin } from "./parse/button-id.ts";
import { countPieces } from "./pieces.ts";
import type { OwnThreads } from "./threads.ts";

/** The channel or thread an outbound goes to. What its person posts for everyone goes where they had asked. */
export function targetOf({ conversation, reply }: Pick<Outbound, "conversation"> & Partial<Outbound>): string {
  const isForChannel = reply?.openly === true && conversation.audience === "just_me";
  return isForChannel ? conversation.channelId : (conversation.threadId ?? conversation.channelId);
}

/** Where the tokens of an outbound were made for, when it is shown elsewhere than there. */
export function originOf(outbound: Pick<Outbound, "conversation">, shownIn = targetOf(outbound)): Origin | undefined {
  const { tenantId, channelId } = outbound.conversation;
  return shownIn === channelId ? undefined : { tenantId, channelId };
}

/** Where a new message goes: as a reply beside the question or, when it is more than one, into a thread on it. */
export async function placeFor(
  outbound: Outbound,
  reply: Reply,
  { api, threads }: { api: DiscordApi; threads: OwnThreads },
  signal: AbortSignal,
): Promise<{ channelId: string; replyTo?: string }> {
  const { conversation, source, delayedMs, actor } = outbound;
  const here = targetOf(outbound);
  const question =
    source !== undefined && !source.ephemeral && source.channelId === here ? source.messageId : undefined;
  const beside = { channelId: here, ...(question !== undefined && { replyTo: question }) };
  if (conversation.audience === "just_me" || question === undefined) return { channelId: here };
  if (conversation.kind !== "channel" || conversation.threadId !== undefined) return beside;
  if (countPieces(reply, delayedMs) === 1) return beside;
  try {
    const name = cleanLine(reply.summary).slice(0, LONGEST_NAME).toWellFormed();
    const threadId = await api.startThread(here, question, name, signal);
    await threads.add(threadId, { channelId: here, userId: actor.id });
    return { channelId: threadId };
  } catch (error) {
    // A thread that hangs on a message has that message's id.
    if (codeOf(error) === CODES.threadExists) return { channelId: question };
    // Not here, or the question is gone: that is no reason to keep the answer back.
    if (error instanceof NexusError && !error.retryable) return beside;
    throw error;
  }
}

/** https://docs.discord.com/developers/resources/channel#start-thread-from-message */
const LONGEST_NAME = 100;
