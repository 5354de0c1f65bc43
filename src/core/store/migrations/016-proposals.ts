import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { create } from "./create-table.ts";
import type { Flavour } from "./flavour.ts";

/** What people asked for in vain, with where and how, and what was proposed because of it. */
export function proposals(flavour: Flavour): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await db.schema
        .alterTable("unmet_intents")
        .addColumn("kind", "text", (column) =>
          column
            .notNull()
            .defaultTo("no_capability")
            .check(sql`kind in ('no_capability', 'slot_given_up', 'refused_draft', 'wish', 'ours')`),
        )
        .execute();
      // Of what was noted before nobody knows any more who read along, so nobody is shown it.
      await db.schema
        .alterTable("unmet_intents")
        .addColumn("audience", "text", (column) =>
          column
            .notNull()
            .defaultTo("alone")
            .check(sql`audience in ('alone', 'members', 'external')`),
        )
        .execute();
      for (const name of ["turn_id", "actor_json", "conversation_json", "message_json", "proposal_id"]) {
        await db.schema.alterTable("unmet_intents").addColumn(name, "text").execute();
      }
      await db.schema
        .createIndex("unmet_intents_proposal")
        .on("unmet_intents")
        .columns(["org_id", "proposal_id"])
        .execute();
      await create(db, flavour, "proposals", (table) =>
        table
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
          .addColumn("code", "text", (column) => column.notNull())
          .addColumn("label", "text", (column) => column.notNull())
          .addColumn("meaning_json", "text", (column) => column.notNull())
          .addColumn("remedy_json", "text", (column) => column.notNull())
          .addColumn("writes", "integer", (column) =>
            column
              .notNull()
              .defaultTo(0)
              .check(sql`writes in (0, 1)`),
          )
          .addColumn("specification", "text")
          .addColumn("specification_model", "text")
          .addColumn("state", "text", (column) =>
            column.notNull().check(sql`state in ('open', 'not_now', 'never', 'building', 'done')`),
          )
          .addColumn("asks", "integer", (column) => column.notNull())
          .addColumn("askers", "integer", (column) => column.notNull())
          .addColumn("days", "integer", (column) => column.notNull())
          .addColumn("card_turn", "text")
          .addColumn("handed_at", flavour.time)
          .addColumn("proposed_at", flavour.time, (column) => column.notNull())
          .addColumn("decided_at", flavour.time)
          .addColumn("decided_by", "text")
          .addColumn("created_at", flavour.time, (column) => column.notNull()),
      );
      await db.schema.createIndex("proposals_org").on("proposals").columns(["org_id", "state"]).execute();
      await sql`create index proposals_unhanded on proposals (proposed_at) where handed_at is null`.execute(db);
    },
  };
}
