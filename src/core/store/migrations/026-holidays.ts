import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import { create } from "./create-table.ts";
import type { Flavour } from "./flavour.ts";

/** The holidays of calendars that schedules name, as they were read last. */
export function holidays(flavour: Flavour): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await create(db, flavour, "holiday_calendars", (table) =>
        table
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("person_id", "text", (column) => column.notNull().references("people.id"))
          .addColumn("address", "text", (column) => column.notNull())
          .addColumn("days_json", "text")
          .addColumn("read_at", flavour.time)
          .addColumn("failing", "text")
          .addColumn("next_at", flavour.time, (column) => column.notNull())
          .addColumn("revision", "integer", (column) => column.notNull())
          .addPrimaryKeyConstraint("holiday_calendars_pk", ["org_id", "person_id", "address"]),
      );
      await db.schema.createIndex("holiday_calendars_next").on("holiday_calendars").columns(["next_at"]).execute();
    },
  };
}
