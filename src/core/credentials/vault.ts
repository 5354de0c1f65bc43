import type { Audit } from "#core/audit/audit.ts";
import type { AuditDraft } from "#core/contract/audit.ts";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { JsonObject } from "#core/contract/json.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { ActorRef } from "#core/contract/principal.ts";
import type { Egress } from "#core/contract/sandbox.ts";
import type { CredentialKey, StoredCredential } from "#core/store/credentials.ts";
import type { Store } from "#core/store/store.ts";
import { createConnections } from "./connections.ts";
import { createDataKeys } from "./data-keys.ts";
import { endOfKey, isNews } from "./expiry.ts";
import type { KeyWrapper } from "./key-wrapper.ts";
import { type Reach, reachOf } from "./reach.ts";
import { createRecords } from "./records.ts";
import { createSealer } from "./seal.ts";
import { type SecretRequest, type SecretState, whoReads } from "./secret.ts";
import { ApiKeyValues, checkValues } from "./values.ts";

/** One credential: the org's own, or a person's, which beats the org's for that person. */
export interface CredentialTarget {
  readonly org: OrgId;
  readonly name: string;
  readonly owner?: PersonId;
  /** Of a new one: for which installed module, and where, as `boundTo` has it; absent, for the modules of a release. */
  readonly bound?: string;
}

export type { SecretRequest, SecretState } from "./secret.ts";

/** What may be told of a credential. */
export interface CredentialInfo {
  readonly name: string;
  readonly owner?: PersonId;
  readonly hint: string;
  readonly updatedAt: Date;
  /** When it ends, where its source says so, it was learnt, or that source usually ends one then. */
  readonly expiresAt?: Date;
  readonly expiryIs?: "stated" | "learnt" | "assumed";
  readonly lastUsedAt?: Date;
  /** When its source refused it, if it has not accepted it since. */
  readonly refusedAt?: Date;
  /** Who may use it; of a person's own, whoever else was granted it. */
  readonly grantedTo: "everyone" | readonly PersonId[];
}

/** Keeps the credentials of every org, sealed, and hands out what goes into one header of one request. */
export interface Vault {
  /** Seals text for one purpose. */
  seal(plain: string, aad: string): string;
  /** @throws NexusError credential_unreadable */
  open(sealed: string, aad: string): string;
  /**
   * Stores the values of one credential, in place of any it had. `api_key`: value; `oauth2`: clientId, clientSecret,
   * refreshToken. An org's own is granted to everyone until somebody says otherwise.
   * @throws NexusError slot_invalid when it can be no credential
   */
  put(target: CredentialTarget, values: Readonly<Record<string, string>>, by: ActorRef): Promise<void>;
  /** Whatever is kept in an org, whoever's it is. */
  list(org: OrgId): Promise<CredentialInfo[]>;
  /** What ends before `before`, or has ended, soonest first. */
  expiring(org: OrgId, before: Date): Promise<CredentialInfo[]>;
  remove(target: CredentialTarget, by: ActorRef): Promise<void>;
  /** Lets everyone, or one person, use a credential; or no longer. @throws NexusError not_found */
  grant(target: CredentialTarget, to: "everyone" | PersonId, by: ActorRef): Promise<void>;
  revoke(target: CredentialTarget, from: "everyone" | PersonId, by: ActorRef): Promise<void>;
  /** Whose credential a person's call would go out with. */
  access(org: OrgId, name: string, person: PersonId): Promise<"own" | "shared" | "not_granted" | "missing">;
  /** Drops the access token in memory: the source refused it before its time. The next need fetches a fresh one. */
  distrust(org: OrgId, name: string): void;
  /**
   * One credential itself, whoever may use it, for a look whether its source still takes it: a connection is renewed for
   * it. The audit names nobody.
   * @throws as `secretFor`
   */
  secretToCheck(
    target: CredentialTarget,
    request: Omit<SecretRequest, "org">,
    signal: AbortSignal,
  ): Promise<SecretState>;
  /** @throws NexusError credential_unreadable, or upstream_unavailable | rate_limited | upstream_invalid when a token cannot be fetched now */
  secretFor(request: SecretRequest, signal: AbortSignal): Promise<SecretState>;
}

export interface VaultDeps {
  readonly store: Store;
  /** 32 bytes: seals what is on its way here, and opens what was sealed before orgs had keys of their own. */
  readonly masterKey: Buffer;
  /** Wraps the data keys of orgs. */
  readonly keyWrapper: KeyWrapper;
  readonly egress: Egress;
  readonly audit: Pick<Audit, "record" | "recordIn">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes the vault of all orgs. */
export function createVault({ store, masterKey, keyWrapper, egress, audit, clock, log }: VaultDeps): Vault {
  const sealer = createSealer(masterKey);
  const records = createRecords({ store, dataKeys: createDataKeys(store, keyWrapper), former: sealer, audit });
  const connections = createConnections({ store, records, egress, audit, clock, log });

  /** Opens a record for somebody's call. It is in the audit before anybody has the values. */
  async function read(request: SecretRequest, { kind, record }: Found): Promise<unknown> {
    const { org } = request;
    const opened = records.open(org, record);
    const outcome = await opened.then(
      () => "done" as const,
      () => "failed" as const,
    );
    await audit.record(org, readDraft(request, outcome, { owner: record.owner ?? "org", as: kind }));
    return opened;
  }

  async function apiKey(request: SecretRequest, found: Found): Promise<SecretState> {
    const { record } = found;
    const values = ApiKeyValues.safeParse(await read(request, found));
    if (!values.success) return { state: "missing" };
    const now = clock();
    const expires = endOfKey(request.need, record);
    if (isNews(record, expires, now)) {
      await store.forOrg(request.org).credentials.handed(record, record.version, now, expires);
    }
    return { state: "ready", value: values.data.value, ...(record.owner !== undefined && { owner: record.owner }) };
  }

  async function infos(org: OrgId, stored: readonly StoredCredential[]): Promise<CredentialInfo[]> {
    const grants = await store.forOrg(org).credentialGrants.list();
    return stored.map((record) => {
      const of = grants.filter(({ name, owner }) => name === record.name && owner === record.owner);
      const people = of.flatMap(({ to }) => (to === "everyone" ? [] : [to]));
      return toInfo(record, of.length > people.length ? "everyone" : people);
    });
  }

  return {
    seal: (plain, aad) => sealer.seal(plain, aad),
    open: (sealed, aad) => sealer.open(sealed, aad),
    async put(target, values, by) {
      checkValues(values);
      const bound = target.bound !== undefined && { bound: target.bound };
      const draft = changeDraft("credential.stored", target, by);
      await records.put(target.org, keyOf(target), { values, audit: draft, ...bound });
      connections.forget(target.org, target.name);
    },
    list: async (org) => infos(org, await store.forOrg(org).credentials.list()),
    expiring: async (org, before) => infos(org, await store.forOrg(org).credentials.endingBefore(before)),
    async remove(target, by) {
      await store.transaction(async (inside) => {
        const { credentials, credentialGrants } = inside.forOrg(target.org);
        await credentialGrants.clear(keyOf(target));
        const wasThere = await credentials.remove(keyOf(target));
        if (wasThere) await audit.recordIn(inside, target.org, changeDraft("credential.removed", target, by));
      });
      connections.forget(target.org, target.name);
    },
    grant: (target, to, by) =>
      store.transaction(async (inside) => {
        const { credentials, credentialGrants } = inside.forOrg(target.org);
        if ((await credentials.get(keyOf(target))) === undefined) throw unknown(target);
        await credentialGrants.add(keyOf(target), to);
        await audit.recordIn(inside, target.org, changeDraft("credential.granted", target, by, { to, granted: true }));
      }),
    revoke: (target, from, by) =>
      store.transaction(async (inside) => {
        const wasThere = await inside.forOrg(target.org).credentialGrants.remove(keyOf(target), from);
        if (!wasThere) return;
        const detail = { to: from, granted: false };
        await audit.recordIn(inside, target.org, changeDraft("credential.granted", target, by, detail));
      }),
    async access(org, name, person) {
      const { kind } = await reachOf(store.forOrg(org), name, person);
      return kind === "lent" ? "shared" : kind;
    },
    distrust: (org, name) => connections.forget(org, name),
    async secretToCheck(target, request, signal) {
      signal.throwIfAborted();
      const record = await store.forOrg(target.org).credentials.get(keyOf(target));
      if (record === undefined || record.bound !== request.bound) return { state: "missing" };
      const look: SecretRequest = { ...request, org: target.org, isCheck: true };
      const found: Found = { kind: record.owner === undefined ? "shared" : "own", record };
      if (look.need.kind === "oauth2") return connections.renew(look, record, () => read(look, found), signal);
      const values = ApiKeyValues.safeParse(await read(look, found));
      return values.success ? { state: "ready", value: values.data.value } : { state: "missing" };
    },
    async secretFor(request, signal) {
      signal.throwIfAborted();
      const { org, person, need } = request;
      const found = await reachOf(store.forOrg(org), need.name, person);
      if (found.kind === "missing") return { state: "missing" };
      if (found.kind === "not_granted") {
        await audit.record(org, readDraft(request, "refused", { owner: "org" }));
        return { state: "not_granted" };
      }
      // The same name is not the same secret: it was entered for something else.
      if (found.record.bound !== request.bound) {
        await audit.record(
          org,
          readDraft(request, "refused", { owner: found.record.owner ?? "org", why: "not its own" }),
        );
        return { state: "missing" };
      }
      switch (need.kind) {
        case "api_key":
          return apiKey(request, found);
        case "oauth2":
          return connections.secretFor(request, found.record, () => read(request, found), signal);
        default:
          return need.kind satisfies never;
      }
    },
  };
}

type Found = Extract<Reach, { record: StoredCredential }>;

function keyOf({ name, owner }: CredentialTarget): CredentialKey {
  return { name, ...(owner !== undefined && { owner }) };
}

function changeDraft(
  act: AuditDraft["act"],
  target: CredentialTarget,
  by: ActorRef,
  detail: JsonObject = {},
): AuditDraft {
  return {
    act,
    outcome: "done",
    actor: by,
    subject: { kind: "credential", id: target.name },
    detail: { owner: target.owner ?? "org", ...detail },
  };
}

function readDraft(request: SecretRequest, outcome: AuditDraft["outcome"], detail: JsonObject): AuditDraft {
  const { turn, module, need } = request;
  return {
    act: "credential.read",
    outcome,
    actor: whoReads(request),
    subject: { kind: "credential", id: need.name },
    turn,
    detail: { module, ...detail },
  };
}

function unknown({ name }: CredentialTarget): NexusError {
  return new NexusError("not_found", `there is no credential ${name} to grant`, {
    say: "There is no such credential here.",
    hint: "`credentials` lists what is connected.",
  });
}

function toInfo(record: StoredCredential, grantedTo: CredentialInfo["grantedTo"]): CredentialInfo {
  const { name, owner, hint, updatedAt, expires, lastUsedAt, refusedAt } = record;
  return {
    name,
    hint,
    updatedAt,
    grantedTo,
    ...(owner !== undefined && { owner }),
    ...(expires !== undefined && { expiresAt: expires.at, expiryIs: expires.source }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(refusedAt !== undefined && { refusedAt }),
  };
}
