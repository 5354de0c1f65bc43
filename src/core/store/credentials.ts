import type { OrgId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";

/** A credential as it lies on disk: sealed by the vault, with a hint that names it without giving it away. */
export interface StoredCredential {
  readonly name: string;
  /** Grows each time the credential is replaced. */
  readonly version: number;
  readonly sealed: string;
  readonly hint: string;
  readonly updatedAt: Date;
}

/** Sealed credentials of one org. */
export interface Credentials {
  put(name: string, version: number, sealed: string, hint: string): Promise<void>;
  get(name: string): Promise<StoredCredential | undefined>;
  list(): Promise<StoredCredential[]>;
  remove(name: string): Promise<void>;
}

/** Makes the repository of an org's credentials. */
export function createCredentials(access: Access, org: OrgId): Credentials {
  const own = () => access.db.selectFrom("credentials").where("org_id", "=", org).selectAll();
  return {
    put: (name, version, sealed, hint) =>
      access.write(async (db) => {
        const stored = { version, sealed, hint, updated_at: access.clock().getTime() };
        await db
          .insertInto("credentials")
          .values({ org_id: org, name, ...stored })
          .onConflict((conflict) => conflict.columns(["org_id", "name"]).doUpdateSet(stored))
          .execute();
      }),
    get: async (name) => {
      const row = await own().where("name", "=", name).executeTakeFirst();
      return row && toCredential(row);
    },
    list: async () => (await own().orderBy("name").execute()).map(toCredential),
    remove: (name) =>
      access.write(async (db) => {
        await db.deleteFrom("credentials").where("org_id", "=", org).where("name", "=", name).execute();
      }),
  };
}

function toCredential(row: {
  name: string;
  version: number;
  sealed: string;
  hint: string;
  updated_at: number;
}): StoredCredential {
  const { name, version, sealed, hint } = row;
  return { name, version, sealed, hint, updatedAt: new Date(row.updated_at) };
}
