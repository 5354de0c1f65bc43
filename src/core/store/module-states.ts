import type { ModuleName, OrgId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";

/** Which modules an org has switched off. What nobody has switched is on. */
export interface ModuleStates {
  off(): Promise<ReadonlySet<ModuleName>>;
  set(module: ModuleName, isOn: boolean): Promise<void>;
}

/** Makes the repository of an org's module states. */
export function createModuleStates(access: Access, org: OrgId): ModuleStates {
  return {
    off: async () => {
      const rows = await access.db
        .selectFrom("module_states")
        .where("org_id", "=", org)
        .where("enabled", "=", 0)
        .select("module")
        .execute();
      return new Set(rows.map(({ module }) => module));
    },
    set: (module, isOn) =>
      access.write(async (db) => {
        const state = { enabled: isOn ? 1 : 0, changed_at: access.clock().getTime() };
        await db
          .insertInto("module_states")
          .values({ org_id: org, module, ...state })
          .onConflict((conflict) => conflict.columns(["org_id", "module"]).doUpdateSet(state))
          .execute();
      }),
  };
}
