import type { Audit } from "#core/audit/audit.ts";
import type { AuditDraft } from "#core/contract/audit.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { CredentialKey, StoredCredential } from "#core/store/credentials.ts";
import type { Store } from "#core/store/store.ts";
import type { DataKey, DataKeys } from "./data-keys.ts";
import { formerPurpose, openRecord, sealRecord } from "./seal-record.ts";
import type { Sealer } from "./seal.ts";
import { hintOf } from "./values.ts";

/** Credentials between memory, where they are values, and disk, where they are sealed. */
export interface Records {
  /** The values of one. @throws NexusError credential_unreadable */
  open(org: OrgId, record: StoredCredential): Promise<unknown>;
  /**
   * Puts values in place of any that were there, and says so in the audit, both or neither.
   * @returns their version; undefined when `ifVersion` was not the version there
   */
  put(org: OrgId, key: CredentialKey, what: NewValues): Promise<number | undefined>;
  /** The same values, sealed with that data key; false when another replaced or sealed them anew in the meantime. */
  reseal(org: OrgId, record: StoredCredential, dataKey: DataKey): Promise<boolean>;
}

interface NewValues {
  readonly values: Readonly<Record<string, string>>;
  readonly audit: AuditDraft;
  readonly ifVersion?: number;
  /** The source gave them in place of the former ones: nobody connected anything. */
  readonly isRenewal?: boolean;
  /** For which installed module, and where; left out, for the modules of a release. */
  readonly bound?: string;
}

export interface RecordsDeps {
  readonly store: Store;
  readonly dataKeys: DataKeys;
  /** Opens what was sealed before orgs had keys of their own. */
  readonly former: Pick<Sealer, "open">;
  readonly audit: Pick<Audit, "recordIn">;
}

/** Makes the sealed records of all orgs. */
export function createRecords({ store, dataKeys, former, audit }: RecordsDeps): Records {
  async function plainOf(org: OrgId, record: StoredCredential): Promise<string> {
    if (record.keyVersion === 0) return former.open(record.sealed, formerPurpose(org, record));
    return openRecord(org, record, record.sealed, await dataKeys.get(org, record.keyVersion));
  }

  /** One try; "renewed" when the org has got a new data key since `dataKey` was read. */
  function tryPut(
    org: OrgId,
    key: CredentialKey,
    what: NewValues,
    dataKey: DataKey,
  ): Promise<number | "renewed" | undefined> {
    return store.transaction(async (inside) => {
      const { credentials, credentialGrants, orgKeys } = inside.forOrg(org);
      const known = await credentials.get(key);
      if (what.ifVersion !== undefined && known?.version !== what.ifVersion) return undefined;
      if ((await orgKeys.newest())?.version !== dataKey.version) return "renewed";
      const version = (known?.version ?? 0) + 1;
      const sealed = sealRecord(org, { ...key, version }, JSON.stringify(what.values), dataKey);
      const hint = hintOf(what.values);
      const bound = what.bound !== undefined && { bound: what.bound };
      const renewal = what.isRenewal === true && { isRenewal: true };
      await credentials.put({ ...key, version, sealed, keyVersion: dataKey.version, hint, ...bound, ...renewal });
      if (known === undefined && key.owner === undefined) await credentialGrants.add(key, "everyone");
      await audit.recordIn(inside, org, what.audit);
      return version;
    });
  }

  return {
    async open(org, record) {
      const plain = await plainOf(org, record).catch(async (error: unknown) => {
        // A rotation may have sealed it anew, and forgotten its key, since the record was read.
        const now = await store.forOrg(org).credentials.get(record);
        if (now === undefined || now.sealed === record.sealed) throw error;
        return plainOf(org, now);
      });
      const values: unknown = JSON.parse(plain);
      return values;
    },
    async put(org, key, what) {
      for (;;) {
        const put = await tryPut(org, key, what, await dataKeys.current(org));
        if (put !== "renewed") return put;
      }
    },
    async reseal(org, record, dataKey) {
      const sealed = sealRecord(org, record, await plainOf(org, record), dataKey);
      return store.forOrg(org).credentials.reseal(record, sealed, dataKey.version);
    },
  };
}
