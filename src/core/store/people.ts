import type { Kysely } from "kysely";
import { type OrgId, PersonId, newId } from "#core/contract/ids.ts";
import type { Actor, Platform } from "#core/contract/message.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";
import { createTenants, findOrMakeOrg, type Tenants } from "./tenants.ts";

/** A person as an org knows them, whichever platform they speak through. */
export interface Person {
  readonly org: OrgId;
  readonly person: PersonId;
  readonly displayName: string;
  /** BCP 47: what their platform says, else what it says of the same human elsewhere. */
  readonly locale?: string;
  /** IANA zone: what they said it is, else what their platform says, else that of the same human elsewhere. */
  readonly timeZone?: string;
  /** When NEXUS was taken out of their org, while it has not come back. */
  readonly leftAt?: Date;
}

/** One person of one org, by id. */
export type PersonRef = Pick<Person, "org" | "person">;

/** One of the people that are the same human. */
export interface LinkedPerson extends PersonRef {
  readonly platform: Platform;
  readonly tenantId: string;
  readonly displayName: string;
}

/** What one platform calls somebody, in one of its tenants. */
export interface Identity {
  readonly platform: Platform;
  readonly tenantId: string;
  readonly externalId: string;
}

/** Who is who: orgs, their people and the names platforms have for them. */
export interface People extends Tenants {
  /** The person behind an actor; the org, the person and the identity are made when they are new. */
  identify(actor: Actor): Promise<Person>;
  /** Makes two people one human, with whoever each was one with before. */
  link(one: PersonRef, other: PersonRef): Promise<void>;
  /** Makes a person a human of their own again; false when they were. */
  unlink(person: PersonRef): Promise<boolean>;
  /** The others that are the same human. */
  linkedWith(person: PersonRef): Promise<LinkedPerson[]>;
  /** Keeps the zone a person says is theirs; undefined goes by their platform again. */
  chooseTimeZone(person: PersonRef, timeZone: string | undefined): Promise<void>;
  /** The zone they said is theirs. */
  chosenTimeZone(person: PersonRef): Promise<string | undefined>;
  /** What platforms call a person of an org. */
  identitiesOf(person: PersonRef): Promise<Identity[]>;
}

/** Makes the people repository. */
export function createPeople(access: Access): People {
  return {
    identify: async (actor) => {
      const known = await find(access.db, actor);
      if (known && isCurrent(known, actor)) return toPerson(access.db, known);
      return access.write(async (db) => toPerson(db, await upsert(db, actor, access.clock().getTime())));
    },
    link: (one, other) => access.write((db) => link(db, one, other)),
    unlink: (person) => access.write((db) => unlink(db, person)),
    linkedWith: (person) => linkedWith(access.db, person),
    chooseTimeZone: ({ org, person }, timeZone) =>
      access.write(async (db) => {
        const chosen = { chosen_time_zone: timeZone ?? null };
        await db.updateTable("people").set(chosen).where("org_id", "=", org).where("id", "=", person).execute();
      }),
    chosenTimeZone: async ({ org, person }) => {
      const row = await access.db
        .selectFrom("people")
        .where("org_id", "=", org)
        .where("id", "=", person)
        .select("chosen_time_zone")
        .executeTakeFirst();
      return row?.chosen_time_zone ?? undefined;
    },
    identitiesOf: async ({ org, person }) => {
      const rows = await access.db
        .selectFrom("identities")
        .where("org_id", "=", org)
        .where("person_id", "=", person)
        .select(["platform", "tenant_id", "external_id"])
        .orderBy("platform")
        .orderBy("tenant_id")
        .execute();
      return rows.map((row) => ({ platform: row.platform, tenantId: row.tenant_id, externalId: row.external_id }));
    },
    ...createTenants(access),
  };
}

interface Row {
  readonly org_id: OrgId;
  readonly id: PersonId;
  readonly display_name: string;
  readonly locale: string | null;
  readonly time_zone: string | null;
  readonly chosen_time_zone: string | null;
  readonly principal_id: PersonId | null;
  readonly left_at: number | null;
}

function find(db: Kysely<Database>, actor: Actor): Promise<Row | undefined> {
  return db
    .selectFrom("org_tenants")
    .innerJoin("identities", "identities.org_id", "org_tenants.org_id")
    .innerJoin("people", "people.id", "identities.person_id")
    .where("org_tenants.platform", "=", actor.platform)
    .where("org_tenants.tenant_id", "=", actor.tenantId)
    .where("identities.platform", "=", actor.platform)
    .where("identities.tenant_id", "=", actor.tenantId)
    .where("identities.external_id", "=", actor.id)
    .select(["people.org_id", "people.id", "people.display_name", "people.locale", "people.time_zone"])
    .select(["people.chosen_time_zone", "people.principal_id", "org_tenants.left_at"])
    .executeTakeFirst();
}

/** What a platform does not say this time is kept from before. */
function isCurrent(row: Row, actor: Actor): boolean {
  return (
    row.display_name === nameOf(actor, row) &&
    row.locale === (actor.locale ?? row.locale) &&
    row.time_zone === (actor.timeZone ?? row.time_zone)
  );
}

/** A platform that does not tell a name, as when missed messages are read again, gives the id in its place. */
function nameOf({ id, displayName }: Actor, known: Pick<Row, "display_name">): string {
  return displayName === id ? known.display_name : displayName;
}

async function upsert(db: Kysely<Database>, actor: Actor, now: number): Promise<Row> {
  const known = await find(db, actor);
  if (known) {
    const person = {
      display_name: nameOf(actor, known),
      locale: actor.locale ?? known.locale,
      time_zone: actor.timeZone ?? known.time_zone,
    };
    await db.updateTable("people").set(person).where("org_id", "=", known.org_id).where("id", "=", known.id).execute();
    return { ...known, ...person };
  }
  const org = await findOrMakeOrg(db, actor, now);
  const elsewhere = await knownElsewhere(db, org.id, actor);
  if (elsewhere !== undefined) {
    await addIdentity(db, elsewhere, actor);
    return { ...elsewhere, left_at: org.left_at };
  }
  const person = {
    id: newId(PersonId),
    org_id: org.id,
    display_name: actor.displayName,
    locale: actor.locale ?? null,
    time_zone: actor.timeZone ?? null,
    created_at: now,
    principal_id: null,
    chosen_time_zone: null,
  };
  await db.insertInto("people").values(person).execute();
  await addIdentity(db, person, actor);
  return { ...person, left_at: org.left_at };
}

/** Discord's ids are one person's in every guild; Slack's only in one workspace. */
async function knownElsewhere(
  db: Kysely<Database>,
  org: OrgId,
  actor: Actor,
): Promise<Omit<Row, "left_at"> | undefined> {
  if (actor.platform !== "discord") return undefined;
  return db
    .selectFrom("identities")
    .innerJoin("people", "people.id", "identities.person_id")
    .where("identities.org_id", "=", org)
    .where("identities.platform", "=", actor.platform)
    .where("identities.external_id", "=", actor.id)
    .select(["people.org_id", "people.id", "people.display_name", "people.locale", "people.time_zone"])
    .select(["people.chosen_time_zone", "people.principal_id"])
    .executeTakeFirst();
}

async function addIdentity(db: Kysely<Database>, { org_id, id }: { org_id: OrgId; id: PersonId }, actor: Actor) {
  const { platform, tenantId: tenant_id, id: external_id } = actor;
  await db.insertInto("identities").values({ org_id, platform, tenant_id, external_id, person_id: id }).execute();
}

async function link(db: Kysely<Database>, one: PersonRef, other: PersonRef): Promise<void> {
  const [principal, joining] = [await principalOf(db, one), await principalOf(db, other)];
  const human = principal ?? joining ?? one.person;
  for (const { org, person } of [one, other]) {
    const set = db.updateTable("people").set({ principal_id: human });
    await set.where("org_id", "=", org).where("id", "=", person).execute();
  }
  if (joining !== null && joining !== human) {
    await db.updateTable("people").set({ principal_id: human }).where("principal_id", "=", joining).execute();
  }
}

async function unlink(db: Kysely<Database>, { org, person }: PersonRef): Promise<boolean> {
  const principal = await principalOf(db, { org, person });
  if (principal === null) return false;
  const free = db.updateTable("people").set({ principal_id: null });
  await free.where("org_id", "=", org).where("id", "=", person).execute();
  const rest = await db.selectFrom("people").where("principal_id", "=", principal).select("id").limit(2).execute();
  if (rest.length === 1) await free.where("principal_id", "=", principal).execute();
  return true;
}

async function linkedWith(db: Kysely<Database>, { org, person }: PersonRef): Promise<LinkedPerson[]> {
  const principal = await principalOf(db, { org, person });
  if (principal === null) return [];
  const rows = await db
    .selectFrom("people")
    .innerJoin("identities", "identities.person_id", "people.id")
    .where("people.principal_id", "=", principal)
    .where("people.id", "!=", person)
    .select(["people.org_id", "people.id", "people.display_name", "identities.platform", "identities.tenant_id"])
    .orderBy("people.id")
    .execute();
  // Known in two guilds of one org, they are one person all the same.
  return rows
    .filter((row, index) => rows.findIndex(({ id }) => id === row.id) === index)
    .map((row) => ({
      org: row.org_id,
      person: row.id,
      platform: row.platform,
      tenantId: row.tenant_id,
      displayName: row.display_name,
    }));
}

async function principalOf(db: Kysely<Database>, { org, person }: PersonRef): Promise<PersonId | null> {
  const row = await db
    .selectFrom("people")
    .where("org_id", "=", org)
    .where("id", "=", person)
    .select("principal_id")
    .executeTakeFirst();
  return row?.principal_id ?? null;
}

async function toPerson(db: Kysely<Database>, row: Row): Promise<Person> {
  const own = { locale: row.locale, timeZone: row.chosen_time_zone ?? row.time_zone };
  const isComplete = row.principal_id === null || (own.locale !== null && own.timeZone !== null);
  const elsewhere = isComplete ? undefined : await borrowed(db, row);
  const locale = own.locale ?? elsewhere?.locale ?? null;
  const timeZone = own.timeZone ?? elsewhere?.timeZone ?? null;
  return {
    org: row.org_id,
    person: row.id,
    displayName: row.display_name,
    ...(locale !== null && { locale }),
    ...(timeZone !== null && { timeZone }),
    ...(row.left_at !== null && { leftAt: new Date(row.left_at) }),
  };
}

/** What platforms say of the same human elsewhere; what they said themselves first. */
async function borrowed(db: Kysely<Database>, row: Row) {
  const others = await db
    .selectFrom("people")
    .where("principal_id", "=", row.principal_id)
    .where("id", "!=", row.id)
    .select(["locale", "time_zone", "chosen_time_zone"])
    .orderBy("id")
    .execute();
  const first = (key: "locale" | "time_zone" | "chosen_time_zone") =>
    others.find((other) => other[key] !== null)?.[key] ?? null;
  return { locale: first("locale"), timeZone: first("chosen_time_zone") ?? first("time_zone") };
}
