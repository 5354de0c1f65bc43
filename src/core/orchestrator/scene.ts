import type { HolidayBook } from "#core/clock/holiday-book.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Actor, Attachment, Conversation, MessageRef, Platform } from "#core/contract/message.ts";
import type { FoundPlace, Joining, PlatformGroup, StatusLine, StreamContext, StreamPort } from "#core/contract/door.ts";
import type { FileChanges } from "#core/contract/invocation.ts";
import type { ModuleName, OrgId, PersonId, ScheduleId, TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Gateway, Models } from "#core/contract/model.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { AuditDraft } from "#core/contract/audit.ts";
import type { Approval } from "#core/approval/approval.ts";
import type { Audit } from "#core/audit/audit.ts";
import type { GatePolicies } from "#core/approval/policies.ts";
import type { ConnectLinkDesk } from "#core/auth/connect-links.ts";
import type { ErasePerson } from "#core/auth/erase-person.ts";
import type { Keys } from "#core/auth/keys.ts";
import type { MailDesk } from "#core/auth/mail-desk.ts";
import type { Links } from "#core/auth/links.ts";
import type { OrgJoining } from "#core/auth/org-joins.ts";
import type { Rights } from "#core/auth/rights.ts";
import type { RightsChanges } from "#core/auth/rights-changes.ts";
import type { Roles } from "#core/auth/roles.ts";
import type { OAuthClients } from "#core/credentials/oauth-clients.ts";
import type { OAuthConnect } from "#core/credentials/oauth-connect.ts";
import type { Vault } from "#core/credentials/vault.ts";
import type { Elsewhere, Turn } from "#core/delivery/delivery.ts";
import type { Curriculum } from "#core/evolution/curriculum/curriculum.ts";
import type { Builds } from "#core/evolution/builds/builds.ts";
import type { Installer } from "#core/evolution/installer/installer.ts";
import type { ModuleIndexes } from "#core/evolution/module-index/module-index.ts";
import type { Hooks } from "#core/hooks/hooks.ts";
import type { Housekeeper } from "#core/housekeeping/housekeeper.ts";
import type { Learning } from "#core/lidm/learning.ts";
import type { Shadow } from "#core/lidm/shadow.ts";
import type { Tiers } from "#core/lidm/tiers.ts";
import type { Memory } from "#core/memory/memory.ts";
import type { Metering, Prices } from "#core/metering/metering.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Repositories, Store, UnmetIntent } from "#core/store/store.ts";
import type { Composer } from "./compose.ts";
import type { KeySight } from "./secrets/key-sight.ts";
import type { ModelsRecord } from "./models/models-record.ts";
import type { ConversationState } from "./state.ts";
import type { TokenReader } from "./token.ts";
import type { DecisionRecord } from "./why.ts";

/** What the orchestrator stands on. */
export interface OrchestratorDeps {
  readonly store: Store;
  readonly registry: Registry;
  readonly learning: Pick<Learning, "reflexOf" | "stepBack" | "status" | "learn">;
  readonly shadow: Pick<Shadow, "offer">;
  readonly vault: Vault;
  readonly oauth: OAuthConnect;
  readonly tokens: TokenReader;
  readonly roles: Roles;
  readonly rights: Rights;
  readonly rightsChanges: RightsChanges;
  readonly keys: Keys;
  /** How a new key is shown at the terminal without being written down. */
  readonly keySight: KeySight;
  readonly audit: Audit;
  readonly metering: Metering;
  readonly prices: Pick<Prices, "costOf">;
  readonly memory: Memory;
  /** The models that are set up, and the one way to ask them. */
  readonly models: Models;
  readonly gateway: Gateway;
  readonly tiers: Tiers;
  readonly links: Links;
  /** Addresses that mails may go to. */
  readonly mail: MailDesk;
  readonly erasePerson: ErasePerson;
  readonly orgJoining: OrgJoining;
  readonly approval: Approval;
  /** Whether a schedule is the operator's, written in the configuration. */
  readonly isDeclared: (schedule: ScheduleId) => boolean;
  /** What programs outside post. */
  readonly hooks: Hooks;
  /** The days that schedules may leave out. */
  readonly holidays: HolidayBook;
  /** Modules that are being built, and what puts them in place and takes them away. */
  readonly builds: Builds;
  readonly installer: Installer;
  /** Where further modules are offered. */
  readonly indexes: Pick<ModuleIndexes, "search" | "versions">;
  readonly curriculum: Curriculum;
  /** What NEXUS does by itself. */
  readonly housekeeper: Pick<Housekeeper, "list" | "run">;
  /** Who must agree, by what is to be done. */
  readonly policies: GatePolicies;
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
  /** Who somebody is to their platform now, as `FrontEnd.lookUp`; unchanged where no platform can be asked. */
  readonly lookUp: (actor: Actor, signal: AbortSignal) => Promise<Actor>;
  /** The groups of a tenant, as `FrontEnd.groups`. */
  readonly groups: (
    where: Pick<Actor, "platform" | "tenantId">,
    signal: AbortSignal,
  ) => Promise<readonly PlatformGroup[] | undefined>;
  /** A channel by its name, where both the asker and NEXUS are, as `FrontEnd.findPlace`; unknown where there are none. */
  readonly findPlace: (actor: Actor, name: string, signal: AbortSignal) => Promise<FoundPlace>;
  /** Where everybody of its tenant can open a message, as `FrontEnd.permalink`. */
  readonly permalink: (message: MessageRef, signal: AbortSignal) => Promise<string | undefined>;
  readonly status: (org: OrgId) => Promise<readonly StatusLine[]>;
  /** The platforms that can be connected while NEXUS runs. */
  readonly joinings: () => readonly Joining[];
  /** Closes the door to a platform and forgets the tokens entered for it; false when none were. */
  readonly leave: (platform: Platform) => Promise<boolean>;
  /** A short address that leads to where a platform's app is made; undefined when no HTTP door is open. */
  readonly joinPage: (platform: Platform) => string | undefined;
  readonly sample: { readonly on: () => Promise<boolean>; readonly set: (on: boolean) => Promise<void> };
  /** What became of this turn's “stop” when it came in, if there was something to stop. */
  readonly stopVerdict: (turn: TurnId) => StopVerdict | undefined;
  readonly connectLinks: ConnectLinkDesk;
  readonly oauthClients: OAuthClients;
  /** How secrets may come in from a conversation. */
  readonly entry: {
    /** Where a page of ours is, for the people of a conversation; undefined where they cannot reach one. */
    readonly origin: (conversation: Conversation) => string | undefined;
    /** Whether an API key may be typed into a form of a chat platform. */
    readonly modal: boolean;
  };
  /** Deletes somebody's message where NEXUS may; it asks the platform for that right each time. */
  readonly removal: {
    readonly mayRemove: (message: MessageRef, signal: AbortSignal) => Promise<boolean>;
    readonly remove: (message: MessageRef, signal: AbortSignal) => Promise<boolean>;
  };
  /** Where an authorisation server sends the browser back to; undefined when no HTTP door is open. */
  readonly oauthRedirect: () => string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** What became of a wish to stop something, when it came in. */
export type StopVerdict = "stopped" | "not_allowed";

/** One turn as its handlers see it: who, where, what was said before, and what to build the answer with. */
export interface Scene {
  readonly turn: Turn;
  readonly person: PersonId;
  /** Who asks, as complete as the platform can say. */
  readonly actor: Actor;
  readonly conversation: Conversation;
  readonly asker: { readonly locale: string; readonly timeZone: string };
  /** Whether somebody said what their time zone is: they, or their platform. */
  readonly isZoneKnown: boolean;
  readonly state: ConversationState;
  readonly remembered: Readonly<Record<string, Json>>;
  readonly composer: Composer;
  readonly stream: StreamPort;
  /** What models had to do with the turn so far. */
  readonly models?: ModelsRecord;
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
  readonly unmet?: Pick<UnmetIntent, "text" | "reason" | "kind">;
  /** Changes to a module's files, which rest on what its runs had read. */
  readonly files?: { readonly module: ModuleName; readonly changes: FileChanges };
  /** Slot values to remember for this person. */
  readonly remember?: Readonly<Record<string, Json>>;
  /** Whose the record, the files and the values are, when not the one's whose turn it is: what others approved is its author's. */
  readonly person?: PersonId;
  /** It asks before anything is done: nothing of it is to be shared or rated. */
  readonly isQuestion?: true;
  /** What the audit is to say of it. */
  readonly audit?: readonly AuditDraft[];
  /** What else the turn changes. Nothing but the given repositories may be awaited in it; when it rejects, the turn is tried again. */
  readonly commit?: (inside: Repositories) => Promise<void>;
  /** What follows once all of it is on the disk; a restart in between leaves it out, and does the same at its start. */
  readonly afterwards?: () => Promise<void>;
}
