import type { OrgId, PersonId, Sha256 } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";

/** Bytes that one org will not run again. None is ever taken off the list. */
export interface ModuleRevocations {
  /** Whether it was not on the list before. */
  add(sha256: Sha256, why: string, by: PersonId | undefined): Promise<boolean>;
  /** Why these bytes may not run; undefined when they may. */
  why(sha256: Sha256): Promise<string | undefined>;
  all(): Promise<ReadonlyMap<Sha256, string>>;
}

/** Makes the repository of what an org has revoked. */
export function createModuleRevocations(access: Access, org: OrgId): ModuleRevocations {
  const own = () => access.db.selectFrom("module_revocations").where("org_id", "=", org).select(["sha256", "why"]);
  return {
    add: (sha256, why, by) =>
      access.write(async (db) => {
        const row = { org_id: org, sha256, why, revoked_by: by ?? null, created_at: access.clock().getTime() };
        const added = await db
          .insertInto("module_revocations")
          .values(row)
          .onConflict((conflict) => conflict.columns(["org_id", "sha256"]).doNothing())
          .executeTakeFirst();
        return (added.numInsertedOrUpdatedRows ?? 0n) > 0n;
      }),
    why: async (sha256) => (await own().where("sha256", "=", sha256).executeTakeFirst())?.why,
    all: async () => new Map((await own().execute()).map(({ sha256, why }) => [sha256, why])),
  };
}
