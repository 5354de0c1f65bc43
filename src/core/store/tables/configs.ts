import type { ErrorCode } from "#core/contract/errors.ts";
import type { BuildId, GateId, OrgId, TurnId } from "#core/contract/ids.ts";

/** What programs leave behind: the answers of their requests, and the versions of an org's settings. */
export interface ConfigTables {
  idempotency: {
    org_id: OrgId;
    /** `key:<id>` or `person:<id>`: the same key of two principals are two requests. */
    principal: string;
    key: string;
    request_hmac: string;
    /** Null while the request runs. */
    status: number | null;
    sealed: string | null;
    begun_at: number;
  };
  org_configs: {
    org_id: OrgId;
    name: string;
    version: number;
    config_json: string;
    actor_json: string;
    created_at: number;
  };
  program_answers: {
    turn_id: TurnId;
    org_id: OrgId;
    outcome: "done" | "refused";
    code: ErrorCode | null;
    said: string;
    hint: string | null;
    gate_id: GateId | null;
    build_id: BuildId | null;
    created_at: number;
  };
}
