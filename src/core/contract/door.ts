import type { OutboxId, TurnId } from "./ids.ts";
import type { Json } from "./json.ts";
import type { ActionToken, Actor, Attachment, Conversation, Inbound, MessageRef, Platform } from "./message.ts";
import type { FormField, Reply } from "./reply.ts";

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
  /** The person's message that is answered, when the platform has one: what to react or reply to. */
  readonly source?: MessageRef;
  /** Redraw this message of ours instead of posting a new one. Doing it twice is harmless. */
  readonly edits?: MessageRef;
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
  /** The turn is over, whatever came of it: nothing may go on saying that it works. */
  end(): void;
}

/** What the live side of an answer needs to know of its turn. */
export interface StreamContext {
  readonly turnId: TurnId;
  readonly conversation: Conversation;
  readonly actor: Actor;
  readonly source?: MessageRef;
  /** Stops the turn, for the button beside a long wait. */
  readonly stop: ActionToken;
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
  stream(context: StreamContext): StreamPort;
  /**
   * Completes what an event did not carry and only the platform can tell: time zone, locale, whether a person is a
   * member, a guest or of another company. Called at the start of a turn, so it may wait; a door caches it.
   * @throws NexusError retryable when the platform cannot be asked now
   */
  resolve?(
    actor: Actor,
    conversation: Conversation,
    signal: AbortSignal,
  ): Promise<{ actor: Actor; conversation: Conversation }>;
  /**
   * Who somebody is to the platform now, for a right of theirs that is used while they do not act themselves: their
   * affiliation and their groups. Whoever has left is `external`.
   * @throws NexusError retryable when the platform cannot be asked now
   */
  lookUp?(actor: Actor, signal: AbortSignal): Promise<Actor>;
  /**
   * The groups whose members may be given a role; undefined when the platform does not let NEXUS know them.
   * @throws NexusError retryable when the platform cannot be asked now
   */
  groups?(tenantId: string, signal: AbortSignal): Promise<readonly PlatformGroup[] | undefined>;
  /**
   * The channel of the actor's tenant that is called so (`#standup`, or its id), where both they and NEXUS are: asked before
   * something is set to be posted there.
   * @throws NexusError platform_refused naming the missing scope; retryable when the platform cannot be asked now
   */
  findPlace?(actor: Actor, name: string, signal: AbortSignal): Promise<FoundPlace>;
  /**
   * Where a message can be opened, when everybody of its tenant may read there now; undefined for any other, and where that
   * is not known.
   * @throws NexusError retryable when the platform cannot be asked now
   */
  permalink?(message: MessageRef, signal: AbortSignal): Promise<string | undefined>;
  /** Whether NEXUS may delete a person's message: asked before that is offered. */
  mayRemove?(message: MessageRef, signal: AbortSignal): Promise<boolean>;
  /** Deletes a person's message, because they want it. @returns whether it is gone, for whatever reason */
  remove?(message: MessageRef, signal: AbortSignal): Promise<boolean>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A channel by its name; a private one that the asker is not in is not there for them. */
export type FoundPlace =
  | { readonly found: Conversation }
  | { readonly why: "unknown" | "asker_not_there" | "nexus_not_there" };

/** A group of people as a platform has it: a Discord role, a Slack user group. */
export interface PlatformGroup {
  readonly id: string;
  readonly name: string;
}

export type Received = { accepted: true; turnId: TurnId } | { accepted: false; duplicateOf: TurnId };

/** The one thing a door may ask of core. */
export interface DoorCore {
  /** Writes the event to the inbox, once, whatever the platform repeats. Resolve means it is on disk. */
  receive(inbound: Inbound): Promise<Received>;
  /** Stops what is running in the conversation; true when something was. */
  stop(conversation: Conversation): boolean;
  /**
   * Whether NEXUS had taken part in this conversation by then (Unix ms), so that it may follow it without being named.
   * What was said before it was called is not for it, however late it is read.
   */
  isFollowing(conversation: Conversation, atMs: number): Promise<boolean>;
  /** A page of the person's own (Slack's App Home), for the role they have now: parts, as in any reply. */
  home(actor: Actor, conversation: Conversation): Promise<Reply>;
  /** Up to `limit` things to say that begin like `text`, for a command's completion. Answers at once. */
  complete(actor: Actor, text: string, limit: number, place?: Conversation): Promise<readonly string[]>;
  /** The platform took NEXUS out of a tenant. What it holds stays, but nothing goes there any more until it is back. */
  left(platform: Platform, tenantId: string): Promise<void>;
  /** The lines of the first-run screen and of `status`. */
  status(): Promise<readonly StatusLine[]>;
}

export interface StatusLine {
  readonly state: "ready" | "on" | "off" | "basic" | "failing";
  readonly name: string;
  readonly detail: string;
}

/** What a door has to remember over a restart. Keys are its own; nobody else reads them. */
export interface DoorMemory {
  get(key: string): Promise<Json | undefined>;
  set(key: string, value: Json): Promise<void>;
  /** As `get` and `set`, encrypted at rest: installation tokens and the like. */
  getSecret(key: string): Promise<string | undefined>;
  setSecret(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  /** The keys that begin so, plain and secret. */
  keys(prefix: string): Promise<readonly string[]>;
}

/** How a platform is connected: what the owner does there, and what to bring back. */
export interface JoinGuide {
  readonly platform: Platform;
  readonly title: string;
  /** What to click, one step each, in order. */
  readonly steps: readonly string[];
  readonly link: { readonly label: string; readonly url: string };
  /** How to get there without the link, where it is too long to be copied from a terminal. */
  readonly withoutLink?: string;
  readonly fields: readonly FormField[];
}

/** Connects a platform while NEXUS runs. */
export interface Joining {
  guide(): JoinGuide;
  /**
   * Tries what was brought, keeps it encrypted and opens the door with it.
   * @returns what is connected, and what to do next, a line each
   * @throws NexusError join_failed naming the missing scope, event, intent or permission and where to add it
   */
  join(values: Readonly<Record<string, string>>, signal: AbortSignal): Promise<{ summary: string; next: string[] }>;
}
