import type { CredentialNeed } from "#core/contract/manifest.ts";
import type { Expiry, StoredCredential } from "#core/store/credentials.ts";

const DAY_MS = 86_400_000;

/**
 * A refresh token of Google's ends when nobody has used it for six months.
 * https://developers.google.com/identity/protocols/oauth2#expiration
 */
const UNUSED_DAYS: Readonly<Record<string, number>> = { "oauth2.googleapis.com": 180 };

/** A use less than this after the last one is not worth a write. */
const NOTED_EVERY_MS = 3_600_000;

/** When an API key ends, if its manifest says how long its source lets one live, or those before it taught that. */
export function endOfKey(need: CredentialNeed, record: StoredCredential): Expiry | undefined {
  if (need.lifetimeDays === undefined) return record.expires?.source === "learnt" ? record.expires : undefined;
  return { at: new Date(record.connectedAt.getTime() + need.lifetimeDays * DAY_MS), source: "stated" };
}

/** When a connection ends: as the provider has just said, or else as that provider usually ends one that is unused. */
export function endOfConnection(
  tokenUrl: string,
  record: StoredCredential,
  statedS: number | undefined,
  now: Date,
): Expiry | undefined {
  if (statedS !== undefined) return { at: new Date(now.getTime() + statedS * 1_000), source: "stated" };
  if (record.expires?.source === "stated") return record.expires;
  // What those before it taught counts for more than what is usual elsewhere.
  if (record.expires?.source === "learnt" && record.expires.at > now) return record.expires;
  const days = UNUSED_DAYS[new URL(tokenUrl).hostname];
  return days === undefined ? undefined : { at: new Date(now.getTime() + days * DAY_MS), source: "assumed" };
}

/** Whether a use at `now` tells more than what was noted last. */
export function isNews(record: StoredCredential, expires: Expiry | undefined, now: Date): boolean {
  const last = record.lastUsedAt?.getTime() ?? Number.NEGATIVE_INFINITY;
  const isKnown = expires?.at.getTime() === record.expires?.at.getTime();
  return !isKnown || now.getTime() - last >= NOTED_EVERY_MS;
}

/** As alike as two lifetimes must be to be no accident. */
const ALIKE = 1.1;
/** Shorter ones end by themselves and are renewed by themselves. */
const LEAST_LEARNT_MS = 2 * DAY_MS;

/**
 * When a connection usually ends whose source does not say: once two of that name were ended after about the same time,
 * the next is taken to live as long as the shorter. Whoever withdraws an access by hand does so at any time, which
 * teaches nothing.
 * @param livedMs how long those lived that the source ended; ms
 */
export function learntEnd(livedMs: readonly number[], connectedAt: Date): Expiry | undefined {
  const sorted = livedMs.filter((ms) => ms >= LEAST_LEARNT_MS).toSorted((one, other) => one - other);
  const usual = sorted.find((ms, at) => (sorted[at + 1] ?? Number.POSITIVE_INFINITY) <= ms * ALIKE);
  return usual === undefined ? undefined : { at: new Date(connectedAt.getTime() + usual), source: "learnt" };
}
