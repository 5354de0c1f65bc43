import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** How often people were reminded of an approval that nobody has decided. */
export function gateReminders(): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await db.schema
        .alterTable("gates")
        .addColumn("reminded", "integer", (column) => column.notNull().defaultTo(0))
        .execute();
    },
  };
}
