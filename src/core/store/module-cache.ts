import type { ModuleName, OrgId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Access } from "./access.ts";

/** What modules of one org keep for a while. */
export interface ModuleCache {
  /** The value, unless it has expired. */
  get(module: ModuleName, key: string): Promise<Json | undefined>;
  set(module: ModuleName, key: string, value: Json, expiresAt: Date): Promise<void>;
  /** The value even when it has expired: what is shown, with its time, while a source is down. */
  lastKnown(module: ModuleName, key: string): Promise<Json | undefined>;
}

/** Makes the repository of an org's module cache. */
export function createModuleCache(access: Access, org: OrgId): ModuleCache {
  const find = async (module: ModuleName, key: string) => {
    const row = await access.db
      .selectFrom("module_cache")
      .where("org_id", "=", org)
      .where("module", "=", module)
      .where("key", "=", key)
      .select(["value_json", "expires_at"])
      .executeTakeFirst();
    if (!row) return undefined;
    const value: Json = JSON.parse(row.value_json);
    return { value, expiresAt: row.expires_at };
  };
  return {
    get: async (module, key) => {
      const found = await find(module, key);
      return found && found.expiresAt > access.clock().getTime() ? found.value : undefined;
    },
    lastKnown: async (module, key) => (await find(module, key))?.value,
    set: (module, key, value, expiresAt) =>
      access.write(async (db) => {
        const cached = { value_json: JSON.stringify(value), expires_at: expiresAt.getTime() };
        await db
          .insertInto("module_cache")
          .values({ org_id: org, module, key, ...cached })
          .onConflict((conflict) => conflict.columns(["org_id", "module", "key"]).doUpdateSet(cached))
          .execute();
      }),
  };
}
