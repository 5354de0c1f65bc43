import type { Clock, Log } from "#core/contract/ports.ts";
import type { Actor, Attachment, Conversation, Platform } from "#core/contract/message.ts";
import type { StatusLine, StreamContext, StreamPort } from "#core/contract/door.ts";
import type { FileChanges } from "#core/contract/invocation.ts";
import type { ModuleName, PersonId, TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { OAuthConnect } from "#core/credentials/oauth-connect.ts";
import type { Vault } from "#core/credentials/vault.ts";
import type { Elsewhere, Turn } from "#core/delivery/delivery.ts";
import type { Reflex } from "#core/lidm/reflex.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";
import type { Composer } from "./compose.ts";
import type { ConversationState } from "./state.ts";
import type { TokenReader } from "./token.ts";
import type { DecisionRecord } from "./why.ts";

/** What the orchestrator stands on. */
export interface OrchestratorDeps {
  readonly store: Store;
  readonly registry: Registry;
  readonly reflex: Reflex;
  readonly vault: Vault;
  readonly oauth: OAuthConnect;
  readonly tokens: TokenReader;
  /** For people whose platform does not say. */
  readonly defaults: { readonly locale: string; readonly timeZone: string };
  readonly readAttachment: (
    platform: Platform,
    attachment: Attachment,
    maxBytes: number,
    signal: AbortSignal,
  ) => Promise<Uint8Array>;
  readonly stream: (context: StreamContext) => StreamPort;
  /** Completes what an event did not say of who and where, as `FrontEnd.resolve`. */
  readonly resolve: (
    actor: Actor,
    conversation: Conversation,
    signal: AbortSignal,
  ) => Promise<{ actor: Actor; conversation: Conversation }>;
  readonly status: () => Promise<readonly StatusLine[]>;
  readonly sample: { readonly on: () => Promise<boolean>; readonly set: (on: boolean) => Promise<void> };
  /** Whether this turn's “stop” reached a running turn when it came in. */
  readonly stopHit: (turn: TurnId) => boolean;
  /** Where an authorisation server sends the browser back to; undefined when no HTTP door is open. */
  readonly oauthRedirect: () => string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** One turn as its handlers see it: who, where, what was said before, and what to build the answer with. */
export interface Scene {
  readonly turn: Turn;
  readonly person: PersonId;
  /** Who asks, as complete as the platform can say. */
  readonly actor: Actor;
  readonly conversation: Conversation;
  readonly asker: { readonly locale: string; readonly timeZone: string };
  readonly state: ConversationState;
  readonly remembered: Readonly<Record<string, Json>>;
  readonly composer: Composer;
  readonly stream: StreamPort;
  readonly now: Date;
}

/** What a turn leads to. All of it is written in the transaction that completes the turn. */
export interface Outcome {
  readonly replies: readonly Reply[];
  /** Replies to other places, or in place of earlier ones. */
  readonly elsewhere?: readonly Elsewhere[];
  /** The conversation as it is after the turn; absent leaves it as it was. */
  readonly state?: ConversationState;
  readonly record?: DecisionRecord;
  readonly unmet?: { readonly text: string; readonly reason: string };
  /** Changes to a module's files, which rest on what its runs had read. */
  readonly files?: { readonly module: ModuleName; readonly changes: FileChanges };
  /** Slot values to remember for this person. */
  readonly remember?: Readonly<Record<string, Json>>;
}
