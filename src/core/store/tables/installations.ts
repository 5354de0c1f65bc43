import type { GateId, ModuleName, OrgId, PersonId, Sha256 } from "#core/contract/ids.ts";

/** The tables of this migration, as Kysely sees them. */
export interface InstallationsTables {
  /** Exact bytes that passed the sandbox here, whether or not they were ever approved. Never changed. */
  module_bundles: {
    org_id: OrgId;
    sha256: Sha256;
    module: ModuleName;
    version: string;
    /** What the digest is of, byte for byte: each path and content after its length. */
    entries: Uint8Array;
    /** What would run, in the same form. */
    compiled: Uint8Array;
    compiled_sha256: Sha256;
    manifest_sha256: Sha256;
    report_json: string;
    report_sha256: Sha256;
    provenance_json: string;
    /** Ids of those whose words went into it. */
    contributors_json: string;
    notes_json: string;
    summary_json: string | null;
    staged_at: number;
  };
  /** Which version is live: one row for each module that is installed. */
  module_installs: {
    org_id: OrgId;
    module: ModuleName;
    sha256: Sha256;
    /** The change that made it live. */
    activation_id: string;
    is_pinned: number;
  };
  /** Every change of what is live, the newest last. */
  module_activations: {
    id: string;
    org_id: OrgId;
    module: ModuleName;
    /** Null when the module went. */
    sha256: Sha256 | null;
    version: string | null;
    /** What was live before, and is again when it is undone. */
    was_sha256: Sha256 | null;
    was_version: string | null;
    reason: "approved" | "undo" | "health" | "uninstall" | "revoked";
    gate_id: GateId | null;
    /** Ids of those who agreed. */
    approved_json: string;
    /** Whoever did it, when nobody had to agree. */
    done_by: PersonId | null;
    /** The modules it builds on, exactly. */
    lock_json: string;
    created_at: number;
  };
  /** The files people had with a module when a change was made, for as long as it can be undone. */
  module_snapshots: {
    org_id: OrgId;
    activation_id: string;
    module: ModuleName;
    person_id: PersonId;
    path: string;
    text: string;
    updated_at: number;
    taken_at: number;
  };
  /** Bytes that never run again. */
  module_revocations: {
    org_id: OrgId;
    sha256: Sha256;
    why: string;
    /** Nobody when its publisher took it back. */
    revoked_by: PersonId | null;
    created_at: number;
  };
  /** What an imported file brought, until somebody has decided on it. */
  module_imports: {
    org_id: OrgId;
    module: ModuleName;
    version: string;
    sha256: Sha256;
    is_pinned: number;
    /** The packed module, Base64. */
    pack: string;
    /** When people were asked; null: not yet. */
    asked_at: number | null;
  };
  /** How the calls of a version went since it became live. */
  module_health: {
    org_id: OrgId;
    activation_id: string;
    module: ModuleName;
    sha256: Sha256;
    calls: number;
    failures: number;
    /** Answers that said there was nothing. */
    empties: number;
    /** How often which error came, by its code. */
    codes_json: string;
    /** What was done about it, once something was. */
    verdict: "reverted" | "switched_off" | "told" | null;
    /** The numbers it was decided on. */
    detail_json: string | null;
    decided_at: number | null;
    /** When people were told. */
    told_at: number | null;
    updated_at: number;
  };
}
