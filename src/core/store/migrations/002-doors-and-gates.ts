import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import { create } from "./create-table.ts";
import type { Flavour } from "./flavour.ts";

/** What doors remember, who may do what, linked identities, approvals, and which modules an org has switched off. */
export function doorsAndGates(flavour: Flavour): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await createDoors(db, flavour);
      await createRights(db, flavour);
      await createGates(db, flavour);
    },
  };
}

async function createDoors(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  await create(db, flavour, "door_memory", (table) =>
    table
      .addColumn("platform", "text", (column) => column.notNull())
      .addColumn("key", "text", (column) => column.notNull())
      .addColumn("value_text", "text", (column) => column.notNull())
      .addColumn("sealed", "integer", (column) => column.notNull())
      .addColumn("updated_at", flavour.time, (column) => column.notNull())
      .addPrimaryKeyConstraint("door_memory_key", ["platform", "key"]),
  );
  await db.schema.alterTable("orgs").addColumn("left_at", flavour.time).execute();
  await db.schema.alterTable("orgs").addColumn("approvals_json", "text").execute();
  await db.schema.alterTable("outbox").addColumn("gate_id", "text").execute();
  await db.schema.alterTable("outbox").addColumn("edits_id", "text").execute();
  await sql`create index outbox_gate on outbox (gate_id) where gate_id is not null`.execute(db);
  await sql`create index inbox_conversation on inbox (conversation_key)`.execute(db);
}

async function createRights(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  await create(db, flavour, "roles", (table) =>
    table
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
      .addColumn("person_id", "text", (column) => column.notNull().references("people.id"))
      .addColumn("role", "text", (column) => column.notNull())
      .addColumn("granted_by", "text")
      .addColumn("granted_at", flavour.time, (column) => column.notNull())
      .addPrimaryKeyConstraint("roles_key", ["org_id", "person_id"]),
  );
  // One human behind several people: the same id on each. It crosses orgs, so nothing of an org hangs on it.
  await db.schema.alterTable("people").addColumn("principal_id", "text").execute();
  await sql`create index people_principal on people (principal_id) where principal_id is not null`.execute(db);
  // What they said their zone is, which counts for more than what a platform tells of them.
  await db.schema.alterTable("people").addColumn("chosen_time_zone", "text").execute();
  await create(db, flavour, "link_codes", (table) =>
    table
      .addColumn("code_hash", "text", (column) => column.primaryKey().notNull())
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
      .addColumn("person_id", "text", (column) => column.notNull().references("people.id"))
      .addColumn("makes_owner", "integer", (column) => column.notNull())
      .addColumn("expires_at", flavour.time, (column) => column.notNull())
      .addColumn("used_at", flavour.time)
      // The turn that used it: tried again after a crash, it finds the link made.
      .addColumn("used_turn", "text"),
  );
  // Codes that somebody tried and nobody made, so that guessing ends after a few.
  await create(db, flavour, "link_tries", (table) =>
    table
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
      .addColumn("person_id", "text", (column) => column.notNull().references("people.id"))
      .addColumn("turn_id", "text", (column) => column.notNull())
      .addColumn("tried_at", flavour.time, (column) => column.notNull())
      .addPrimaryKeyConstraint("link_tries_key", ["org_id", "person_id", "turn_id"]),
  );
  await create(db, flavour, "module_states", (table) =>
    table
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
      .addColumn("module", "text", (column) => column.notNull())
      .addColumn("enabled", "integer", (column) => column.notNull())
      .addColumn("changed_at", flavour.time, (column) => column.notNull())
      .addPrimaryKeyConstraint("module_states_key", ["org_id", "module"]),
  );
  await create(db, flavour, "feedback", (table) =>
    table
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
      .addColumn("turn_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("helpful", "integer", (column) => column.notNull())
      .addColumn("created_at", flavour.time, (column) => column.notNull())
      .addPrimaryKeyConstraint("feedback_key", ["org_id", "turn_id", "person_id"]),
  );
}

async function createGates(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  await create(db, flavour, "gates", (table) =>
    table
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
      // What a person types instead of pressing: short, and unique among what is open.
      .addColumn("code", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      // What two requests about the same thing share; a newer one supersedes the older.
      .addColumn("topic", "text", (column) => column.notNull())
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("subject_sha256", "text", (column) => column.notNull())
      .addColumn("subject_json", "text", (column) => column.notNull())
      .addColumn("facts_json", "text", (column) => column.notNull())
      .addColumn("policy_json", "text", (column) => column.notNull())
      .addColumn("author_id", "text", (column) => column.notNull().references("people.id"))
      .addColumn("author_json", "text", (column) => column.notNull())
      .addColumn("conversation_json", "text", (column) => column.notNull())
      .addColumn("opened_turn", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) =>
        column.notNull().check(sql`state in ('open', 'approved', 'rejected', 'expired', 'superseded', 'withdrawn')`),
      )
      // The turn whose vote decided it: tried again after a crash, it goes on from there.
      .addColumn("decided_turn", "text")
      .addColumn("decided_at", flavour.time)
      .addColumn("created_at", flavour.time, (column) => column.notNull())
      .addColumn("expires_at", flavour.time, (column) => column.notNull()),
  );
  await create(db, flavour, "gate_votes", (table) =>
    table
      .addColumn("gate_id", "text", (column) => column.notNull().references("gates.id").onDelete("cascade"))
      .addColumn("org_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("display_name", "text", (column) => column.notNull())
      .addColumn("role", "text", (column) => column.notNull())
      .addColumn("verdict", "text", (column) => column.notNull().check(sql`verdict in ('approve', 'reject')`))
      .addColumn("reason", "text")
      .addColumn("turn_id", "text", (column) => column.notNull())
      .addColumn("voted_at", flavour.time, (column) => column.notNull())
      .addPrimaryKeyConstraint("gate_votes_key", ["gate_id", "person_id"]),
  );
  await sql`create unique index gates_code on gates (org_id, code) where state = 'open'`.execute(db);
  await sql`create index gates_topic on gates (org_id, topic)`.execute(db);
  await sql`create index gates_expiry on gates (expires_at) where state = 'open'`.execute(db);
}
