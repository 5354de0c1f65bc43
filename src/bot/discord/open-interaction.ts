import { InteractionResponseType, MessageFlags } from "discord.js";
import { z } from "zod";
import type { Clock } from "#core/contract/ports.ts";
import type { Body, DiscordApi } from "./api.ts";
import { CODES, codeOf } from "./failure.ts";

/**
 * What a person did with something of ours, from the event until nothing more can be said to it. How it was answered
 * first decides where the rest may go: https://docs.discord.com/developers/interactions/receiving-and-responding
 */
export const OpenInteraction = z.object({
  id: z.string(),
  applicationId: z.string(),
  token: z.string(),
  atMs: z.number(),
  /** The message that was pressed on. */
  messageId: z.string().optional(),
  /**
   * How it was answered first. `thinking`: a message everybody sees waits for its text; `thinking_alone`: one that only
   * this person sees; `update`: the press is taken, and nothing waits; `form`: a form was opened.
   */
  ack: z.enum(["none", "thinking", "thinking_alone", "update", "form"]),
  /** How it will be, when no form comes in time. */
  plan: z.enum(["thinking", "thinking_alone", "update"]),
  /** Discord no longer takes anything for it. */
  isSpent: z.boolean(),
});
export type OpenInteraction = z.infer<typeof OpenInteraction>;

/** Whether something can still be said to it. */
export function isFresh(open: OpenInteraction, clock: Clock): boolean {
  return !open.isSpent && open.ack !== "form" && clock().getTime() - open.atMs < FRESH_MS;
}

/** The first answers to interactions: each gets one, whoever gives it. */
export interface Acknowledgements {
  /**
   * Answers as planned, unless that has happened; resolves when Discord has the answer, whoever gave it.
   * @param update what the pressed message becomes, of a press
   */
  acknowledge(open: OpenInteraction, signal: AbortSignal, update?: Body): Promise<void>;
  /** Opens a form as the first answer; false when another answer was given already, or it came too late. */
  openForm(open: OpenInteraction, modal: Body, signal: AbortSignal): Promise<boolean>;
  /** Resolves when somebody has answered it first. */
  answered(open: OpenInteraction): Promise<void>;
}

/** Makes the one place where interactions are answered first. */
export function createAcknowledgements(api: DiscordApi): Acknowledgements {
  const given = new WeakMap<OpenInteraction, PromiseWithResolvers<void>>();
  const of = (open: OpenInteraction): PromiseWithResolvers<void> => {
    const known = given.get(open) ?? Promise.withResolvers<void>();
    given.set(open, known);
    return known;
  };

  async function respond(
    open: OpenInteraction,
    type: InteractionResponseType,
    data: Body | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await api.respond(open, type, data, signal);
    } catch (error) {
      // It got through before, by a call whose answer was lost.
      if (codeOf(error) === CODES.acknowledgedAlready) return;
      open.isSpent = true;
      if (codeOf(error) !== CODES.unknownInteraction) throw error;
    }
  }

  function asPlanned(open: OpenInteraction, signal: AbortSignal, update: Body | undefined): Promise<void> {
    if (update !== undefined) return respond(open, InteractionResponseType.UpdateMessage, update, signal);
    switch (open.plan) {
      case "thinking":
        return respond(open, InteractionResponseType.DeferredChannelMessageWithSource, undefined, signal);
      case "thinking_alone": {
        const alone = { flags: MessageFlags.Ephemeral };
        return respond(open, InteractionResponseType.DeferredChannelMessageWithSource, alone, signal);
      }
      case "update":
        return respond(open, InteractionResponseType.DeferredMessageUpdate, undefined, signal);
      default:
        return open.plan satisfies never;
    }
  }

  async function answer(open: OpenInteraction, giving: Promise<void>): Promise<void> {
    const answered = of(open);
    try {
      await giving;
    } finally {
      answered.resolve();
    }
  }

  return {
    async acknowledge(open, signal, update) {
      if (open.ack !== "none") return given.has(open) ? of(open).promise : undefined;
      open.ack = open.plan;
      await answer(open, asPlanned(open, signal, update));
    },
    async openForm(open, modal, signal) {
      if (open.ack !== "none") return false;
      open.ack = "form";
      await answer(open, respond(open, InteractionResponseType.Modal, modal, signal));
      return !open.isSpent;
    },
    answered: (open) => of(open).promise,
  };
}

/** A token lives for 15 minutes; what takes longer is posted as by anyone. */
const FRESH_MS = 14 * 60_000;
