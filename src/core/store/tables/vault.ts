import type { OrgId, PersonId } from "#core/contract/ids.ts";

/** Whose a credential is: a person's, or, empty, the org's own. Empty and not null, since it is part of the key. */
export type OwnerColumn = PersonId | "";

/** How an end is known: its source said so, the source refused it, or it is what that source usually does. */
export type ExpirySource = "stated" | "learnt" | "assumed";

/** The tables of this migration, as Kysely sees them. */
export interface VaultTables {
  credentials: {
    org_id: OrgId;
    name: string;
    owner: OwnerColumn;
    /** Grows each time the values are replaced. */
    version: number;
    sealed: string;
    /** The data key it is sealed with; 0 for what was sealed before orgs had keys of their own. */
    key_version: number;
    hint: string;
    /** For which installed module, and where, it was entered; null: for the modules of a release. */
    bound: string | null;
    updated_at: number;
    /** When somebody connected it: renewing what it is renewed with leaves it. */
    connected_at: number | null;
    expires_at: number | null;
    expires_source: ExpirySource | null;
    last_used_at: number | null;
    refused_at: number | null;
  };
  credential_grants: {
    org_id: OrgId;
    name: string;
    owner: OwnerColumn;
    /** A person, or `*` for everyone. */
    grantee: PersonId | "*";
    granted_at: number;
  };
  org_keys: {
    org_id: OrgId;
    version: number;
    /** The data key, wrapped by the key that `wrapped_by` names. */
    wrapped: string;
    wrapped_by: string;
    created_at: number;
  };
  oauth_states: {
    state_sha256: string;
    sealed: string;
    expires_at: number;
  };
}
