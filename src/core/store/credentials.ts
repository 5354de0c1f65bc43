import type { Selectable } from "kysely";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { Access } from "./access.ts";
import type { ExpirySource, OwnerColumn, VaultTables } from "./tables/vault.ts";

/** When a credential ends, and how that is known. */
export interface Expiry {
  readonly at: Date;
  readonly source: ExpirySource;
}

/** Which credential of an org: its own, or that of a person. */
export interface CredentialKey {
  readonly name: string;
  readonly owner?: PersonId;
}

/** A credential as it lies on disk: sealed by the vault, with a hint that names it without giving it away. */
export interface StoredCredential extends CredentialKey {
  /** Grows each time the credential is replaced. */
  readonly version: number;
  readonly sealed: string;
  /** The data key of the org it is sealed with; 0 for what was sealed before there were any. */
  readonly keyVersion: number;
  readonly hint: string;
  /** For which installed module, and where, it was entered; absent: for the modules of a release. */
  readonly bound?: string;
  readonly updatedAt: Date;
  /** When somebody connected it; its source giving a new token in place of the last leaves it. */
  readonly connectedAt: Date;
  readonly expires?: Expiry;
  readonly lastUsedAt?: Date;
  /** When its source last refused it. */
  readonly refusedAt?: Date;
}

/** What a new value brings. Whatever was known of the former one is forgotten. */
export type NewCredential = Pick<
  StoredCredential,
  "name" | "owner" | "version" | "sealed" | "keyVersion" | "hint" | "bound"
> & {
  /** The source gave it in place of the former one: nobody connected anything. */
  readonly isRenewal?: boolean;
};

/** Sealed credentials of one org. */
export interface Credentials {
  put(credential: NewCredential): Promise<void>;
  get(key: CredentialKey): Promise<StoredCredential | undefined>;
  list(): Promise<StoredCredential[]>;
  /** Whether there was one. */
  remove(key: CredentialKey): Promise<boolean>;
  /** Those not sealed with `keyVersion`, oldest name first. */
  notSealedWith(keyVersion: number, limit: number): Promise<StoredCredential[]>;
  /** The same value, sealed anew; false when it was replaced or sealed anew by another in the meantime. */
  reseal(was: StoredCredential, sealed: string, keyVersion: number): Promise<boolean>;
  /** Notes that it was handed out, with an end if one is known; what its source says of it is not known yet. */
  handed(key: CredentialKey, version: number, at: Date, expires: Expiry | undefined): Promise<void>;
  /** Notes that its source accepts it, though nobody used it, with an end if one is known. */
  accepted(key: CredentialKey, version: number, expires: Expiry | undefined): Promise<void>;
  /** Notes a use that its source accepted, with an end if one is known. */
  used(key: CredentialKey, version: number, at: Date, expires: Expiry | undefined): Promise<void>;
  /** Notes that its source refused it, and, where that is final, that this was its end. */
  refused(key: CredentialKey, version: number, at: Date, isFinal: boolean): Promise<void>;
  /** Those whose end is known and before `before`, soonest first. */
  endingBefore(before: Date): Promise<StoredCredential[]>;
}

/** Makes the repository of an org's credentials. */
export function createCredentials(access: Access, org: OrgId): Credentials {
  const own = () => access.db.selectFrom("credentials").where("org_id", "=", org).selectAll();
  const note = (
    { name, owner }: CredentialKey,
    version: number,
    values: Partial<Pick<VaultTables["credentials"], "last_used_at" | "refused_at" | "expires_at" | "expires_source">>,
  ): Promise<void> =>
    access.write(async (db) => {
      await db
        .updateTable("credentials")
        .set(values)
        .where("org_id", "=", org)
        .where("name", "=", name)
        .where("owner", "=", owner ?? "")
        .where("version", "=", version)
        .execute();
    }, "crash");
  return {
    put: ({ name, owner, isRenewal = false, ...rest }) =>
      access.write(async (db) => {
        const { version, sealed, keyVersion, hint, bound } = rest;
        const stored = {
          version,
          sealed,
          key_version: keyVersion,
          hint,
          bound: bound ?? null,
          updated_at: access.clock().getTime(),
          ...(!isRenewal && { connected_at: access.clock().getTime() }),
          expires_at: null,
          expires_source: null,
          last_used_at: null,
          refused_at: null,
        };
        await db
          .insertInto("credentials")
          .values({ org_id: org, name, owner: owner ?? "", ...stored })
          .onConflict((conflict) => conflict.columns(["org_id", "name", "owner"]).doUpdateSet(stored))
          .execute();
      }),
    get: async ({ name, owner }) => {
      const row = await own()
        .where("name", "=", name)
        .where("owner", "=", owner ?? "")
        .executeTakeFirst();
      return row && toCredential(row);
    },
    list: async () => (await own().orderBy("name").orderBy("owner").execute()).map(toCredential),
    remove: ({ name, owner }) =>
      access.write(async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom("credentials")
          .where("org_id", "=", org)
          .where("name", "=", name)
          .where("owner", "=", owner ?? "")
          .executeTakeFirst();
        return numDeletedRows > 0n;
      }),
    notSealedWith: async (keyVersion, limit) => {
      const rows = await own().where("key_version", "!=", keyVersion).orderBy("name").limit(limit).execute();
      return rows.map(toCredential);
    },
    reseal: (was, sealed, keyVersion) =>
      access.write(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable("credentials")
          .set({ sealed, key_version: keyVersion })
          .where("org_id", "=", org)
          .where("name", "=", was.name)
          .where("owner", "=", was.owner ?? "")
          .where("sealed", "=", was.sealed)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    handed: (key, version, at, expires) => note(key, version, { last_used_at: at.getTime(), ...endColumns(expires) }),
    accepted: (key, version, expires) => note(key, version, { refused_at: null, ...endColumns(expires) }),
    used: (key, version, at, expires) =>
      note(key, version, { last_used_at: at.getTime(), refused_at: null, ...endColumns(expires) }),
    refused: ({ name, owner }, version, at, isFinal) =>
      access.write(async (db) => {
        const end = isFinal ? { expires_at: at.getTime(), expires_source: "learnt" as const } : {};
        await db
          .updateTable("credentials")
          .set({ refused_at: at.getTime(), ...end })
          .where("org_id", "=", org)
          .where("name", "=", name)
          .where("owner", "=", owner ?? "")
          .where("version", "=", version)
          .execute();
      }),
    endingBefore: async (before) => {
      const ending = own().where("expires_at", "is not", null).where("expires_at", "<", before.getTime());
      return (await ending.orderBy("expires_at").orderBy("name").execute()).map(toCredential);
    },
  };
}

function endColumns(expires: Expiry | undefined) {
  return expires && { expires_at: expires.at.getTime(), expires_source: expires.source };
}

/** The owner as a person, or nobody for the org's own. */
export function ownerOf(owner: OwnerColumn): { owner?: PersonId } {
  return owner === "" ? {} : { owner };
}

function toCredential(row: Selectable<VaultTables["credentials"]>): StoredCredential {
  const { name, version, sealed, hint, expires_at: end, expires_source: source } = row;
  return {
    name,
    ...ownerOf(row.owner),
    version,
    sealed,
    keyVersion: row.key_version,
    hint,
    ...(row.bound !== null && { bound: row.bound }),
    updatedAt: new Date(row.updated_at),
    connectedAt: new Date(row.connected_at ?? row.updated_at),
    ...(end !== null && source !== null && { expires: { at: new Date(end), source } }),
    ...(row.last_used_at !== null && { lastUsedAt: new Date(row.last_used_at) }),
    ...(row.refused_at !== null && { refusedAt: new Date(row.refused_at) }),
  };
}
