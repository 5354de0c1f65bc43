import type { OrgId, OutboxId, TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Actor, Conversation, Inbound } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Repositories } from "#core/store/store.ts";

/** One inbound being handled, as its handler sees it. */
export interface Turn {
  readonly turnId: TurnId;
  readonly org: OrgId;
  readonly inbound: Inbound;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly receivedAt: Date;
  /** How old the message is, when it is so old that the answer says so. */
  readonly delayedMs?: number;
  /** Fires when the person stops the turn (then its reason is a NexusError `stopped`), or when NEXUS shuts down. */
  readonly signal: AbortSignal;
  /**
   * Does something once per turn, however often the turn is tried again: what a finished step returned is on record
   * and is returned again. `name` is the step's own within the turn.
   * @throws NexusError step_uncertain when a step that must not be repeated was begun and its end was never seen
   */
  step<T extends Json>(name: string, options: StepOptions, run: (begin: () => Promise<void>) => Promise<T>): Promise<T>;
}

export interface StepOptions {
  /** Whether doing it twice is as good as doing it once. */
  readonly repeatable: boolean;
  /**
   * A step that must not be repeated counts as begun at once, or, with `when_said`, when `run` awaits `begin`: just
   * before its effect. Until then it can still be run again after a crash.
   */
  readonly begins?: "at_once" | "when_said";
}

/** A reply for another conversation, or in place of an earlier one. */
export interface Elsewhere {
  readonly conversation: Conversation;
  /** For whom: the only one to see it when its visibility says so. */
  readonly actor: Actor;
  readonly reply: Reply;
  /** The earlier reply it redraws. When that was never shown, neither is this. */
  readonly edits?: OutboxId;
}

/** What a handled turn leaves: its replies, and changes that are made in the transaction that ends it, or not at all. */
export interface TurnResult {
  readonly replies: readonly Reply[];
  /** Whom they are for, when more is known of them now than when the event came in. */
  readonly actor?: Actor;
  /** Replies that go elsewhere than where the turn came from, or redraw what was said before. */
  readonly elsewhere?: readonly Elsewhere[];
  /** Nothing but the given repositories may be awaited in it. */
  readonly commit?: (repositories: Repositories) => Promise<void>;
  /** What follows once that is on the disk. A restart in between leaves it out, so it may only bring forward what a start does. */
  readonly afterwards?: () => Promise<void>;
}
