/** What becomes of the rows of an org that joins another. */
export type JoinRule =
  /** They become the other's. With `key`, the other's own row of the same key wins, and this one goes. */
  | { readonly do: "move"; readonly key?: readonly string[] }
  | { readonly do: "drop"; readonly why: string }
  | { readonly do: "keep"; readonly why: string }
  /** Handled by name in join-orgs.ts. */
  | { readonly do: "special"; readonly how: string };

/**
 * Every table with an org, and what of it moves when two become one. A test compares it with the tables that there are: a
 * new one without a rule fails it.
 */
export const JOIN_PLAN: Readonly<Record<string, JoinRule>> = {
  org_tenants: { do: "move" },
  people: { do: "move" },
  identities: { do: "special", how: "a guild member known in both is one human: the two are linked" },
  memberships: { do: "move" },
  roles: { do: "special", how: "owners of the one that joins become admins" },
  preferences: { do: "move" },
  module_files: { do: "move" },
  unmet_intents: { do: "move" },
  proposals: { do: "move" },
  plans: { do: "drop", why: "about settings that are gone" },
  builds: { do: "drop", why: "begun for an org that is no more, and for its people to decide on" },
  build_parts: { do: "drop", why: "of builds that are gone" },
  build_rounds: { do: "drop", why: "of builds that are gone" },
  build_feedback: { do: "drop", why: "on builds that are gone" },
  reminders: { do: "move" },
  feedback: { do: "move" },
  model_calls: { do: "move" },
  tier_labels: { do: "move" },
  reflex_labels: { do: "move" },
  decisions: { do: "move" },
  said: { do: "move" },
  said_vectors: { do: "move" },
  said_summaries: { do: "move", key: ["conversation_key", "for_person"] },
  conversations: { do: "move" },
  actions: { do: "move" },
  inbox: { do: "move" },
  inbox_keys: { do: "move", key: ["dedupe_key"] },
  steps: { do: "move" },
  outbox: { do: "move" },
  dead_letters: { do: "move" },
  program_answers: { do: "move" },
  gates: { do: "special", how: "what waits is withdrawn: others would decide on it now" },
  gate_votes: { do: "move" },
  module_states: { do: "move", key: ["module"] },
  module_installs: { do: "drop", why: "runs in the other org only when people there approve it" },
  module_health: { do: "drop", why: "about versions that are not live any more" },
  module_imports: { do: "move", key: ["module"] },
  module_bundles: { do: "move", key: ["sha256"] },
  module_activations: { do: "move" },
  module_snapshots: { do: "move" },
  module_revocations: { do: "move", key: ["sha256"] },
  module_grants: { do: "move", key: ["module"] },
  channel_policies: { do: "move", key: ["channel_key"] },
  role_mappings: { do: "drop", why: "groups give roles in the other org only when somebody there says so" },
  routing_trials: { do: "drop", why: "of settings that hold no more" },
  org_configs: { do: "drop", why: "the other's settings hold" },
  module_cache: { do: "drop", why: "answers fetched with other credentials" },
  credentials: { do: "special", how: "sealed anew for the other, or dropped and named" },
  credential_grants: { do: "special", how: "those of what was sealed anew" },
  org_keys: { do: "drop", why: "nothing is sealed with them any more" },
  connect_links: { do: "drop", why: "made for an org that is no more" },
  api_keys: { do: "drop", why: "a program is told of the new org by a new key" },
  sessions: { do: "drop", why: "whoever is signed in signs in again" },
  idempotency: { do: "drop", why: "belongs to keys that are gone" },
  link_codes: { do: "drop", why: "lives ten minutes" },
  link_tries: { do: "drop", why: "lives a day" },
  org_join_codes: { do: "drop", why: "lives ten minutes" },
  meter_uses: { do: "move" },
  meter_days: { do: "special", how: "what each came to is added up" },
  quotas: { do: "special", how: "the other's limits hold; those on people and channels come along where it has none" },
  quota_raises: { do: "drop", why: "given for limits that are gone" },
  quota_notices: { do: "drop", why: "about limits that are gone" },
  erasures: { do: "move" },
  audit_entries: { do: "keep", why: "its chain is closed, and stays whole under the id it was written for" },
};
