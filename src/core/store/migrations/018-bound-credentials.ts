import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** For which installed module, and which host, a secret was entered; null: for the modules of a release. */
export function boundCredentials(): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await db.schema.alterTable("credentials").addColumn("bound", "text").execute();
    },
  };
}
