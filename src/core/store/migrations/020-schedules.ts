import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { create } from "./create-table.ts";
import type { Flavour } from "./flavour.ts";

/** What is done again and again at its times, and each of the times that has come. */
export function schedules(flavour: Flavour): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await create(db, flavour, "schedules", (table) =>
        table
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("person_id", "text", (column) => column.notNull().references("people.id"))
          .addColumn("code", "text", (column) => column.notNull())
          .addColumn("plan_json", "text", (column) => column.notNull())
          .addColumn("channel_key", "text", (column) => column.notNull())
          .addColumn("state", "text", (column) =>
            column.notNull().check(sql`state in ('on', 'paused', 'orphaned', 'ended')`),
          )
          .addColumn("why", "text")
          .addColumn("snoozed_until", flavour.time)
          .addColumn("next_at", flavour.time)
          .addColumn("revision", "integer", (column) => column.notNull())
          .addColumn("created_at", flavour.time, (column) => column.notNull())
          .addColumn("changed_at", flavour.time, (column) => column.notNull()),
      );
      await db.schema.createIndex("schedules_person").on("schedules").columns(["org_id", "person_id"]).execute();
      await db.schema.createIndex("schedules_channel").on("schedules").columns(["org_id", "channel_key"]).execute();
      await db.schema.createIndex("schedules_code").on("schedules").columns(["org_id", "code"]).execute();
      await sql`create index schedules_due on schedules (org_id, next_at) where state = 'on'`.execute(db);
      await create(db, flavour, "schedule_slots", (table) =>
        table
          .addColumn("schedule_id", "text", (column) => column.notNull().references("schedules.id").onDelete("cascade"))
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("slot", "text", (column) => column.notNull())
          .addColumn("due_at", flavour.time, (column) => column.notNull())
          .addColumn("state", "text", (column) =>
            column.notNull().check(sql`state in ('handed', 'asked', 'done', 'empty', 'skipped', 'failed')`),
          )
          .addColumn("turn_id", "text")
          .addColumn("handed_at", flavour.time, (column) => column.notNull())
          .addColumn("ended_at", flavour.time)
          .addColumn("result", "text")
          .addPrimaryKeyConstraint("schedule_slots_key", ["schedule_id", "slot"]),
      );
      await sql`create index schedule_slots_open on schedule_slots (schedule_id) where state = 'handed'`.execute(db);
      await db.schema.createIndex("schedule_slots_due").on("schedule_slots").columns(["due_at"]).execute();
    },
  };
}
