import type { Json } from "#core/contract/json.ts";
import type { Access } from "./access.ts";

/** Settings of the whole install that an operator changes while it runs. */
export interface Settings {
  get(key: string): Promise<Json | undefined>;
  set(key: string, value: Json): Promise<void>;
}

/** Makes the repository of settings. */
export function createSettings(access: Access): Settings {
  return {
    get: async (key) => {
      const row = await access.db.selectFrom("settings").where("key", "=", key).select("value_json").executeTakeFirst();
      if (!row) return undefined;
      const value: Json = JSON.parse(row.value_json);
      return value;
    },
    set: (key, value) =>
      access.write(async (db) => {
        const value_json = JSON.stringify(value);
        await db
          .insertInto("settings")
          .values({ key, value_json })
          .onConflict((conflict) => conflict.column("key").doUpdateSet({ value_json }))
          .execute();
      }),
  };
}
