/** What becomes of one person's rows of a table when everything about them is deleted. */
export type ErasureRule =
  /** Rows that are theirs, by a column with their id. */
  | { readonly do: "delete"; readonly by: readonly string[]; readonly secret?: readonly string[] }
  /** Rows of what they said, and of what was answered; found by their turns. */
  | { readonly do: "delete_turns"; readonly by: string }
  /** Handled by name in erasure.ts, because others need part of the row. */
  | { readonly do: "special"; readonly columns: readonly string[]; readonly how: string }
  | { readonly do: "keep"; readonly columns?: readonly string[]; readonly why: string };

const ID_ONLY = "holds the id of a person, which names nobody once the person is gone";
const NOBODYS = "holds nothing of a person";

/**
 * Every table, and what of it goes with a person. A test compares it with the tables that there are, and each column that
 * can hold a person with what is said here: a new table without a rule fails it.
 */
export const ERASURE_PLAN: Readonly<Record<string, ErasureRule>> = {
  people: {
    do: "special",
    columns: ["display_name"],
    how: "left as an id without a name: requests and votes refer to it",
  },
  identities: { do: "delete", by: ["person_id"] },
  memberships: { do: "delete", by: ["person_id"] },
  preferences: { do: "delete", by: ["person_id"] },
  module_files: { do: "delete", by: ["person_id"] },
  module_snapshots: { do: "delete", by: ["person_id"] },
  unmet_intents: { do: "delete", by: ["person_id"] },
  proposals: {
    do: "special",
    columns: ["decided_by"],
    how: "those that they asked for lose what a model wrote of them, and all words when nobody else asked",
  },
  plans: { do: "delete", by: ["person_id"] },
  reminders: { do: "delete", by: ["person_id"] },
  mail_addresses: { do: "delete", by: ["person_id"], secret: ["code_hash"] },
  schedules: { do: "delete", by: ["person_id"] },
  schedule_slots: { do: "special", columns: [], how: "goes with the schedule that it is of" },
  holiday_calendars: { do: "delete", by: ["person_id"] },
  watches: { do: "delete", by: ["person_id"] },
  hooks: { do: "delete", by: ["person_id"], secret: ["secret_sealed", "former_sealed"] },
  hook_deliveries: { do: "special", columns: [], how: "goes with the hook that it came to" },
  hook_keys: { do: "special", columns: [], how: "goes with the hook that it came to" },
  feedback: { do: "delete", by: ["person_id"] },
  builds: { do: "delete", by: ["author_id"] },
  build_parts: { do: "special", columns: [], how: "goes with the build that it is of" },
  build_rounds: { do: "special", columns: [], how: "goes with the build that it is of" },
  build_feedback: { do: "delete", by: ["person_id"] },
  said: { do: "delete", by: ["person_id"], secret: ["words", "word_count"] },
  said_vectors: { do: "special", columns: [], how: "goes with the turn that it is of" },
  said_summaries: {
    do: "special",
    columns: ["for_person"],
    how: "those of the conversations they spoke in go",
  },
  model_calls: { do: "delete", by: ["person_id"] },
  tier_labels: { do: "delete", by: ["person_id"] },
  reflex_labels: { do: "delete", by: ["person_id"] },
  roles: { do: "delete", by: ["person_id"] },
  link_codes: { do: "delete", by: ["person_id"], secret: ["code_hash"] },
  link_tries: { do: "delete", by: ["person_id"] },
  org_join_codes: { do: "delete", by: ["person_id"], secret: ["code_hash"] },
  credentials: { do: "delete", by: ["owner"], secret: ["sealed"] },
  credential_grants: { do: "delete", by: ["owner", "grantee"] },
  credential_checks: { do: "delete", by: ["owner", "keeper"] },
  credential_notices: { do: "delete", by: ["owner", "reader"] },
  credential_lifetimes: { do: "delete", by: ["owner"] },
  api_keys: { do: "delete", by: ["person_id"], secret: ["hash", "pepper"] },
  sessions: { do: "delete", by: ["person_id"], secret: ["hash"] },
  connect_links: { do: "delete", by: ["person_id"], secret: ["token_hash", "state_hash"] },
  inbox: {
    do: "special",
    columns: [],
    how: "what was said goes; that something was said stays, so that it is not answered twice",
  },
  inbox_keys: { do: "keep", why: "the platform's numbers of events, for a week, so that none is answered twice" },
  steps: { do: "delete_turns", by: "turn_id" },
  outbox: {
    do: "special",
    columns: [],
    how: "goes with their turns, but for the places where cards of approvals hang",
  },
  dead_letters: { do: "delete_turns", by: "turn_id" },
  decisions: { do: "special", columns: [], how: "goes by the person in it" },
  program_answers: { do: "delete_turns", by: "turn_id" },
  conversations: {
    do: "special",
    columns: ["person_id"],
    how: "goes where they spoke last, and where nobody else reads",
  },
  actions: { do: "special", columns: [], how: "buttons stand for words: those of the conversations they spoke in go" },
  gates: {
    do: "special",
    columns: ["author_id", "author_json"],
    how: "what was asked for goes; who decided, and the digest, stay",
  },
  gate_votes: {
    do: "special",
    columns: ["person_id", "display_name"],
    how: "the verdict stays, without name and reason",
  },
  idempotency: {
    do: "special",
    columns: ["principal"],
    how: "goes by the principal, who is they or one of their keys",
  },
  door_memory: {
    do: "special",
    columns: [],
    how: "what a door keeps that is nothing but the platform's id of them goes",
  },
  meter_uses: { do: "special", columns: ["person_id"], how: "what was used stays, by nobody and in no channel" },
  meter_days: { do: "special", columns: [], how: "their own sums go, and those of channels that only they used" },
  quotas: { do: "special", columns: ["set_by"], how: "limits on them go; who set one is an id" },
  quota_raises: { do: "special", columns: ["raised_by"], how: "those for them go; who gave one is an id" },
  quota_notices: { do: "special", columns: [], how: "those about them go" },
  audit_entries: { do: "keep", columns: ["actor_id"], why: `${ID_ONLY}; the chain cannot be changed` },
  org_configs: { do: "keep", columns: ["actor_json"], why: ID_ONLY },
  erasures: {
    do: "keep",
    columns: ["person_id", "identities_json"],
    why: "says who was deleted, by an id that names nobody",
  },
  orgs: { do: "keep", why: NOBODYS },
  org_tenants: { do: "keep", why: NOBODYS },
  routing_trials: { do: "keep", why: NOBODYS },
  org_keys: { do: "keep", columns: ["wrapped_by"], why: NOBODYS },
  module_states: { do: "keep", why: NOBODYS },
  module_bundles: { do: "keep", why: `${ID_ONLY}: who contributed, and may not approve it` },
  module_installs: { do: "keep", why: NOBODYS },
  module_activations: { do: "keep", columns: ["done_by"], why: ID_ONLY },
  module_revocations: { do: "keep", columns: ["revoked_by"], why: ID_ONLY },
  module_health: { do: "keep", why: NOBODYS },
  module_imports: { do: "keep", why: NOBODYS },
  module_grants: { do: "keep", why: NOBODYS },
  module_cache: { do: "keep", why: "answers of sources, shared by all, until they expire" },
  channel_policies: { do: "keep", why: NOBODYS },
  role_mappings: { do: "keep", why: NOBODYS },
  oauth_states: { do: "keep", why: "sealed, and gone within minutes" },
  blobs: { do: "keep", why: "made from modules" },
  settings: { do: "keep", why: NOBODYS },
  jobs: { do: "keep", why: NOBODYS },
  migrations: { do: "keep", why: NOBODYS },
  migration_lock: { do: "keep", why: NOBODYS },
};

/** Whether a column's name says that it can hold a person. */
export function canHoldAPerson(column: string): boolean {
  return /person|author|actor|owner|grantee|user|principal|display_name|identit|email|locale|time_zone|_by$/.test(
    column,
  );
}
