import type { ErrorCode } from "#core/contract/errors.ts";
import type { GateKind, GateState, Role } from "#core/contract/gate.ts";
import type {
  ActionId,
  ConversationKey,
  GateId,
  ModuleName,
  OrgId,
  OutboxId,
  PersonId,
  Sha256,
  TurnId,
} from "#core/contract/ids.ts";
import type { Platform } from "#core/contract/message.ts";
import type { AuditTables } from "./tables/audit.ts";
import type { BuildsTables } from "./tables/builds.ts";
import type { ExpiryTables } from "./tables/expiry.ts";
import type { InstallationsTables } from "./tables/installations.ts";
import type { JobsTables } from "./tables/jobs.ts";
import type { HolidaysTables } from "./tables/holidays.ts";
import type { HooksTables } from "./tables/hooks.ts";
import type { LinksTables } from "./tables/links.ts";
import type { MailTables } from "./tables/mail.ts";
import type { MemoryTables } from "./tables/memory.ts";
import type { MeteringTables } from "./tables/metering.ts";
import type { ModelsTables } from "./tables/models.ts";
import type { OrgsTables } from "./tables/orgs.ts";
import type { ProgramsTables } from "./tables/programs.ts";
import type { ProposalsTables } from "./tables/proposals.ts";
import type { RemindersTables } from "./tables/reminders.ts";
import type { RightsTables } from "./tables/rights.ts";
import type { SchedulesTables } from "./tables/schedules.ts";
import type { VaultTables } from "./tables/vault.ts";
import type { WatchesTables } from "./tables/watches.ts";

/**
 * Every table, as Kysely sees it, the same on each engine: ids are UUIDv7 text, times epoch milliseconds, booleans 0 or
 * 1, JSON text. Columns that hold JSON say so.
 */
export interface Database
  extends
    AuditTables,
    BuildsTables,
    RightsTables,
    VaultTables,
    ExpiryTables,
    InstallationsTables,
    MeteringTables,
    ModelsTables,
    ProgramsTables,
    OrgsTables,
    JobsTables,
    LinksTables,
    MailTables,
    MemoryTables,
    RemindersTables,
    HolidaysTables,
    HooksTables,
    SchedulesTables,
    WatchesTables,
    ProposalsTables {
  orgs: {
    id: OrgId;
    platform: Platform;
    tenant_id: string;
    created_at: number;
    approvals_json: string | null;
    /** Since when whoever asks for a module may approve it alone; null: they may not. */
    solo_at: number | null;
    /** The org that this one has become part of. */
    joined_into: OrgId | null;
  };
  people: {
    id: PersonId;
    org_id: OrgId;
    display_name: string;
    locale: string | null;
    time_zone: string | null;
    created_at: number;
    /** The same on every person that is one human; absent until two are linked. */
    principal_id: PersonId | null;
    chosen_time_zone: string | null;
  };
  identities: { org_id: OrgId; platform: Platform; tenant_id: string; external_id: string; person_id: PersonId };
  inbox: InboxTable;
  inbox_keys: { org_id: OrgId; dedupe_key: string; turn_id: TurnId };
  steps: StepTable;
  outbox: OutboxTable;
  dead_letters: DeadLetterTable;
  conversations: {
    org_id: OrgId;
    conversation_key: ConversationKey;
    state_json: string;
    updated_at: number;
    /** Whoever spoke last. */
    person_id: PersonId | null;
  };
  preferences: { org_id: OrgId; person_id: PersonId; key: string; value_json: string };
  decisions: {
    turn_id: TurnId;
    org_id: OrgId;
    conversation_key: ConversationKey;
    decision_json: string;
    created_at: number;
  };
  actions: {
    id: ActionId;
    org_id: OrgId;
    verb: string;
    payload_json: string;
    conversation_key: ConversationKey;
    expires_at: number;
    used_at: number | null;
  };
  module_files: {
    org_id: OrgId;
    module: ModuleName;
    person_id: PersonId;
    path: string;
    text: string;
    updated_at: number;
  };
  module_cache: { org_id: OrgId; module: ModuleName; key: string; value_json: string; expires_at: number };
  blobs: { key: string; value: string; created_at: number };
  settings: { key: string; value_json: string };
  door_memory: { platform: Platform; key: string; value_text: string; sealed: number; updated_at: number };
  roles: { org_id: OrgId; person_id: PersonId; role: Role; granted_by: PersonId | null; granted_at: number };
  link_codes: {
    code_hash: string;
    org_id: OrgId;
    person_id: PersonId;
    makes_owner: number;
    expires_at: number;
    used_at: number | null;
    used_turn: TurnId | null;
  };
  link_tries: { org_id: OrgId; person_id: PersonId; turn_id: TurnId; tried_at: number };
  module_states: { org_id: OrgId; module: ModuleName; enabled: number; changed_at: number };
  feedback: { org_id: OrgId; turn_id: TurnId; person_id: PersonId; helpful: number; created_at: number };
  gates: GateTable;
  gate_votes: GateVoteTable;
}

interface GateTable {
  id: GateId;
  org_id: OrgId;
  code: string;
  kind: GateKind;
  topic: string;
  title: string;
  subject_sha256: Sha256;
  subject_json: string;
  facts_json: string;
  policy_json: string;
  author_id: PersonId;
  author_json: string;
  conversation_json: string;
  opened_turn: TurnId;
  state: GateState;
  decided_turn: TurnId | null;
  decided_at: number | null;
  attached_at: number | null;
  /** How many of the reminders of it have been handed on or passed over. */
  reminded: number;
  created_at: number;
  expires_at: number;
}

interface GateVoteTable {
  gate_id: GateId;
  org_id: OrgId;
  person_id: PersonId;
  display_name: string;
  role: Role;
  verdict: "approve" | "reject";
  reason: string | null;
  turn_id: TurnId;
  voted_at: number;
}

/**
 * Of one conversation's open rows the oldest is `ready` or `held` and all others are `waiting`: the schema allows no
 * second one, so that two turns of a conversation can never overlap.
 */
interface InboxTable {
  id: TurnId;
  org_id: OrgId;
  conversation_key: ConversationKey;
  inbound_json: string;
  state: "waiting" | "ready" | "held" | "done";
  /** Counts claims; the fence. */
  attempt: number;
  holder: string | null;
  leased_until: number | null;
  not_before: number;
  received_at: number;
  done_at: number | null;
}

interface StepTable {
  turn_id: TurnId;
  org_id: OrgId;
  name: string;
  state: "started" | "done";
  output_json: string | null;
  started_at: number;
}

/** Ordered per conversation in the same way as the inbox, with `sending` for `held`. */
interface OutboxTable {
  id: OutboxId;
  org_id: OrgId;
  turn_id: TurnId;
  conversation_key: ConversationKey;
  platform: Platform;
  message_json: string;
  state: "waiting" | "ready" | "sending" | "sent" | "expired" | "dead";
  attempt: number;
  failures: number;
  /** 1 when an earlier sending may have arrived, so that the door is asked before it sends again. */
  interrupted: number;
  not_before: number;
  expires_at: number;
  ref_json: string | null;
  /** The approval whose card this is. */
  gate_id: GateId | null;
  /** The earlier reply that this one redraws. */
  edits_id: OutboxId | null;
  created_at: number;
  done_at: number | null;
}

interface DeadLetterTable {
  id: string;
  org_id: OrgId;
  turn_id: TurnId;
  outbox_id: OutboxId | null;
  code: ErrorCode;
  detail: string;
  created_at: number;
}
