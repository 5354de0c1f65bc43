import type { EgressCode } from "#core/contract/module.ts";

/** Why a request was not made or its answer not taken. `detail` is shown to the module and logged: never a secret. */
export interface Refusal {
  readonly ok: false;
  readonly code: EgressCode;
  readonly detail: string;
}

/** A refusal as a value: module code is answered, never thrown at. */
export function refuse(code: EgressCode, detail: string): Refusal {
  return { ok: false, code, detail };
}
