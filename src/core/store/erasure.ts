import { sql, type Kysely } from "kysely";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { JsonObject } from "#core/contract/json.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";
import { ERASURE_PLAN } from "./erasure-plan.ts";
import { collect } from "./personal-data.ts";
import { createPeople, type Identity, type PersonRef } from "./people.ts";
import { conversationsOf, type Footprint, inChunks, openRowsOf, turnsOf } from "./sqlite/footprint.ts";
import { purge } from "./sqlite/purge.ts";
import { NOBODY, redactGates, redactInbox, redactOutbox } from "./sqlite/redact.ts";

/** Deleting everything about a person. */
export interface Erasure {
  /** How many rows of which table are about them. */
  survey(person: PersonRef): Promise<Readonly<Record<string, number>>>;
  /** Everything that is kept about them, as they may read it: no secret, and nobody else's name. */
  collect(person: PersonRef): Promise<JsonObject>;
  /**
   * Deletes what is not under way, and notes that the rest is to follow. What they say from now on makes somebody new of
   * them.
   */
  erase(person: PersonRef): Promise<void>;
  /** Those of whom something was under way. */
  pending(): Promise<PersonRef[]>;
  /** Deletes again what has been completed since; true once nothing is left under way. */
  finish(person: PersonRef): Promise<boolean>;
  /** Notes that the last bytes are gone. */
  done(person: PersonRef): Promise<void>;
  /**
   * Overwrites what was deleted, in the database's files too. Not inside a transaction.
   * @returns false when somebody else reads at this moment, and it is to be tried again
   */
  purge(): Promise<boolean>;
}

/** Makes the repository of erasure. It crosses tables, and every query adds the org. */
export function createErasure(access: Access): Erasure {
  return {
    survey: (person) => survey(access.db, person),
    collect: async (person) => collect(access.db, await footprint(access.db, person, Number.MAX_SAFE_INTEGER)),
    erase: (person) =>
      access.write(async (db) => {
        const now = access.clock().getTime();
        const found = await footprint(db, person, now);
        const kept = {
          identities_json: JSON.stringify(found.identities),
          conversations_json: JSON.stringify(found.conversations),
          requested_at: now,
          done_at: null,
        };
        await db
          .insertInto("erasures")
          .values({ org_id: person.org, person_id: person.person, ...kept })
          .onConflict((conflict) => conflict.columns(["org_id", "person_id"]).doUpdateSet(kept))
          .execute();
        await createPeople({ ...access, db, write: (work) => work(db) }).unlink(person);
        await eraseRows(db, found);
      }),
    pending: async () => {
      const rows = await access.db
        .selectFrom("erasures")
        .where("done_at", "is", null)
        .select(["org_id", "person_id"])
        .orderBy("requested_at")
        .execute();
      return rows.map(toRef);
    },
    finish: (person) =>
      access.write(async (db) => {
        const found = await footprint(db, person, undefined);
        await eraseRows(db, found);
        if (await openRowsOf(db, found)) return false;
        const forgotten = { identities_json: "[]", conversations_json: "[]" };
        await ofPerson(db.updateTable("erasures").set(forgotten), person).execute();
        return true;
      }),
    done: (person) =>
      access.write(async (db) => {
        await ofPerson(db.updateTable("erasures").set({ done_at: access.clock().getTime() }), person).execute();
      }),
    purge: () => purge(access.db),
  };
}

function toRef(row: { org_id: OrgId; person_id: PersonId }): PersonRef {
  return { org: row.org_id, person: row.person_id };
}

function ofPerson<Query extends { where(column: "org_id" | "person_id", is: "=", value: string): Query }>(
  query: Query,
  { org, person }: PersonRef,
): Query {
  return query.where("org_id", "=", org).where("person_id", "=", person);
}

/** @param now the time of the request; undefined reads what was noted when it was made */
async function footprint(db: Kysely<Database>, person: PersonRef, now: number | undefined): Promise<Footprint> {
  const noted = await ofPerson(db.selectFrom("erasures"), person).selectAll().executeTakeFirst();
  const before: Identity[] = noted === undefined ? [] : JSON.parse(noted.identities_json);
  const spoke: string[] = noted === undefined ? [] : JSON.parse(noted.conversations_json);
  const current = await createPeople({ db, clock: () => new Date(), write: (work) => work(db) }).identitiesOf(person);
  const identities = [...before, ...current];
  const until = now ?? noted?.requested_at ?? 0;
  const known = { ...person, identities, until };
  const turns = await turnsOf(db, known);
  const conversations = [...new Set([...spoke, ...(await conversationsOf(db, known, turns))])];
  return { ...known, turns, conversations };
}

async function survey(db: Kysely<Database>, person: PersonRef): Promise<Record<string, number>> {
  const found = await footprint(db, person, Number.MAX_SAFE_INTEGER);
  const counts: Record<string, number> = { messages: found.turns.length, conversations: found.conversations.length };
  for (const [table, rule] of Object.entries(ERASURE_PLAN)) {
    if (rule.do !== "delete") continue;
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}
      where org_id = ${person.org} and ${heldBy(rule.by, person.person)}`.execute(db);
    counts[table] = rows[0]?.count ?? 0;
  }
  return counts;
}

/** That any of the columns names the person. */
function heldBy(columns: readonly string[], person: PersonId) {
  return sql<boolean>`(${sql.join(
    columns.map((column) => sql`${sql.ref(column)} = ${person}`),
    sql` or `,
  )})`;
}

async function eraseRows(db: Kysely<Database>, found: Footprint): Promise<void> {
  const { org, person, turns } = found;
  const keys = await db
    .selectFrom("api_keys")
    .where("org_id", "=", org)
    .where("person_id", "=", person)
    .select("id")
    .execute();
  // Before the turns go by which it is known where they spoke.
  await sql`delete from said_summaries where org_id = ${org} and (for_person = ${person} or conversation_key in
    (select conversation_key from said where org_id = ${org} and person_id = ${person}))`.execute(db);
  await eraseProposals(db, found);
  const principals = [`person:${person}`, ...keys.map(({ id }) => `key:${id}`)];
  await db.deleteFrom("idempotency").where("org_id", "=", org).where("principal", "in", principals).execute();
  for (const [table, rule] of Object.entries(ERASURE_PLAN)) {
    if (rule.do === "delete") {
      await sql`delete from ${sql.table(table)} where org_id = ${org} and ${heldBy(rule.by, person)}`.execute(db);
    }
    if (rule.do === "delete_turns") {
      await inChunks(turns, async (some) => {
        await sql`delete from ${sql.table(table)}
          where org_id = ${org} and ${sql.ref(rule.by)} in (${sql.join(some)})`.execute(db);
      });
    }
  }
  await eraseTurns(db, found);
  await redactInbox(db, found);
  await redactOutbox(db, found);
  await eraseConversations(db, found);
  await redactGates(db, found);
  await eraseUsage(db, found);
  await eraseDoorMemory(db, found);
  await db
    .updateTable("people")
    .set({ display_name: NOBODY, locale: null, time_zone: null, chosen_time_zone: null, principal_id: null })
    .where("org_id", "=", org)
    .where("id", "=", person)
    .execute();
}

/** What was proposed because of them keeps its numbers. Before their requests go, by which it is known what that is. */
async function eraseProposals(db: Kysely<Database>, { org, person }: Footprint): Promise<void> {
  const theirs = sql`org_id = ${org} and id in
    (select proposal_id from unmet_intents where org_id = ${org} and person_id = ${person})`;
  await sql`update proposals set specification = null, specification_model = null where ${theirs}`.execute(db);
  await sql`update proposals set label = '', meaning_json = '[]' where ${theirs} and not exists
    (select 1 from unmet_intents others where others.org_id = ${org} and others.proposal_id = proposals.id
      and others.person_id != ${person})`.execute(db);
}

async function eraseTurns(db: Kysely<Database>, { org, turns }: Footprint): Promise<void> {
  await inChunks(turns, async (some) => {
    await db.deleteFrom("decisions").where("org_id", "=", org).where("turn_id", "in", some).execute();
  });
}

async function eraseConversations(db: Kysely<Database>, { org, person, conversations, until }: Footprint) {
  await db.deleteFrom("conversations").where("org_id", "=", org).where("person_id", "=", person).execute();
  await inChunks(conversations, async (some) => {
    await sql`delete from conversations where org_id = ${org} and updated_at <= ${until}
      and conversation_key in (${sql.join(some)})`.execute(db);
    // A button lives four days, so one that ends later was made later.
    await sql`delete from actions where org_id = ${org} and expires_at <= ${until + BUTTON_LIFE_MS}
      and conversation_key in (${sql.join(some)})`.execute(db);
  });
}

const BUTTON_LIFE_MS = 4 * 24 * 60 * 60_000;

/** What was used stays in the sums of the org; by whom, and in which direct messages, does not. */
async function eraseUsage(db: Kysely<Database>, { org, person, until }: Footprint): Promise<void> {
  await sql`delete from meter_days where org_id = ${org} and scope = 'channel'
    and subject in (select channel_key from meter_uses where org_id = ${org} and person_id = ${person})
    and not exists (select 1 from meter_uses others where others.org_id = ${org} and others.person_id != ${person}
      and others.channel_key = meter_days.subject)`.execute(db);
  await db
    .deleteFrom("meter_days")
    .where("org_id", "=", org)
    .where("scope", "=", "person")
    .where("subject", "=", person)
    .execute();
  await sql`update meter_uses set person_id = 'erased', channel_key = null
    where org_id = ${org} and person_id = ${person} and state != 'held' and started_at <= ${until}`.execute(db);
  for (const table of ["quotas", "quota_raises"] as const) {
    await db.deleteFrom(table).where("org_id", "=", org).where("subject", "=", person).execute();
  }
  await sql`delete from quota_notices where org_id = ${org}
    and (topic like ${`%${person}%`} or detail_json like ${`%${person}%`})`.execute(db);
}

async function eraseDoorMemory(db: Kysely<Database>, { identities }: Footprint): Promise<void> {
  for (const { platform, externalId } of identities) {
    await db
      .deleteFrom("door_memory")
      .where("platform", "=", platform)
      .where("sealed", "=", 0)
      .where("value_text", "=", JSON.stringify(externalId))
      .execute();
  }
}
