import type { OutboxId, TurnId } from "./ids.ts";
import type { Actor, Attachment, Conversation, Inbound, MessageRef, Platform } from "./message.ts";
import type { Reply } from "./reply.ts";

/** One reply on its way out. `id` is the idempotency key: a door must not show the same id twice. */
export interface Outbound {
  readonly id: OutboxId;
  readonly turnId: TurnId;
  readonly conversation: Conversation;
  /** Whom the turn was for; the only one to see it when `reply.visibility` is `only_actor`. */
  readonly actor: Actor;
  readonly reply: Reply;
  /** How old the question is when that deserves a word (“delayed 12 min”), else absent. */
  readonly delayedMs?: number;
  /** Another reply of the same turn follows. */
  readonly hasMore?: true;
}

/**
 * What a door knows of an outbound whose sending was interrupted. `unknown` is an honest answer: the delivery room
 * then sends again, which is the window in which a reply could appear twice.
 */
export type DeliveryProbe = { state: "delivered"; ref: MessageRef } | { state: "absent" } | { state: "unknown" };

export interface ProgressStep {
  readonly id: string;
  readonly title: string;
  readonly status: "running" | "done" | "failed";
}

/** The live side of an answer: shown while a turn runs, never relied on. What must last goes through the outbox. */
export interface StreamPort {
  /** Text of the answer as it is composed. */
  text(delta: string): void;
  step(step: ProgressStep): void;
}

/** A front-end. It parses platform events into `Inbound`, and draws `Outbound`. */
export interface FrontEnd {
  readonly platform: Platform;
  /** Connects, and hands every inbound to `core.receive` before acknowledging it. */
  start(core: DoorCore): Promise<void>;
  /**
   * Shows one outbound and resolves when the platform has it.
   * @throws NexusError retryable when the platform may accept it later; delivery then tries again
   */
  deliver(outbound: Outbound, signal: AbortSignal): Promise<MessageRef>;
  /** Whether an outbound, interrupted while being sent, arrived. */
  probe(outbound: Outbound, signal: AbortSignal): Promise<DeliveryProbe>;
  /** The bytes behind an attachment's `ref`, at most `maxBytes`. @throws NexusError file_too_large | file_unreadable */
  read(attachment: Attachment, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
  stream(turnId: TurnId, conversation: Conversation): StreamPort;
  [Symbol.asyncDispose](): Promise<void>;
}

export type Received = { accepted: true; turnId: TurnId } | { accepted: false; duplicateOf: TurnId };

/** The one thing a door may ask of core. */
export interface DoorCore {
  /** Writes the event to the inbox, once, whatever the platform repeats. Resolve means it is on disk. */
  receive(inbound: Inbound): Promise<Received>;
  /** Stops what is running in the conversation; true when something was. */
  stop(conversation: Conversation): boolean;
  /** The lines of the first-run screen and of `status`. */
  status(): Promise<readonly StatusLine[]>;
}

export interface StatusLine {
  readonly state: "ready" | "on" | "off" | "basic" | "failing";
  readonly name: string;
  readonly detail: string;
}
