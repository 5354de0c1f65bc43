import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import { create } from "./create-table.ts";
import type { Flavour } from "./flavour.ts";

/** What NEXUS does by itself, when it last did, and what came of it. */
export function jobs(flavour: Flavour): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await create(db, flavour, "jobs", (table) =>
        table
          .addColumn("name", "text", (column) => column.primaryKey().notNull())
          .addColumn("next_at", flavour.time, (column) => column.notNull())
          .addColumn("holder", "text")
          .addColumn("held_until", flavour.time)
          .addColumn("started_at", flavour.time)
          .addColumn("ended_at", flavour.time)
          .addColumn("outcome", "text")
          .addColumn("result", "text")
          .addColumn("failures", "integer", (column) => column.notNull()),
      );
    },
  };
}
