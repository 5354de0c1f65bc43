import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { create } from "./create-table.ts";
import type { Flavour } from "./flavour.ts";

/** Modules being built: how far each has come, what was read and tried for it, and what people said of it. */
export function builds(flavour: Flavour): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await create(db, flavour, "builds", (table) =>
        table
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("code", "text", (column) => column.notNull())
          .addColumn("need", "text", (column) => column.notNull())
          .addColumn("source_json", "text", (column) => column.notNull())
          .addColumn("author_id", "text", (column) => column.notNull().references("people.id"))
          .addColumn("actor_json", "text", (column) => column.notNull())
          .addColumn("conversation_json", "text", (column) => column.notNull())
          .addColumn("contributors_json", "text", (column) => column.notNull())
          .addColumn("proposal_id", "text")
          .addColumn("state", "text", (column) => column.notNull())
          .addColumn("steps_json", "text", (column) => column.notNull())
          .addColumn("spent_units", "real", (column) => column.notNull())
          .addColumn("cost_micro_usd", flavour.time, (column) => column.notNull())
          .addColumn("allowed_units", "real", (column) => column.notNull())
          .addColumn("result_json", "text")
          .addColumn("failure_json", "text")
          .addColumn("written_json", "text")
          .addColumn("open_key", "text")
          .addColumn("source_key", "text", (column) => column.notNull())
          .addColumn("shown_by", "text", (column) => column.notNull())
          .addColumn("change_no", "integer", (column) => column.notNull())
          .addColumn("announced_no", "integer", (column) => column.notNull())
          .addColumn("holder", "text")
          .addColumn("attempts", "integer", (column) => column.notNull())
          .addColumn("created_at", flavour.time, (column) => column.notNull())
          .addColumn("updated_at", flavour.time, (column) => column.notNull()),
      );
      // Two who want the same at once get one.
      await sql`create unique index builds_open on builds (org_id, open_key) where open_key is not null`.execute(db);
      await db.schema.createIndex("builds_code").on("builds").columns(["org_id", "code"]).execute();
      await db.schema.createIndex("builds_state").on("builds").columns(["state", "id"]).execute();
      await sql`create index builds_unannounced on builds (updated_at) where announced_no < change_no`.execute(db);
      await create(db, flavour, "build_parts", (table) =>
        table
          .addColumn("build_id", "text", (column) => column.notNull().references("builds.id").onDelete("cascade"))
          .addColumn("org_id", "text", (column) => column.notNull())
          .addColumn("part", "text", (column) => column.notNull())
          .addColumn("body", "text", (column) => column.notNull())
          .addPrimaryKeyConstraint("build_parts_key", ["org_id", "build_id", "part"]),
      );
      await create(db, flavour, "build_rounds", (table) =>
        table
          .addColumn("build_id", "text", (column) => column.notNull().references("builds.id").onDelete("cascade"))
          .addColumn("org_id", "text", (column) => column.notNull())
          .addColumn("round", "integer", (column) => column.notNull())
          .addColumn("round_json", "text", (column) => column.notNull())
          .addColumn("entries", "text", (column) => column.notNull())
          .addPrimaryKeyConstraint("build_rounds_key", ["org_id", "build_id", "round"]),
      );
      await create(db, flavour, "build_feedback", (table) =>
        table
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("build_id", "text", (column) => column.notNull().references("builds.id").onDelete("cascade"))
          .addColumn("org_id", "text", (column) => column.notNull())
          .addColumn("person_id", "text", (column) => column.notNull())
          .addColumn("words", "text", (column) => column.notNull())
          .addColumn("created_at", flavour.time, (column) => column.notNull()),
      );
      // What a program asked for may be a build.
      await db.schema.alterTable("program_answers").addColumn("build_id", "text").execute();
      // The checklist of a build is the first reply of a turn.
      await db.schema.createIndex("outbox_turn").on("outbox").column("turn_id").execute();
      await db.schema.createIndex("build_feedback_build").on("build_feedback").columns(["build_id", "id"]).execute();
    },
  };
}
