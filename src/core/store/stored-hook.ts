import { HookPlan, type HookState } from "#core/contract/hook.ts";
import type { HookId, PersonId } from "#core/contract/ids.ts";
import type { Database } from "./database.ts";

/** A secret as it lies on the disk: sealed for its hook and its number. */
export interface SealedSecret {
  readonly sealed: string;
  readonly version: number;
}

/** Of a hook that came with an import: its secret stayed where it was, and nothing opens it until it has one. */
export const NO_SECRET: SealedSecret = { sealed: "", version: 0 };

/** An address to which a program outside posts. */
export interface StoredHook {
  readonly id: HookId;
  readonly person: PersonId;
  readonly code: string;
  readonly plan: HookPlan;
  readonly state: HookState;
  readonly secret: SealedSecret;
  /** False until one that came with an import has been given a secret. */
  readonly hasSecret: boolean;
  /** The secret before, as long as it works. */
  readonly former?: SealedSecret & { readonly until: Date };
  /** Whether somebody has been shown the secret. */
  readonly isShown: boolean;
  readonly taken: number;
  readonly lastAt?: Date;
  readonly createdAt: Date;
}

/** A hook as its row says it. */
export function toHook(row: Database["hooks"]): StoredHook {
  const { former_sealed: sealed, former_until: until } = row;
  return {
    id: row.id,
    person: row.person_id,
    code: row.code,
    plan: HookPlan.parse(JSON.parse(row.plan_json)),
    state: row.state,
    secret: { sealed: row.secret_sealed, version: row.secret_version },
    hasSecret: row.secret_sealed !== NO_SECRET.sealed,
    ...(sealed !== null &&
      sealed !== NO_SECRET.sealed &&
      until !== null && { former: { sealed, version: row.secret_version - 1, until: new Date(until) } }),
    isShown: row.shown_at !== null,
    taken: row.taken,
    ...(row.last_at !== null && { lastAt: new Date(row.last_at) }),
    createdAt: new Date(row.created_at),
  };
}
