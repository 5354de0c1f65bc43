import { z } from "zod";
import type { Outbound } from "#core/contract/door.ts";
import type { MessageRef } from "#core/contract/message.ts";
import type { LiveAnswers } from "#bot/slack/live/live-answers.ts";
import { messageRef } from "#bot/slack/parse/place.ts";
import type { Triggers } from "#bot/slack/triggers.ts";
import { isPrivate } from "./manner.ts";
import type { SentReplies } from "./sent-so-far.ts";
import { showForm } from "./show-form.ts";
import { type OpenDeps, showOpenly } from "./show-openly.ts";
import { type PrivateDeps, showPrivately } from "./show-privately.ts";

export interface ShowDeps extends OpenDeps, PrivateDeps {
  readonly triggers: Triggers;
  readonly live: LiveAnswers;
  readonly sent: SentReplies;
}

const Nothing = z.looseObject({});

/** Shows one reply: as a reaction, a form, to one person or to all, whichever it is for. @throws NexusError */
export async function showReply(deps: ShowDeps, outbound: Outbound, signal: AbortSignal): Promise<MessageRef> {
  const thanked = await thank(deps, outbound, signal);
  if (thanked !== undefined) return thanked;
  const opened = await showForm(deps, outbound, signal);
  if (opened !== undefined) {
    await removeLive(deps, outbound, signal);
    return opened;
  }
  const sent = deps.sent.of(outbound.id);
  if (isPrivate(outbound)) {
    await removeLive(deps, outbound, signal);
    const ref = await showPrivately(deps, outbound, sent, signal);
    deps.sent.done(outbound.id);
    return ref;
  }
  const live = outbound.edits === undefined ? await deps.live.settle(outbound.turnId) : undefined;
  const ref = await showOpenly(deps, outbound, sent, live, signal);
  if (live !== undefined) await deps.live.forget(outbound.turnId);
  deps.sent.done(outbound.id);
  return ref;
}

/** “Thanks” is answered with a hand raised at it, where that can be done; otherwise in words. */
async function thank(
  { api }: ShowDeps,
  { reply, source, conversation }: Outbound,
  signal: AbortSignal,
): Promise<MessageRef | undefined> {
  if (reply.gesture !== "thanks" || source === undefined || source.ephemeral) return undefined;
  const { tenantId } = conversation;
  const args = { channel: source.channelId, timestamp: source.messageId, name: "raised_hands" };
  const answer = await api.ask({ tenantId, lane: "interactive" }, "reactions.add", args, Nothing, signal);
  if (!answer.ok && answer.error !== "already_reacted") return undefined;
  return messageRef(tenantId, source.channelId, source.messageId);
}

/** What followed the turn before everyone's eyes goes, when its answer is for one person only. */
async function removeLive({ api, live }: ShowDeps, outbound: Outbound, signal: AbortSignal): Promise<void> {
  const ts = await live.settle(outbound.turnId);
  if (ts === undefined) return;
  const { tenantId, channelId } = outbound.conversation;
  await api.ask({ tenantId, lane: "interactive" }, "chat.delete", { channel: channelId, ts }, Nothing, signal);
  await live.forget(outbound.turnId);
}
