import { MessageFlags } from "discord.js";
import type { OutboxId } from "#core/contract/ids.ts";
import type { Body, DiscordApi, InteractionKey, Sent } from "./api.ts";
import { CODES, codeOf } from "./failure.ts";
import { withNonce } from "./nonce.ts";
import type { Piece } from "./pieces.ts";
import { renderPrivateNotice } from "./render/progress.ts";

/** How an outbound reaches people. */
export type Way =
  /** In the place of the “thinking…” that an interaction shows, and after it. */
  | {
      readonly kind: "original";
      readonly interaction: InteractionKey;
      readonly alone: boolean;
      readonly channelId: string;
    }
  /** For the person who did something, alone; `notice` takes the place of a “thinking…” that everybody sees. */
  | { readonly kind: "alone"; readonly interaction: InteractionKey; readonly notice: boolean }
  /** In the place of the message that said what is being done. */
  | { readonly kind: "progress"; readonly channelId: string; readonly messageId: string }
  /** A message of its own, as a reply to another if there is one. */
  | { readonly kind: "post"; readonly channelId: string; readonly replyTo?: string };

/** Sends pieces one after another. What was sent is remembered while the process lives, so a second try goes on there. */
export interface Sender {
  /** @returns the last message, which is the one with the buttons */
  send(id: OutboxId, way: Way, pieces: readonly Piece[], signal: AbortSignal): Promise<Sent>;
  /** How many of its messages Discord has. */
  count(id: OutboxId): number;
  /** Nothing more of this outbound will be sent. */
  done(id: OutboxId): void;
}

/** Makes the sender. */
export function createSender(api: DiscordApi): Sender {
  const progress = new Map<OutboxId, Sent[]>();

  async function sendPiece(id: OutboxId, way: Way, piece: Piece, index: number, signal: AbortSignal): Promise<Sent> {
    const { body, files } = piece;
    switch (way.kind) {
      case "original":
        if (index === 0) return api.editOriginal(way.interaction, asEdit(body), files, signal);
        if (way.alone) return api.followUp(way.interaction, forOne(body), files, signal);
        return api.send(way.channelId, withNonce(body, id, String(index)), files, signal);
      case "alone":
        if (index === 0 && way.notice)
          await api.editOriginal(way.interaction, asEdit(renderPrivateNotice()), [], signal);
        return api.followUp(way.interaction, forOne(body), files, signal);
      case "progress":
        if (index === 0) return api.edit(way.channelId, way.messageId, asEdit(body), files, signal);
        return api.send(way.channelId, withNonce(body, id, String(index)), files, signal);
      case "post": {
        const reply =
          index === 0 && way.replyTo !== undefined
            ? { message_reference: { message_id: way.replyTo, channel_id: way.channelId, fail_if_not_exists: false } }
            : {};
        return api.send(way.channelId, { ...withNonce(body, id, String(index)), ...reply }, files, signal);
      }
      default:
        return way satisfies never;
    }
  }

  return {
    async send(id, way, pieces, signal) {
      const sent = progress.get(id) ?? [];
      progress.set(id, sent);
      for (const [index, piece] of pieces.entries()) {
        if (index < sent.length) continue;
        sent.push(await sendPiece(id, way, piece, index, signal));
      }
      const last = sent.at(-1);
      if (last === undefined) throw new Error("a reply was drawn as no message");
      return last;
    },
    count: (id) => progress.get(id)?.length ?? 0,
    done: (id) => void progress.delete(id),
  };
}

/** Whether an interaction can no longer be answered, or a message is gone, so that another way must be found. */
export function isGone(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && GONE.has(code);
}

/** A body that also takes away what the message held before it. */
export function asEdit(body: Body): Body {
  const isV2 = "flags" in body && typeof body.flags === "number" && (body.flags & MessageFlags.IsComponentsV2) !== 0;
  return { attachments: [], ...(isV2 && { content: null, embeds: [] }), ...body };
}

function forOne(body: Piece["body"]): Body {
  return { ...body, flags: body.flags | MessageFlags.Ephemeral };
}

/** Unknown message, interaction or webhook, invalid webhook token. */
const GONE: ReadonlySet<number> = new Set([CODES.unknownMessage, CODES.unknownInteraction, 10_015, 50_027]);
