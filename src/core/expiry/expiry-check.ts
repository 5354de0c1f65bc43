import { createHash } from "node:crypto";
import { asNexusError } from "#core/contract/errors.ts";
import { newId, NOBODY, type OrgId, TurnId } from "#core/contract/ids.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { boundTo } from "#core/credentials/bound-to.ts";
import { endOfKey, learntEnd } from "#core/credentials/expiry.ts";
import { nextCheckAt } from "#core/credentials/expiry-hours.ts";
import type { Vault } from "#core/credentials/vault.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { DueCheck } from "#core/store/credential-checks.ts";
import type { CredentialKey, StoredCredential } from "#core/store/credentials.ts";
import type { Store } from "#core/store/store.ts";
import { chatPlaceOf } from "./expiry-people.ts";
import { type Source, sources } from "#core/orchestrator/secrets/connect.ts";

export interface ExpiryCheckDeps {
  readonly store: Store;
  readonly vault: Pick<Vault, "secretToCheck">;
  readonly registry: Pick<Registry, "modules" | "invoke">;
  readonly defaults: { readonly locale: string; readonly timeZone: string };
  readonly clock: Clock;
  readonly log: Log;
}

/** What a look at a credential found. `untested`: it has no harmless call. `unknown`: its source did not answer. */
type Verdict = "works" | "refused" | "untested" | "unknown";

/** How long another process leaves one alone that is being looked at; ms. */
const LEASE_MS = 10 * 60_000;
/** How soon it is tried again with a source that did not answer; ms. */
const AGAIN_MS = 60 * 60_000;
/** How long after its end it is found out that it has ended; ms. */
const ENDED_MS = 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** What nobody has used for so many days is looked at once a week. */
const UNUSED_DAYS = 90;
/** How far its end must have moved on to be one that each use moves; ms. */
const MOVED_MS = 60 * 60_000;

/**
 * Looks at one credential whose time has come: whether its source still takes it, by the cheapest question there is, and
 * when it ends. Nothing is asked of the source of one that was connected a moment ago, unless somebody waits to hear.
 */
export async function checkCredential(deps: ExpiryCheckDeps, due: DueCheck, signal: AbortSignal): Promise<void> {
  const { store, clock, log } = deps;
  const now = clock();
  if (!(await store.dueChecks.claim(due, new Date(now.getTime() + LEASE_MS)))) return;
  const { credentials, credentialChecks, credentialNotices } = store.forOrg(due.org);
  const record = await credentials.get(due);
  if (record === undefined) return credentialChecks.remove(due);
  const { connectedAt } = record;
  const later = { connectedAt, nextAt: await nextNight(deps, due.org, record, now) };
  await rememberPlace(deps, due);
  const source = sources(deps, due.org).find(({ need }) => need.name === due.name);
  // An OAuth client, or what no module needs any more.
  if (source === undefined) return credentialChecks.looked(due, later);
  if (due.isNew) {
    // Connected anew by whoever it belongs to: what was agreed about the former one is over.
    await credentialChecks.give(due, undefined, now);
    const isAwaited = (await credentialNotices.list()).some((one) => isSame(one, due) && one.state !== "over");
    if (!isAwaited) {
      await noteEnd(deps, due.org, record, source);
      return credentialChecks.looked(due, later);
    }
  }
  const verdict = await tryCredential(deps, due.org, record, source, signal);
  if (verdict !== "works") log.info({ org: due.org, credential: due.name, verdict }, "a credential was looked at");
  if (verdict === "unknown") {
    return credentialChecks.looked(due, { connectedAt, nextAt: new Date(now.getTime() + AGAIN_MS) });
  }
  const after = (await credentials.get(due)) ?? record;
  if (verdict === "refused" && source.need.kind === "api_key" && after.refusedAt === undefined) {
    await credentials.refused(after, after.version, now, false);
  }
  if (verdict === "works" && source.need.kind === "api_key")
    await credentials.accepted(after, after.version, undefined);
  if (verdict !== "refused") await noteEnd(deps, due.org, after, source);
  const endsAt = (await credentials.get(due))?.expires?.at;
  const before = await credentialChecks.get(due);
  const hasMoved = (endsAt?.getTime() ?? 0) - (before?.endsAt?.getTime() ?? Number.POSITIVE_INFINITY) > MOVED_MS;
  const heard = { at: now, endsAt, isRolling: hasMoved || before?.isRolling === true };
  const nextAt = sooner(later.nextAt, endsAt, now);
  await credentialChecks.looked(due, {
    nextAt,
    connectedAt: after.connectedAt,
    ...(verdict === "works" && { heard }),
  });
}

/** When it ends before the night, its source is asked as soon as it has. */
function sooner(night: Date, endsAt: Date | undefined, now: Date): Date {
  const end = endsAt === undefined || endsAt <= now ? night : new Date(endsAt.getTime() + ENDED_MS);
  return end < night ? end : night;
}

/** Remembers where whose it is can be told, while it can still be found out. */
async function rememberPlace(deps: ExpiryCheckDeps, { org, name, owner }: DueCheck): Promise<void> {
  if (owner === undefined) return;
  const { credentialChecks } = deps.store.forOrg(org);
  const known = await credentialChecks.get({ name, owner });
  const place = await chatPlaceOf(deps, org, owner, known?.place);
  if (place) await credentialChecks.notePlace({ name, owner }, place);
}

/** Whether two things are about one credential. */
export function isSame(one: CredentialKey, other: CredentialKey): boolean {
  return one.name === other.name && one.owner === other.owner;
}

async function tryCredential(
  deps: ExpiryCheckDeps,
  org: OrgId,
  record: StoredCredential,
  { manifest, need, origin }: Source,
  signal: AbortSignal,
): Promise<Verdict> {
  if (need.kind === "api_key" && need.test === undefined) return "untested";
  const turn = newId(TurnId);
  try {
    const request = { person: NOBODY, turn, module: manifest.name, need, ...boundTo({ manifest, need, origin }) };
    const { name, owner } = record;
    const secret = await deps.vault.secretToCheck({ org, name, ...(owner && { owner }) }, request, signal);
    if (secret.state === "rejected") return "refused";
    if (secret.state !== "ready") return "unknown";
    // A connection that is renewed works: nothing of the account need be read to know that.
    if (need.kind === "oauth2" || need.test === undefined) return "works";
    const { capability, input } = need.test;
    const trial = { credential: need.name, value: secret.value };
    const call = {
      org,
      person: NOBODY,
      turn,
      module: manifest.name,
      capability,
      input,
      asker: deps.defaults,
      files: [],
    };
    const result = await deps.registry.invoke({ ...call, trial }, signal);
    if (result.ok || result.code === "not_found" || result.code === "no_data") return "works";
    return result.code === "credential_rejected" ? "refused" : "unknown";
  } catch (thrown) {
    signal.throwIfAborted();
    // A source that is down says nothing of the credential.
    if (!asNexusError(thrown).retryable) deps.log.warn({ err: thrown, org, credential: record.name }, UNREAD);
    return "unknown";
  }
}

const UNREAD = "a credential could not be looked at";

/** Keeps when it ends, as far as that is known without asking its source. */
async function noteEnd({ store, clock }: ExpiryCheckDeps, org: OrgId, record: StoredCredential, { need }: Source) {
  if (record.refusedAt !== undefined) return;
  const { credentials, credentialLifetimes } = store.forOrg(org);
  if (record.expires?.source === "stated") return;
  const stated = need.lifetimeDays === undefined ? undefined : endOfKey(need, record);
  const end = stated ?? learntEnd(await credentialLifetimes.of(record.name), record.connectedAt);
  if (end !== undefined && end.at > clock()) await credentials.accepted(record, record.version, end);
}

/** The next night by the clocks of whose it is; for what nobody uses, one in seven. */
async function nextNight({ store, defaults }: ExpiryCheckDeps, org: OrgId, record: StoredCredential, now: Date) {
  const known = record.owner && (await store.forOrg(org).directory.get(record.owner));
  const usedAt = record.lastUsedAt ?? record.connectedAt;
  const isUnused = now.getTime() - usedAt.getTime() > UNUSED_DAYS * DAY_MS;
  const digest = createHash("sha256")
    .update(`${org} ${record.name} ${record.owner ?? ""}`)
    .digest();
  const spread = digest.readUInt32BE(0) / 2 ** 32;
  return nextCheckAt(now, known?.timeZone ?? defaults.timeZone, isUnused ? 7 : 1, spread);
}
