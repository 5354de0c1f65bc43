import type { OrgId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";
import type { CredentialKey } from "./credentials.ts";

/** How long the connections of one org lived that their source ended. */
export interface CredentialLifetimes {
  /** Notes one, once for each connection. */
  add(key: CredentialKey, connectedAt: Date, livedMs: number): Promise<void>;
  /** Of one name, the newest first; ms. */
  of(name: string): Promise<number[]>;
}

/** As many as are learnt from. */
const NEWEST = 10;

/** Makes the repository of how long connections lived. */
export function createCredentialLifetimes(access: Access, org: OrgId): CredentialLifetimes {
  return {
    add: ({ name, owner }, connectedAt, livedMs) =>
      access.write(async (db) => {
        await db
          .insertInto("credential_lifetimes")
          .values({
            org_id: org,
            name,
            owner: owner ?? "",
            connected_at: connectedAt.getTime(),
            lived_ms: livedMs,
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }),
    of: async (name) => {
      const rows = await access.db
        .selectFrom("credential_lifetimes")
        .where("org_id", "=", org)
        .where("name", "=", name)
        .select("lived_ms")
        .orderBy("connected_at", "desc")
        .limit(NEWEST)
        .execute();
      return rows.map(({ lived_ms }) => lived_ms);
    },
  };
}
