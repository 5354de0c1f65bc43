import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import { create } from "./create-table.ts";
import type { Flavour } from "./flavour.ts";

/** What people want to be told when it is so. */
export function watches(flavour: Flavour): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await create(db, flavour, "watches", (table) =>
        table
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("person_id", "text", (column) => column.notNull().references("people.id"))
          .addColumn("code", "text", (column) => column.notNull())
          .addColumn("plan_json", "text", (column) => column.notNull())
          .addColumn("state", "text", (column) => column.notNull())
          .addColumn("why", "text")
          .addColumn("seen_json", "text")
          .addColumn("next_at", flavour.time, (column) => column.notNull())
          .addColumn("handed_at", flavour.time)
          .addColumn("looked_at", flavour.time)
          .addColumn("told_at", flavour.time)
          .addColumn("tellings", "integer", (column) => column.notNull())
          .addColumn("failures", "integer", (column) => column.notNull())
          .addColumn("failing_since", flavour.time)
          .addColumn("ends_at", flavour.time, (column) => column.notNull())
          .addColumn("revision", "integer", (column) => column.notNull())
          .addColumn("created_at", flavour.time, (column) => column.notNull())
          .addColumn("changed_at", flavour.time, (column) => column.notNull()),
      );
      await db.schema.createIndex("watches_due").on("watches").columns(["state", "next_at"]).execute();
      await db.schema.createIndex("watches_person").on("watches").columns(["org_id", "person_id", "state"]).execute();
      await db.schema.createIndex("watches_code").on("watches").columns(["org_id", "code"]).execute();
    },
  };
}
