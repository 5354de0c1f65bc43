import { MessageFlags } from "discord.js";
import type { Outbound } from "#core/contract/door.ts";
import type { MessageRef } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";
import { CODES, codeOf } from "./failure.ts";
import { keepConfirmations } from "./confirmations.ts";
import { withNonce } from "./nonce.ts";
import { isFresh } from "./open-interaction.ts";
import { drawPieces } from "./pieces.ts";
import { message } from "./render/messages.ts";
import type { ShowDeps } from "./show-deps.ts";
import { originOf, targetOf } from "./target.ts";
import type { LiveTurn } from "./turns.ts";
import type { Sender } from "./ways.ts";

/** What one person alone may see, where nothing they did is at hand to answer alone. */
export interface Direct {
  /** Sends it in a direct message, and says in the channel that it did. */
  deliver(outbound: Outbound, reply: Reply, signal: AbortSignal): Promise<MessageRef>;
  /** Says one line to whoever asked, by whatever way is open. */
  say(outbound: Outbound, turn: LiveTurn | undefined, line: string, signal: AbortSignal): Promise<void>;
}

/** Makes the way through direct messages. */
export function createDirect(deps: ShowDeps, sender: Sender): Direct {
  const { api, memory, renderer, clock, log } = deps;

  /** The second time it is said, Discord shows the first. */
  async function note(outbound: Outbound, line: string, signal: AbortSignal): Promise<MessageRef> {
    const { source, conversation } = outbound;
    const channelId = targetOf(outbound);
    const body = withNonce(message(line), outbound.id, "n");
    const reference =
      source !== undefined && !source.ephemeral && source.channelId === channelId
        ? { message_reference: { message_id: source.messageId, channel_id: channelId, fail_if_not_exists: false } }
        : {};
    const sent = await api.send(channelId, { ...body, ...reference }, [], signal);
    const { tenantId } = conversation;
    return { platform: "discord", tenantId, channelId, messageId: sent.id, ephemeral: false };
  }

  return {
    async deliver(outbound, reply, signal) {
      const { tenantId } = outbound.conversation;
      try {
        const channelId = await api.directChannel(outbound.actor.id, signal);
        const origin = originOf(outbound, channelId);
        const drawn = await drawPieces({ reply, delayedMs: outbound.delayedMs, origin }, renderer, log, signal);
        await keepConfirmations(memory, drawn.confirmations, clock);
        const sent = await sender.send(outbound.id, { kind: "post", channelId }, drawn.all, signal);
        await note(outbound, "I've sent you that in a direct message.", signal);
        sender.done(outbound.id);
        return { platform: "discord", tenantId, channelId, messageId: sent.id, ephemeral: false };
      } catch (error) {
        if (codeOf(error) !== CODES.cannotMessageUser) throw error;
        return note(outbound, CLOSED, signal);
      }
    },
    async say(outbound, turn, line, signal) {
      const open = turn?.interaction;
      const body = message(line);
      if (open !== undefined && isFresh(open, clock)) {
        await api.followUp(open, { ...body, flags: body.flags | MessageFlags.Ephemeral }, [], signal);
        return;
      }
      const channelId = await api.directChannel(outbound.actor.id, signal);
      await api.send(channelId, withNonce(body, outbound.id, "t"), [], signal);
    },
  };
}

const CLOSED =
  "The answer is for you alone, and you take no direct messages from me. Allow them for this server, or ask with `/nexus ask`.";
