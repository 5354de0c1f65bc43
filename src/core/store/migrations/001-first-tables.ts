import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import { create } from "./create-table.ts";
import type { Flavour } from "./flavour.ts";

/** People, the inbox and outbox, what conversations and modules remember. */
export function firstTables(flavour: Flavour): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await createPeople(db, flavour);
      await createInbox(db, flavour);
      await createOutbox(db, flavour);
      await createMemory(db, flavour);
      await createModuleData(db, flavour);
    },
  };
}

async function createPeople(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  await create(db, flavour, "orgs", (table) =>
    table
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("platform", "text", (column) => column.notNull())
      .addColumn("tenant_id", "text", (column) => column.notNull())
      .addColumn("created_at", flavour.time, (column) => column.notNull())
      .addUniqueConstraint("orgs_tenant", ["platform", "tenant_id"]),
  );
  await create(db, flavour, "people", (table) =>
    table
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
      .addColumn("display_name", "text", (column) => column.notNull())
      .addColumn("locale", "text")
      .addColumn("time_zone", "text")
      .addColumn("created_at", flavour.time, (column) => column.notNull()),
  );
  await create(db, flavour, "identities", (table) =>
    table
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
      .addColumn("platform", "text", (column) => column.notNull())
      .addColumn("external_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull().references("people.id"))
      .addPrimaryKeyConstraint("identities_key", ["org_id", "platform", "external_id"]),
  );
}

async function createInbox(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  await create(db, flavour, "inbox", (table) =>
    table
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
      .addColumn("conversation_key", "text", (column) => column.notNull())
      .addColumn("inbound_json", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) =>
        column.notNull().check(sql`state in ('waiting', 'ready', 'held', 'done')`),
      )
      .addColumn("attempt", "integer", (column) => column.notNull())
      .addColumn("holder", "text")
      .addColumn("leased_until", flavour.time)
      .addColumn("not_before", flavour.time, (column) => column.notNull())
      .addColumn("received_at", flavour.time, (column) => column.notNull())
      .addColumn("done_at", flavour.time),
  );
  await create(db, flavour, "inbox_keys", (table) =>
    table
      .addColumn("org_id", "text", (column) => column.notNull())
      .addColumn("dedupe_key", "text", (column) => column.notNull())
      .addColumn("turn_id", "text", (column) => column.notNull().references("inbox.id").onDelete("cascade"))
      .addPrimaryKeyConstraint("inbox_keys_key", ["org_id", "dedupe_key"]),
  );
  await create(db, flavour, "steps", (table) =>
    table
      .addColumn("turn_id", "text", (column) => column.notNull().references("inbox.id").onDelete("cascade"))
      .addColumn("org_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull().check(sql`state in ('started', 'done')`))
      .addColumn("output_json", "text")
      .addColumn("started_at", flavour.time, (column) => column.notNull())
      .addPrimaryKeyConstraint("steps_key", ["turn_id", "name"]),
  );
  await sql`create unique index inbox_head on inbox (conversation_key) where state in ('ready', 'held')`.execute(db);
  await sql`create index inbox_waiting on inbox (conversation_key, id) where state = 'waiting'`.execute(db);
  await sql`create index inbox_ready on inbox (id) where state = 'ready'`.execute(db);
  await sql`create index inbox_held on inbox (leased_until) where state = 'held'`.execute(db);
  await sql`create index inbox_done on inbox (done_at) where state = 'done'`.execute(db);
  await sql`create index inbox_keys_turn on inbox_keys (turn_id)`.execute(db);
}

async function createOutbox(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  await create(db, flavour, "outbox", (table) =>
    table
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id"))
      .addColumn("turn_id", "text", (column) => column.notNull())
      .addColumn("conversation_key", "text", (column) => column.notNull())
      .addColumn("platform", "text", (column) => column.notNull())
      .addColumn("message_json", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) =>
        column.notNull().check(sql`state in ('waiting', 'ready', 'sending', 'sent', 'expired', 'dead')`),
      )
      .addColumn("attempt", "integer", (column) => column.notNull())
      .addColumn("failures", "integer", (column) => column.notNull())
      .addColumn("interrupted", "integer", (column) => column.notNull())
      .addColumn("not_before", flavour.time, (column) => column.notNull())
      .addColumn("expires_at", flavour.time, (column) => column.notNull())
      .addColumn("ref_json", "text")
      .addColumn("created_at", flavour.time, (column) => column.notNull())
      .addColumn("done_at", flavour.time),
  );
  await create(db, flavour, "dead_letters", (table) =>
    table
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("org_id", "text", (column) => column.notNull())
      .addColumn("turn_id", "text", (column) => column.notNull())
      .addColumn("outbox_id", "text")
      .addColumn("code", "text", (column) => column.notNull())
      .addColumn("detail", "text", (column) => column.notNull())
      .addColumn("created_at", flavour.time, (column) => column.notNull()),
  );
  await sql`create unique index outbox_head on outbox (conversation_key) where state in ('ready', 'sending')`.execute(
    db,
  );
  await sql`create index outbox_waiting on outbox (conversation_key, id) where state = 'waiting'`.execute(db);
  await sql`create index outbox_ready on outbox (id) where state = 'ready'`.execute(db);
  await sql`create index outbox_sending on outbox (id) where state = 'sending'`.execute(db);
  await sql`create index outbox_expiry on outbox (expires_at) where state in ('waiting', 'ready')`.execute(db);
  await sql`create index outbox_done on outbox (done_at) where done_at is not null`.execute(db);
  await sql`create index dead_letters_org on dead_letters (org_id, id)`.execute(db);
}

async function createMemory(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  await create(db, flavour, "conversations", (table) =>
    table
      .addColumn("org_id", "text", (column) => column.notNull())
      .addColumn("conversation_key", "text", (column) => column.notNull())
      .addColumn("state_json", "text", (column) => column.notNull())
      .addColumn("updated_at", flavour.time, (column) => column.notNull())
      .addPrimaryKeyConstraint("conversations_key", ["org_id", "conversation_key"]),
  );
  await create(db, flavour, "preferences", (table) =>
    table
      .addColumn("org_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("key", "text", (column) => column.notNull())
      .addColumn("value_json", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("preferences_key", ["org_id", "person_id", "key"]),
  );
  await create(db, flavour, "decisions", (table) =>
    table
      .addColumn("turn_id", "text", (column) => column.primaryKey().notNull())
      .addColumn("org_id", "text", (column) => column.notNull())
      .addColumn("conversation_key", "text", (column) => column.notNull())
      .addColumn("decision_json", "text", (column) => column.notNull())
      .addColumn("created_at", flavour.time, (column) => column.notNull()),
  );
  await create(db, flavour, "unmet_intents", (table) =>
    table
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("org_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("conversation_key", "text", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .addColumn("reason", "text", (column) => column.notNull())
      .addColumn("created_at", flavour.time, (column) => column.notNull()),
  );
  await create(db, flavour, "actions", (table) =>
    table
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("org_id", "text", (column) => column.notNull())
      .addColumn("verb", "text", (column) => column.notNull())
      .addColumn("payload_json", "text", (column) => column.notNull())
      .addColumn("conversation_key", "text", (column) => column.notNull())
      .addColumn("expires_at", flavour.time, (column) => column.notNull())
      .addColumn("used_at", flavour.time),
  );
  await sql`create index decisions_conversation on decisions (org_id, conversation_key, turn_id)`.execute(db);
  await sql`create index decisions_age on decisions (created_at)`.execute(db);
  await sql`create index unmet_intents_org on unmet_intents (org_id, id)`.execute(db);
  await sql`create index actions_expiry on actions (expires_at)`.execute(db);
}

async function createModuleData(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  await create(db, flavour, "credentials", (table) =>
    table
      .addColumn("org_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("sealed", "text", (column) => column.notNull())
      .addColumn("hint", "text", (column) => column.notNull())
      .addColumn("updated_at", flavour.time, (column) => column.notNull())
      .addPrimaryKeyConstraint("credentials_key", ["org_id", "name"]),
  );
  await create(db, flavour, "module_files", (table) =>
    table
      .addColumn("org_id", "text", (column) => column.notNull())
      .addColumn("module", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("path", "text", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .addColumn("updated_at", flavour.time, (column) => column.notNull())
      .addPrimaryKeyConstraint("module_files_key", ["org_id", "module", "person_id", "path"]),
  );
  await create(db, flavour, "module_cache", (table) =>
    table
      .addColumn("org_id", "text", (column) => column.notNull())
      .addColumn("module", "text", (column) => column.notNull())
      .addColumn("key", "text", (column) => column.notNull())
      .addColumn("value_json", "text", (column) => column.notNull())
      .addColumn("expires_at", flavour.time, (column) => column.notNull())
      .addPrimaryKeyConstraint("module_cache_key", ["org_id", "module", "key"]),
  );
  await create(db, flavour, "blobs", (table) =>
    table
      .addColumn("key", "text", (column) => column.primaryKey().notNull())
      .addColumn("value", "text", (column) => column.notNull())
      .addColumn("created_at", flavour.time, (column) => column.notNull()),
  );
  await create(db, flavour, "settings", (table) =>
    table
      .addColumn("key", "text", (column) => column.primaryKey().notNull())
      .addColumn("value_json", "text", (column) => column.notNull()),
  );
  await sql`create index module_cache_expiry on module_cache (org_id, expires_at)`.execute(db);
}
