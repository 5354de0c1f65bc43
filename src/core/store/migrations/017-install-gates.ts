import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Flavour } from "./flavour.ts";

/** When the source of what is to be installed reached people, and whether one who asks may approve alone. */
export function installGates(flavour: Flavour): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await db.schema.alterTable("gates").addColumn("attached_at", flavour.time).execute();
      await db.schema.alterTable("orgs").addColumn("solo_at", flavour.time).execute();
    },
  };
}
