import { sql, type Kysely } from "kysely";
import { NexusError } from "#core/contract/errors.ts";
import type { OrgId, PersonId, TurnId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";
import type { StoredCredential } from "./credentials.ts";
import type { Database } from "./database.ts";
import { JOIN_PLAN } from "./join-plan.ts";
import { createPeople } from "./people.ts";

/** A credential of the org that joins, sealed for the one it joins. */
export interface Resealed {
  readonly was: StoredCredential;
  readonly sealed: string;
  readonly keyVersion: number;
}

/** What two orgs that become one bring together. */
export interface JoinPreview {
  readonly people: number;
  readonly openGates: number;
  readonly apiKeys: number;
  /** Hooks that end, since their addresses name the org that joins. */
  readonly hooks: number;
  /** Names of shared credentials that the other has none of. */
  readonly credentials: readonly string[];
  /** Names that both have: the other's stays. */
  readonly doubled: readonly string[];
}

/** One org becoming part of another. */
export interface OrgJoins {
  addCode(code: { codeHash: string; org: OrgId; person: PersonId; expiresAt: Date }): Promise<void>;
  /** Takes a code for an org, once and for all; undefined when it is unknown, too old, or another's. */
  claim(codeHash: string, by: OrgId): Promise<{ org: OrgId; person: PersonId } | undefined>;
  /** What an org has taken and not yet used. */
  claimed(by: OrgId): Promise<{ org: OrgId; person: PersonId } | undefined>;
  preview(from: OrgId, into: OrgId): Promise<JoinPreview>;
  /** Whether anything of an org is on its way in or out, but for one turn. */
  isBusy(org: OrgId, except: TurnId): Promise<boolean>;
  /**
   * Makes all of `from` part of `into`. For a transaction that holds everything else it rests on.
   * @throws NexusError conflict when something is under way there
   */
  join(from: OrgId, into: OrgId, resealed: readonly Resealed[], except: TurnId): Promise<void>;
}

/** Makes the repository of joining orgs. It crosses orgs, which is its purpose; every query names both. */
export function createOrgJoins(access: Access): OrgJoins {
  const open = () => access.db.selectFrom("org_join_codes").where("expires_at", ">", access.clock().getTime());
  return {
    addCode: ({ codeHash, org, person, expiresAt }) =>
      access.write(async (db) => {
        await db.deleteFrom("org_join_codes").where("expires_at", "<=", access.clock().getTime()).execute();
        const row = { code_hash: codeHash, org_id: org, person_id: person, expires_at: expiresAt.getTime() };
        await db.insertInto("org_join_codes").values(row).execute();
      }),
    claim: (codeHash, by) =>
      access.write(async (db) => {
        const row = await db
          .updateTable("org_join_codes")
          .set({ claimed_by: by })
          .where("code_hash", "=", codeHash)
          .where("expires_at", ">", access.clock().getTime())
          .where((either) => either.or([either("claimed_by", "is", null), either("claimed_by", "=", by)]))
          .returning(["org_id", "person_id"])
          .executeTakeFirst();
        return row && { org: row.org_id, person: row.person_id };
      }),
    claimed: async (by) => {
      const row = await open()
        .where("claimed_by", "=", by)
        .orderBy("expires_at", "desc")
        .select(["org_id", "person_id"])
        .executeTakeFirst();
      return row && { org: row.org_id, person: row.person_id };
    },
    preview: (from, into) => preview(access.db, from, into),
    isBusy: (org, except) => isBusy(access.db, org, except),
    join: (from, into, resealed, except) =>
      access.write(async (db) => {
        if (await isBusy(db, from, except)) {
          throw new NexusError("conflict", `${from} has turns or replies under way`);
        }
        await join(db, from, into, resealed, access.clock().getTime());
      }),
  };
}

async function preview(db: Kysely<Database>, from: OrgId, into: OrgId): Promise<JoinPreview> {
  const count = async (
    table: "people" | "gates" | "api_keys" | "hooks",
    also = sql<boolean>`1 = 1`,
  ): Promise<number> => {
    const { total } = await db
      .selectFrom(table)
      .where(`${table}.org_id`, "=", from)
      .where(also)
      .select(({ fn }) => fn.countAll<number>().as("total"))
      .executeTakeFirstOrThrow();
    return total;
  };
  const shared = async (org: OrgId) =>
    (
      await db
        .selectFrom("credentials")
        .where("org_id", "=", org)
        .where("owner", "=", "")
        .select("name")
        .orderBy("name")
        .execute()
    ).map(({ name }) => name);
  const theirs = new Set(await shared(into));
  const ours = await shared(from);
  return {
    people: await count("people"),
    openGates: await count("gates", sql<boolean>`state = 'open'`),
    apiKeys: await count("api_keys", sql<boolean>`revoked_at is null`),
    hooks: await count("hooks", sql<boolean>`state != 'ended'`),
    credentials: ours.filter((name) => !theirs.has(name)),
    doubled: ours.filter((name) => theirs.has(name)),
  };
}

async function isBusy(db: Kysely<Database>, org: OrgId, except: TurnId): Promise<boolean> {
  const coming = await sql`select 1 from inbox
    where org_id = ${org} and id != ${except} and state in ('waiting', 'ready', 'held') limit 1`.execute(db);
  if (coming.rows.length > 0) return true;
  const going = await sql`select 1 from outbox
    where org_id = ${org} and turn_id != ${except} and state in ('waiting', 'ready', 'sending') limit 1`.execute(db);
  return going.rows.length > 0;
}

async function join(
  db: Kysely<Database>,
  from: OrgId,
  into: OrgId,
  resealed: readonly Resealed[],
  now: number,
): Promise<void> {
  const closed = { state: "withdrawn", decided_at: now } as const;
  await db
    .updateTable("gates")
    .set(closed)
    .where("org_id", "=", from)
    .where(sql<boolean>`state = 'open'`)
    .execute();
  await db.updateTable("gates").set({ org_id: into }).where("org_id", "=", from).execute();
  await db.updateTable("roles").set({ role: "admin" }).where("org_id", "=", from).where("role", "=", "owner").execute();
  await db.updateTable("roles").set({ org_id: into }).where("org_id", "=", from).execute();
  await moveCredentials(db, from, into, resealed);
  for (const [table, rule] of Object.entries(JOIN_PLAN)) {
    if (rule.do === "move") await move(db, table, rule.key ?? [], from, into);
    if (rule.do === "drop") await sql`delete from ${sql.table(table)} where org_id = ${from}`.execute(db);
  }
  await moveUsage(db, from, into);
  await moveIdentities(db, from, into);
  await db.updateTable("orgs").set({ joined_into: into, approvals_json: null }).where("id", "=", from).execute();
  // What had joined it before has joined the other too.
  await db.updateTable("orgs").set({ joined_into: into }).where("joined_into", "=", from).execute();
}

async function move(db: Kysely<Database>, table: string, key: readonly string[], from: OrgId, into: OrgId) {
  if (key.length > 0) {
    const same = sql.join(
      key.map((column) => sql`theirs.${sql.ref(column)} = ${sql.table(table)}.${sql.ref(column)}`),
      sql` and `,
    );
    await sql`delete from ${sql.table(table)} where org_id = ${from}
      and exists (select 1 from ${sql.table(table)} theirs where theirs.org_id = ${into} and ${same})`.execute(db);
  }
  await sql`update ${sql.table(table)} set org_id = ${into} where org_id = ${from}`.execute(db);
}

/** What was not sealed for the other, or has been replaced since, cannot be read there and goes. */
async function moveCredentials(db: Kysely<Database>, from: OrgId, into: OrgId, resealed: readonly Resealed[]) {
  for (const { was, sealed, keyVersion } of resealed) {
    const owner = was.owner ?? "";
    const theirs = db.selectFrom("credentials").where("org_id", "=", into).where("name", "=", was.name);
    if ((await theirs.where("owner", "=", owner).select("name").executeTakeFirst()) !== undefined) continue;
    const moved = await db
      .updateTable("credentials")
      .set({ org_id: into, sealed, key_version: keyVersion })
      .where("org_id", "=", from)
      .where("name", "=", was.name)
      .where("owner", "=", owner)
      .where("sealed", "=", was.sealed)
      .executeTakeFirst();
    if (moved.numUpdatedRows === 0n) continue;
    const grants = db.updateTable("credential_grants").set({ org_id: into }).where("org_id", "=", from);
    await grants.where("name", "=", was.name).where("owner", "=", owner).execute();
  }
  await db.deleteFrom("credential_grants").where("org_id", "=", from).execute();
  await db.deleteFrom("credentials").where("org_id", "=", from).execute();
}

/** What both used is added up, and the limits of the one that is joined hold for all. */
async function moveUsage(db: Kysely<Database>, from: OrgId, into: OrgId): Promise<void> {
  await sql`insert into meter_days (org_id, scope, subject, day, used_milli, held_milli, uses, cost_micro_usd, unpriced)
    select ${into}, scope, subject, day, used_milli, held_milli, uses, cost_micro_usd, unpriced
    from meter_days where org_id = ${from}
    on conflict (org_id, scope, subject, day) do update set
      used_milli = meter_days.used_milli + excluded.used_milli,
      held_milli = meter_days.held_milli + excluded.held_milli,
      uses = meter_days.uses + excluded.uses,
      cost_micro_usd = meter_days.cost_micro_usd + excluded.cost_micro_usd,
      unpriced = meter_days.unpriced + excluded.unpriced`.execute(db);
  await db.deleteFrom("meter_days").where("org_id", "=", from).execute();
  await sql`delete from quotas where org_id = ${from} and scope not in ('person', 'channel')`.execute(db);
  await move(db, "quotas", ["scope", "subject", "period"], from, into);
}

/** On Discord an id is the same human's in every guild: known in both orgs, their two people become one human. */
async function moveIdentities(db: Kysely<Database>, from: OrgId, into: OrgId): Promise<void> {
  const { rows } = await sql<{
    ours: PersonId;
    theirs: PersonId;
  }>`select ours.person_id as ours, theirs.person_id as theirs
    from identities ours inner join identities theirs
      on theirs.org_id = ${into} and theirs.platform = ours.platform and theirs.external_id = ours.external_id
    where ours.org_id = ${from} and ours.platform = 'discord'`.execute(db);
  await db.updateTable("identities").set({ org_id: into }).where("org_id", "=", from).execute();
  const people = createPeople({ db, clock: () => new Date(), write: (work) => work(db) });
  for (const { ours, theirs } of rows) {
    await people.link({ org: into, person: theirs }, { org: into, person: ours });
  }
}
