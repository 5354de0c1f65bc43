import type { Platform } from "#core/contract/message.ts";
import type { Access } from "./access.ts";

/** One remembered value: text of the door's own, or sealed text that only the master key opens. */
export interface Remembered {
  readonly text: string;
  readonly isSealed: boolean;
}

/** What the doors remember, of the whole install: a door is there once, whatever tenants it serves. */
export interface DoorMemories {
  get(platform: Platform, key: string): Promise<Remembered | undefined>;
  set(platform: Platform, key: string, value: Remembered): Promise<void>;
  delete(platform: Platform, key: string): Promise<void>;
  keys(platform: Platform, prefix: string): Promise<string[]>;
}

/** Makes the repository of what doors remember. */
export function createDoorMemories(access: Access): DoorMemories {
  return {
    get: async (platform, key) => {
      const row = await access.db
        .selectFrom("door_memory")
        .where("platform", "=", platform)
        .where("key", "=", key)
        .select(["value_text", "sealed"])
        .executeTakeFirst();
      return row && { text: row.value_text, isSealed: row.sealed === 1 };
    },
    set: (platform, key, { text, isSealed }) =>
      access.write(
        async (db) => {
          const value = { value_text: text, sealed: isSealed ? 1 : 0, updated_at: access.clock().getTime() };
          await db
            .insertInto("door_memory")
            .values({ platform, key, ...value })
            .onConflict((conflict) => conflict.columns(["platform", "key"]).doUpdateSet(value))
            .execute();
        },
        // Marks and signs are written every turn, and can be found out again; a token cannot.
        isSealed ? "power_cut" : "crash",
      ),
    delete: (platform, key) =>
      access.write(async (db) => {
        await db.deleteFrom("door_memory").where("platform", "=", platform).where("key", "=", key).execute();
      }, "crash"),
    keys: async (platform, prefix) => {
      const rows = await access.db
        .selectFrom("door_memory")
        .where("platform", "=", platform)
        .where("key", ">=", prefix)
        .where("key", "<", `${prefix}\u{10ffff}`)
        .select("key")
        .orderBy("key")
        .execute();
      return rows.map(({ key }) => key);
    },
  };
}
