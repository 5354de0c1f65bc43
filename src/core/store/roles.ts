import { sql } from "kysely";
import type { Role } from "#core/contract/gate.ts";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";

/** Someone an org knows, and the role granted to them there, if any was. */
export interface Member {
  readonly person: PersonId;
  readonly displayName: string;
  /** The platform's own name for them. */
  readonly externalId: string;
  readonly role?: Role;
}

/** Who may do what in one org, as granted: whoever has no row has no more than anybody. */
export interface RoleGrants {
  get(person: PersonId): Promise<Role | undefined>;
  set(person: PersonId, role: Role, grantedBy: PersonId | undefined): Promise<void>;
  /** Whoever has been granted a role, in the order of the grants. */
  granted(): Promise<Member[]>;
  /** The people whose platform id or display name this is, ignoring case. */
  find(name: string): Promise<Member[]>;
  member(person: PersonId): Promise<Member | undefined>;
}

/** Makes the repository of an org's roles. */
export function createRoleGrants(access: Access, org: OrgId): RoleGrants {
  const members = () =>
    access.db
      .selectFrom("people")
      .innerJoin("identities", "identities.person_id", "people.id")
      .leftJoin("roles", (join) =>
        join.onRef("roles.person_id", "=", "people.id").onRef("roles.org_id", "=", "people.org_id"),
      )
      .where("people.org_id", "=", org)
      .select(["people.id", "people.display_name", "identities.external_id", "roles.role"]);
  return {
    get: async (person) => {
      const row = await access.db
        .selectFrom("roles")
        .where("org_id", "=", org)
        .where("person_id", "=", person)
        .select("role")
        .executeTakeFirst();
      return row?.role;
    },
    set: (person, role, grantedBy) =>
      access.write(async (db) => {
        const grant = { role, granted_by: grantedBy ?? null, granted_at: access.clock().getTime() };
        await db
          .insertInto("roles")
          .values({ org_id: org, person_id: person, ...grant })
          .onConflict((conflict) => conflict.columns(["org_id", "person_id"]).doUpdateSet(grant))
          .execute();
      }),
    granted: async () =>
      (await members().where("roles.role", "is not", null).orderBy("roles.granted_at").execute()).map(toMember),
    find: async (name) => {
      const wanted = name.toLowerCase();
      const rows = await members()
        .where(sql<boolean>`(lower(identities.external_id) = ${wanted} or lower(people.display_name) = ${wanted})`)
        .orderBy("people.id")
        .execute();
      return rows.map(toMember);
    },
    member: async (person) => {
      const row = await members().where("people.id", "=", person).executeTakeFirst();
      return row && toMember(row);
    },
  };
}

function toMember(row: { id: PersonId; display_name: string; external_id: string; role: Role | null }): Member {
  const { id: person, display_name: displayName, external_id: externalId, role } = row;
  return { person, displayName, externalId, ...(role !== null && { role }) };
}
