import type { Kysely } from "kysely";
import type { OrgId, PersonId, TurnId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

/** A one-time code as it is kept: who made it, never the code. */
export interface LinkCode {
  readonly codeHash: string;
  readonly org: OrgId;
  readonly person: PersonId;
  /** Whoever uses it becomes owner where they use it. */
  readonly makesOwner: boolean;
  readonly expiresAt: Date;
  /** The turn that used it, once one has. */
  readonly usedBy?: TurnId;
}

/** One-time codes that join two people into one human. They cross orgs, and carry nothing else across. */
export interface LinkCodes {
  add(code: Omit<LinkCode, "usedBy">): Promise<void>;
  get(codeHash: string): Promise<LinkCode | undefined>;
  /** Uses a code up; false when it has been used before. */
  use(codeHash: string, turn: TurnId): Promise<boolean>;
  /** Counts a try that found no code; the same turn counts once. */
  addTry(org: OrgId, person: PersonId, turn: TurnId): Promise<void>;
  /** How many other turns have tried in vain since. */
  tries(org: OrgId, person: PersonId, since: Date, except: TurnId): Promise<number>;
}

/** Makes the repository of link codes. */
export function createLinkCodes(access: Access): LinkCodes {
  return {
    add: ({ codeHash, org, person, makesOwner, expiresAt }) =>
      access.write(async (db) => {
        await forget(db, access.clock());
        await db
          .insertInto("link_codes")
          .values({
            code_hash: codeHash,
            org_id: org,
            person_id: person,
            makes_owner: makesOwner ? 1 : 0,
            expires_at: expiresAt.getTime(),
          })
          .execute();
      }),
    get: async (codeHash) => {
      const row = await access.db
        .selectFrom("link_codes")
        .where("code_hash", "=", codeHash)
        .selectAll()
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        codeHash,
        org: row.org_id,
        person: row.person_id,
        makesOwner: row.makes_owner === 1,
        expiresAt: new Date(row.expires_at),
        ...(row.used_turn !== null && { usedBy: row.used_turn }),
      };
    },
    use: (codeHash, turn) =>
      access.write(async (db) => {
        const used = await db
          .updateTable("link_codes")
          .set({ used_at: access.clock().getTime(), used_turn: turn })
          .where("code_hash", "=", codeHash)
          .where("used_at", "is", null)
          .executeTakeFirst();
        return used.numUpdatedRows === 1n;
      }),
    addTry: (org, person, turn) =>
      access.write(async (db) => {
        await db
          .insertInto("link_tries")
          .values({ org_id: org, person_id: person, turn_id: turn, tried_at: access.clock().getTime() })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }),
    tries: async (org, person, since, except) => {
      const { count } = await access.db
        .selectFrom("link_tries")
        .where("org_id", "=", org)
        .where("person_id", "=", person)
        .where("tried_at", ">", since.getTime())
        .where("turn_id", "!=", except)
        .select((select) => select.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      return count;
    },
  };
}

const DAY_MS = 24 * 60 * 60_000;

/** Nothing is told of a code, or counted of a try, after a day. */
async function forget(db: Kysely<Database>, now: Date): Promise<void> {
  const before = now.getTime() - DAY_MS;
  await db.deleteFrom("link_codes").where("expires_at", "<", before).execute();
  await db.deleteFrom("link_tries").where("tried_at", "<", before).execute();
}
