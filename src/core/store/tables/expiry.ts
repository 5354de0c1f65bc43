import type { OrgId, PersonId, TurnId } from "#core/contract/ids.ts";
import type { OwnerColumn } from "./vault.ts";

/** The tables of this migration, as Kysely sees them. */
export interface ExpiryTables {
  /** When a credential is looked at next, and who looks after it. */
  credential_checks: {
    org_id: OrgId;
    name: string;
    owner: OwnerColumn;
    /** Of the connection it is about: a newer one is looked at anew. */
    connected_at: number;
    next_at: number;
    /** When its source last answered for it. */
    checked_at: number | null;
    /** Its end, as its source last had it. */
    ends_at: number | null;
    /** 1 when its end moves on with each use. */
    is_rolling: number;
    /** Whom it was given to, to be connected anew with theirs. */
    keeper: PersonId | null;
    keeper_at: number | null;
    /** When the keeper said that they do. */
    taking_at: number | null;
    /** Where whoever is told of its end last spoke to NEXUS alone. */
    place_json: string | null;
  };
  /** What one person was told on one day about one credential. */
  credential_notices: {
    id: string;
    org_id: OrgId;
    name: string;
    owner: OwnerColumn;
    reader: PersonId;
    /** `YYYY-MM-DD` in the reader's zone. */
    day: string;
    connected_at: number;
    stage: string;
    /** Who the reader is to the credential. */
    told_as: "keeper" | "admin";
    ends_at: number | null;
    actor_json: string;
    conversation_json: string;
    /** `new`: not in the inbox yet. `handed`: it is. `shown`: its card is on show. `over`: nothing is to be said of it any more. */
    state: "new" | "handed" | "shown" | "over";
    /** What its reader did about it. */
    answer: "later" | "given" | null;
    turn_id: TurnId | null;
    created_at: number;
  };
  /** How long connections lived that their source ended. */
  credential_lifetimes: {
    org_id: OrgId;
    name: string;
    owner: OwnerColumn;
    connected_at: number;
    lived_ms: number;
  };
}
