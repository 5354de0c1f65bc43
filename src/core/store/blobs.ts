import type { Access } from "./access.ts";

/** Derived data that costs time to make again, by the hash of what it was made from. Belongs to the install, not to an org. */
export interface Blobs {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  remove(key: string): Promise<void>;
}

/** Makes the repository of blobs. */
export function createBlobs(access: Access): Blobs {
  return {
    get: async (key) => {
      const row = await access.db.selectFrom("blobs").where("key", "=", key).select("value").executeTakeFirst();
      return row?.value;
    },
    set: (key, value) =>
      access.write(async (db) => {
        await db
          .insertInto("blobs")
          .values({ key, value, created_at: access.clock().getTime() })
          .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
          .execute();
      }),
    remove: (key) =>
      access.write(async (db) => {
        await db.deleteFrom("blobs").where("key", "=", key).execute();
      }),
  };
}
