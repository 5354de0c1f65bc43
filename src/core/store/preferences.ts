import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Access } from "./access.ts";

/** What the people of one org want remembered: the last city, a currency, a time zone. */
export interface Preferences {
  all(person: PersonId): Promise<Record<string, Json>>;
  set(person: PersonId, key: string, value: Json): Promise<void>;
  remove(person: PersonId, key: string): Promise<void>;
}

/** Makes the repository of an org's preferences. */
export function createPreferences(access: Access, org: OrgId): Preferences {
  return {
    all: async (person) => {
      const rows = await access.db
        .selectFrom("preferences")
        .where("org_id", "=", org)
        .where("person_id", "=", person)
        .select(["key", "value_json"])
        .execute();
      return Object.fromEntries(
        rows.map((row) => {
          const value: Json = JSON.parse(row.value_json);
          return [row.key, value];
        }),
      );
    },
    set: (person, key, value) =>
      access.write(async (db) => {
        const value_json = JSON.stringify(value);
        await db
          .insertInto("preferences")
          .values({ org_id: org, person_id: person, key, value_json })
          .onConflict((conflict) => conflict.columns(["org_id", "person_id", "key"]).doUpdateSet({ value_json }))
          .execute();
      }),
    remove: (person, key) =>
      access.write(async (db) => {
        await db
          .deleteFrom("preferences")
          .where("org_id", "=", org)
          .where("person_id", "=", person)
          .where("key", "=", key)
          .execute();
      }),
  };
}
