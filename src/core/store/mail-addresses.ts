import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

/** An address that somebody said is theirs. */
export interface StoredMailAddress {
  readonly person: PersonId;
  readonly address: string;
  readonly state: "asked" | "confirmed" | "off";
  readonly codeHash?: string;
  readonly tries: number;
  readonly askedAt: Date;
  readonly expiresAt: Date;
}

/** The mail addresses of an org's people. */
export interface MailAddresses {
  /** The newest first. */
  of(person: PersonId): Promise<StoredMailAddress[]>;
  /** Notes that a code was mailed to an address; one that was confirmed before has to be confirmed again. */
  ask(person: PersonId, address: string, code: { readonly hash: string; readonly expiresAt: Date }): Promise<void>;
  /** A code of theirs that does not fit was entered: each address they are asked about counts it. */
  wrongCode(person: PersonId): Promise<void>;
  confirm(person: PersonId, address: string): Promise<void>;
  remove(person: PersonId, address: string): Promise<boolean>;
  /**
   * Whoever reads at this address wants nothing more from these people: it has to be confirmed anew, by them and by
   * everybody who said it is theirs.
   */
  end(address: string, from: readonly PersonId[]): Promise<void>;
}

/** Makes the repository of an org's mail addresses. */
export function createMailAddresses(access: Access, org: OrgId): MailAddresses {
  const all = () => access.db.selectFrom("mail_addresses").where("org_id", "=", org).selectAll();
  const now = (): number => access.clock().getTime();
  return {
    of: async (person) => {
      const rows = await all().where("person_id", "=", person).orderBy("asked_at", "desc").orderBy("address").execute();
      return rows.map(toAddress);
    },
    ask: (person, address, { hash, expiresAt }) =>
      access.write(async (db) => {
        const asked = {
          state: "asked" as const,
          code_hash: hash,
          tries: 0,
          asked_at: now(),
          expires_at: expiresAt.getTime(),
          confirmed_at: null,
        };
        await db
          .insertInto("mail_addresses")
          .values({ org_id: org, person_id: person, address, ...asked })
          .onConflict((conflict) => conflict.columns(["org_id", "person_id", "address"]).doUpdateSet(asked))
          .execute();
      }),
    wrongCode: (person) =>
      access.write(async (db) => {
        await db
          .updateTable("mail_addresses")
          .set((old) => ({ tries: old("tries", "+", 1) }))
          .where("org_id", "=", org)
          .where("person_id", "=", person)
          .where("state", "=", "asked")
          .execute();
      }),
    confirm: (person, address) =>
      access.write(async (db) => {
        await db
          .updateTable("mail_addresses")
          .set({ state: "confirmed", code_hash: null, confirmed_at: now() })
          .where("org_id", "=", org)
          .where("person_id", "=", person)
          .where("address", "=", address)
          .execute();
      }),
    remove: (person, address) =>
      access.write(async (db) => {
        const gone = await db
          .deleteFrom("mail_addresses")
          .where("org_id", "=", org)
          .where("person_id", "=", person)
          .where("address", "=", address)
          .executeTakeFirst();
        return gone.numDeletedRows > 0n;
      }),
    end: (address, from) =>
      access.write(async (db) => {
        const ended = { state: "off" as const, code_hash: null };
        await db
          .updateTable("mail_addresses")
          .set(ended)
          .where("org_id", "=", org)
          .where("address", "=", address)
          .execute();
        for (const person of from) {
          const times = { tries: 0, asked_at: now(), expires_at: now(), confirmed_at: null };
          await db
            .insertInto("mail_addresses")
            .values({ org_id: org, person_id: person, address, ...ended, ...times })
            .onConflict((conflict) => conflict.doNothing())
            .execute();
        }
      }),
  };
}

function toAddress(row: Database["mail_addresses"]): StoredMailAddress {
  return {
    person: row.person_id,
    address: row.address,
    state: row.state,
    ...(row.code_hash !== null && { codeHash: row.code_hash }),
    tries: row.tries,
    askedAt: new Date(row.asked_at),
    expiresAt: new Date(row.expires_at),
  };
}
