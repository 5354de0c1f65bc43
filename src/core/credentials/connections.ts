import type { Audit } from "#core/audit/audit.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Egress } from "#core/contract/sandbox.ts";
import type { StoredCredential } from "#core/store/credentials.ts";
import type { Store } from "#core/store/store.ts";
import { createAccessTokens, type FetchedToken, type HeldAnswer } from "./access-tokens.ts";
import { endOfConnection } from "./expiry.ts";
import type { Records } from "./records.ts";
import { type SecretRequest, type SecretState, whoReads } from "./secret.ts";
import { askForToken, type Refusal } from "./token-endpoint.ts";
import { OAuthValues } from "./values.ts";

/** OAuth2 connections: a refresh token on disk, an access token of it in memory. */
export interface Connections {
  /** A token that is good for now, fetched anew once it is near its end. `read` opens the record and says so. */
  secretFor(
    request: SecretRequest,
    record: StoredCredential,
    read: () => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<SecretState>;
  /** Whether the provider still renews it, asked at once whatever is in memory. */
  renew(
    request: SecretRequest,
    record: StoredCredential,
    read: () => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<SecretState>;
  /** Drops the access tokens of one name, whoever's they are. */
  forget(org: OrgId, name: string): void;
}

export interface ConnectionsDeps {
  readonly store: Store;
  readonly records: Pick<Records, "put">;
  readonly egress: Egress;
  readonly audit: Pick<Audit, "record">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes the connections of all orgs. */
export function createConnections({ store, records, egress, audit, clock, log }: ConnectionsDeps): Connections {
  const tokens = createAccessTokens(clock);

  async function fetchToken(
    request: SecretRequest,
    record: StoredCredential,
    read: () => Promise<unknown>,
  ): Promise<FetchedToken> {
    const { org, need, module, turn } = request;
    const { oauth2 } = need;
    if (oauth2 === undefined) throw new NexusError("internal", `${need.name} does not say where tokens come from`);
    const values = OAuthValues.safeParse(await read());
    // Stored for another kind of credential of the same name: there is nothing here to use.
    if (!values.success) return { answer: { granted: false, reason: "mismatch" }, key: tokenKey(org, record) };
    const grant = { grant_type: "refresh_token", refresh_token: values.data.refreshToken };
    // Once sent, it is seen through (the broker ends it after its time): a provider that replaces the refresh token
    // has done so by then, and the answer holds the only copy.
    const answer = await askForToken(egress, oauth2, values.data, grant, new AbortController().signal);
    const fields = { org, credential: record.name };
    if (!answer.granted) {
      log.warn({ ...fields, reason: answer.reason }, "access token refused");
      await store.forOrg(org).credentials.refused(record, record.version, clock(), answer.reason === "grant");
      await audit.record(org, {
        act: "credential.read",
        outcome: "failed",
        actor: whoReads(request),
        subject: { kind: "credential", id: record.name },
        turn,
        detail: { module, owner: record.owner ?? "org", why: `refused: ${answer.reason}` },
      });
      return { answer, key: tokenKey(org, record) };
    }
    log.info({ ...fields, lifetimeS: answer.lifetimeS }, "access token fetched");
    const version = await keepReplaced(org, record, values.data, answer.refreshToken);
    const expires = endOfConnection(oauth2.tokenUrl, record, answer.refreshLifetimeS, clock());
    const { credentials } = store.forOrg(org);
    // A look of ours is no use: what nobody uses may go on counting as unused.
    await (request.isCheck === true
      ? credentials.accepted(record, version, expires)
      : credentials.used(record, version, clock(), expires));
    return { answer, key: tokenKey(org, { ...record, version }) };
  }

  /** Stores the refresh token that the provider gave in place of the one used. @returns the version there now */
  async function keepReplaced(
    org: OrgId,
    record: StoredCredential,
    values: OAuthValues,
    refreshToken: string | undefined,
  ): Promise<number> {
    if (refreshToken === undefined || refreshToken === values.refreshToken) return record.version;
    const key = { name: record.name, ...(record.owner !== undefined && { owner: record.owner }) };
    const put = await records.put(org, key, {
      values: { ...values, refreshToken },
      // Someone may have connected anew meanwhile; theirs then stays.
      ifVersion: record.version,
      isRenewal: true,
      ...(record.bound !== undefined && { bound: record.bound }),
      audit: {
        act: "credential.stored",
        outcome: "done",
        actor: { kind: "system", id: "token refresh" },
        subject: { kind: "credential", id: record.name },
        detail: { owner: record.owner ?? "org" },
      },
    });
    return put ?? record.version;
  }

  return {
    async secretFor(request, record, read, signal) {
      const key = tokenKey(request.org, record);
      return stateOf(request, record, await tokens.get(key, () => fetchToken(request, record, read), signal));
    },
    async renew(request, record, read, signal) {
      const key = tokenKey(request.org, record);
      return stateOf(request, record, await tokens.renew(key, () => fetchToken(request, record, read), signal));
    },
    forget: (org, name) => tokens.forget(tokenKeys(org, name)),
  };
}

function stateOf({ need }: SecretRequest, record: StoredCredential, answer: HeldAnswer): SecretState {
  if (answer.granted) {
    const owner = record.owner !== undefined && { owner: record.owner };
    return { state: "ready", value: answer.accessToken, ...owner };
  }
  return answer.reason === "mismatch"
    ? { state: "missing" }
    : { state: "rejected", say: refusalText(need.title, answer.reason) };
}

/** The start of the keys of every token of one name. */
function tokenKeys(org: OrgId, name: string): string {
  return `${org} ${name} `;
}

function tokenKey(org: OrgId, { name, owner, version }: StoredCredential): string {
  return `${tokenKeys(org, name)}${owner ?? "org"} ${version}`;
}

/** Why a provider gave no token, in words for the person who asked. */
function refusalText(title: string, reason: Refusal): string {
  switch (reason) {
    case "grant":
      return `${title} says the access was withdrawn or has expired.`;
    case "client":
      return `${title} does not accept the client ID and secret that were stored.`;
    case "other":
      return `${title} refused to renew the access.`;
    default:
      return reason satisfies never;
  }
}
