import type { Kysely } from "kysely";
import { OrgId, PersonId, newId } from "#core/contract/ids.ts";
import type { Actor, Platform } from "#core/contract/message.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

/** A person as an org knows them, whichever platform they speak through. */
export interface Person {
  readonly org: OrgId;
  readonly person: PersonId;
  readonly displayName: string;
  /** BCP 47. */
  readonly locale?: string;
  /** IANA zone. */
  readonly timeZone?: string;
}

/** Who is who: orgs, their people and the names platforms have for them. */
export interface People {
  /** The person behind an actor; the org, the person and the identity are made when they are new. */
  identify(actor: Actor): Promise<Person>;
  /** The org of a tenant, when anyone of it has ever been here. */
  orgOf(platform: Platform, tenantId: string): Promise<OrgId | undefined>;
  /** Marks the tenant as one that NEXUS was taken out of. */
  leave(platform: Platform, tenantId: string): Promise<void>;
}

/** Makes the people repository. */
export function createPeople(access: Access): People {
  return {
    identify: async (actor) => {
      const known = await find(access.db, actor);
      if (known && isCurrent(known, actor)) return toPerson(known);
      return access.write(async (db) => toPerson(await upsert(db, actor, access.clock().getTime())));
    },
    orgOf: async (platform, tenantId) => (await findOrg(access.db, platform, tenantId))?.id,
    leave: (platform, tenantId) =>
      access.write(async (db) => {
        await db
          .updateTable("orgs")
          .set({ left_at: access.clock().getTime() })
          .where("platform", "=", platform)
          .where("tenant_id", "=", tenantId)
          .execute();
      }),
  };
}

interface Row {
  readonly org_id: OrgId;
  readonly id: PersonId;
  readonly display_name: string;
  readonly locale: string | null;
  readonly time_zone: string | null;
}

function find(db: Kysely<Database>, actor: Actor): Promise<Row | undefined> {
  return db
    .selectFrom("identities")
    .innerJoin("orgs", "orgs.id", "identities.org_id")
    .innerJoin("people", "people.id", "identities.person_id")
    .where("orgs.platform", "=", actor.platform)
    .where("orgs.tenant_id", "=", actor.tenantId)
    .where("identities.platform", "=", actor.platform)
    .where("identities.external_id", "=", actor.id)
    .select(["people.org_id", "people.id", "people.display_name", "people.locale", "people.time_zone"])
    .executeTakeFirst();
}

/** What a platform does not say this time is kept from before. */
function isCurrent(row: Row, actor: Actor): boolean {
  return (
    row.display_name === actor.displayName &&
    row.locale === (actor.locale ?? row.locale) &&
    row.time_zone === (actor.timeZone ?? row.time_zone)
  );
}

async function upsert(db: Kysely<Database>, actor: Actor, now: number): Promise<Row> {
  const known = await find(db, actor);
  if (known) {
    const person = {
      display_name: actor.displayName,
      locale: actor.locale ?? known.locale,
      time_zone: actor.timeZone ?? known.time_zone,
    };
    await db.updateTable("people").set(person).where("org_id", "=", known.org_id).where("id", "=", known.id).execute();
    return { ...known, ...person };
  }
  const person = {
    id: newId(PersonId),
    org_id: await findOrMakeOrg(db, actor, now),
    display_name: actor.displayName,
    locale: actor.locale ?? null,
    time_zone: actor.timeZone ?? null,
    created_at: now,
  };
  await db.insertInto("people").values(person).execute();
  await db
    .insertInto("identities")
    .values({ org_id: person.org_id, platform: actor.platform, external_id: actor.id, person_id: person.id })
    .execute();
  return person;
}

function findOrg(db: Kysely<Database>, platform: Platform, tenantId: string): Promise<{ id: OrgId } | undefined> {
  return db
    .selectFrom("orgs")
    .where("platform", "=", platform)
    .where("tenant_id", "=", tenantId)
    .select("id")
    .executeTakeFirst();
}

async function findOrMakeOrg(db: Kysely<Database>, actor: Actor, now: number): Promise<OrgId> {
  const known = await findOrg(db, actor.platform, actor.tenantId);
  if (known) return known.id;
  const org = { id: newId(OrgId), platform: actor.platform, tenant_id: actor.tenantId, created_at: now };
  await db.insertInto("orgs").values(org).execute();
  return org.id;
}

function toPerson(row: Row): Person {
  return {
    org: row.org_id,
    person: row.id,
    displayName: row.display_name,
    ...(row.locale !== null && { locale: row.locale }),
    ...(row.time_zone !== null && { timeZone: row.time_zone }),
  };
}
