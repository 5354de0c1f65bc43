import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import { create } from "./create-table.ts";
import type { Flavour } from "./flavour.ts";

/** What programs outside post to NEXUS. */
export function hooks(flavour: Flavour): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await create(db, flavour, "hooks", (table) =>
        table
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("person_id", "text", (column) => column.notNull().references("people.id"))
          .addColumn("code", "text", (column) => column.notNull())
          .addColumn("plan_json", "text", (column) => column.notNull())
          .addColumn("state", "text", (column) => column.notNull())
          .addColumn("secret_sealed", "text", (column) => column.notNull())
          .addColumn("secret_version", "integer", (column) => column.notNull())
          .addColumn("former_sealed", "text")
          .addColumn("former_until", flavour.time)
          .addColumn("shown_at", flavour.time)
          .addColumn("taken", "integer", (column) => column.notNull())
          .addColumn("last_at", flavour.time)
          .addColumn("created_at", flavour.time, (column) => column.notNull())
          .addColumn("changed_at", flavour.time, (column) => column.notNull()),
      );
      await create(db, flavour, "hook_deliveries", (table) =>
        table
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("hook_id", "text", (column) => column.notNull().references("hooks.id").onDelete("cascade"))
          .addColumn("state", "text", (column) => column.notNull())
          .addColumn("content_type", "text", (column) => column.notNull())
          .addColumn("event", "text")
          .addColumn("is_test", "integer", (column) => column.notNull())
          .addColumn("body_sealed", "text")
          .addColumn("attempts", "integer", (column) => column.notNull())
          .addColumn("due_at", flavour.time, (column) => column.notNull())
          .addColumn("handed_at", flavour.time)
          .addColumn("why", "text")
          .addColumn("received_at", flavour.time, (column) => column.notNull())
          .addColumn("ended_at", flavour.time),
      );
      await create(db, flavour, "hook_keys", (table) =>
        table
          .addColumn("hook_id", "text", (column) => column.notNull().references("hooks.id").onDelete("cascade"))
          .addColumn("key", "text", (column) => column.notNull())
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("seen_at", flavour.time, (column) => column.notNull())
          .addPrimaryKeyConstraint("hook_keys_pk", ["hook_id", "key"]),
      );
      await db.schema.createIndex("hooks_org").on("hooks").columns(["org_id", "state"]).execute();
      await db.schema.createIndex("hook_deliveries_due").on("hook_deliveries").columns(["state", "due_at"]).execute();
      await db.schema.createIndex("hook_deliveries_hook").on("hook_deliveries").columns(["hook_id", "state"]).execute();
      await db.schema.createIndex("hook_keys_seen").on("hook_keys").column("seen_at").execute();
    },
  };
}
