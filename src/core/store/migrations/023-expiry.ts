import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { create } from "./create-table.ts";
import type { Flavour } from "./flavour.ts";

/** Looking after credentials: when each is tried, who was told of its end, and how long those before it lived. */
export function expiry(flavour: Flavour): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await db.schema.alterTable("credentials").addColumn("connected_at", flavour.time).execute();
      await sql`update credentials set connected_at = updated_at`.execute(db);
      await create(db, flavour, "credential_checks", (table) =>
        table
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("name", "text", (column) => column.notNull())
          .addColumn("owner", "text", (column) => column.notNull())
          .addColumn("connected_at", flavour.time, (column) => column.notNull())
          .addColumn("next_at", flavour.time, (column) => column.notNull())
          .addColumn("checked_at", flavour.time)
          .addColumn("ends_at", flavour.time)
          .addColumn("is_rolling", "integer", (column) => column.notNull().defaultTo(0))
          .addColumn("keeper", "text")
          .addColumn("keeper_at", flavour.time)
          .addColumn("taking_at", flavour.time)
          .addColumn("place_json", "text")
          .addPrimaryKeyConstraint("credential_checks_key", ["org_id", "name", "owner"]),
      );
      await create(db, flavour, "credential_notices", (table) =>
        table
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("name", "text", (column) => column.notNull())
          .addColumn("owner", "text", (column) => column.notNull())
          .addColumn("reader", "text", (column) => column.notNull())
          .addColumn("day", "text", (column) => column.notNull())
          .addColumn("connected_at", flavour.time, (column) => column.notNull())
          .addColumn("stage", "text", (column) => column.notNull())
          .addColumn("told_as", "text", (column) => column.notNull())
          .addColumn("ends_at", flavour.time)
          .addColumn("actor_json", "text", (column) => column.notNull())
          .addColumn("conversation_json", "text", (column) => column.notNull())
          .addColumn("state", "text", (column) => column.notNull())
          .addColumn("answer", "text")
          .addColumn("turn_id", "text")
          .addColumn("created_at", flavour.time, (column) => column.notNull())
          .addUniqueConstraint("credential_notices_day", ["org_id", "name", "owner", "reader", "day"]),
      );
      await db.schema
        .createIndex("credential_notices_state")
        .on("credential_notices")
        .columns(["org_id", "state"])
        .execute();
      await create(db, flavour, "credential_lifetimes", (table) =>
        table
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("name", "text", (column) => column.notNull())
          .addColumn("owner", "text", (column) => column.notNull())
          .addColumn("connected_at", flavour.time, (column) => column.notNull())
          .addColumn("lived_ms", flavour.time, (column) => column.notNull())
          .addPrimaryKeyConstraint("credential_lifetimes_key", ["org_id", "name", "owner", "connected_at"]),
      );
    },
  };
}
