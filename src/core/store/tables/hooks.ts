import type { HookDeliveryId, HookDeliveryState, HookState } from "#core/contract/hook.ts";
import type { HookId, OrgId, PersonId } from "#core/contract/ids.ts";

/** The tables of this migration, as Kysely sees them. */
export interface HooksTables {
  hooks: {
    id: HookId;
    org_id: OrgId;
    person_id: PersonId;
    code: string;
    plan_json: string;
    state: HookState;
    secret_sealed: string;
    /** Counts the secrets it has had. */
    secret_version: number;
    /** The secret before, as long as it still works. */
    former_sealed: string | null;
    former_until: number | null;
    /** When the secret was shown to somebody; it is shown once. */
    shown_at: number | null;
    /** Deliveries that were taken. */
    taken: number;
    last_at: number | null;
    created_at: number;
    changed_at: number;
  };
  hook_deliveries: {
    id: HookDeliveryId;
    org_id: OrgId;
    hook_id: HookId;
    state: HookDeliveryState;
    content_type: string;
    /** What kind of event it is, as its sender names it. */
    event: string | null;
    is_test: number;
    /** What came; null once it is done. */
    body_sealed: string | null;
    /** Tries that failed. */
    attempts: number;
    due_at: number;
    /** Since when a try is in the inbox; null while none is. */
    handed_at: number | null;
    why: string | null;
    received_at: number;
    ended_at: number | null;
  };
  /** Every name under which a delivery may come again. */
  hook_keys: { hook_id: HookId; key: string; org_id: OrgId; seen_at: number };
}
