import type { CredentialCheck } from "#core/store/credential-checks.ts";
import type { StoredCredential } from "#core/store/credentials.ts";

const DAY_MS = 86_400_000;

/** How many days before the end somebody is told, the nearest first. */
const WARN_DAYS = [1, 3, 7, 14] as const;

/** The days before anybody is told anything; ms. */
export const WARN_FROM_MS = 14 * DAY_MS;

/** How near a credential is to its end, as far as that is worth a word. `ended`: its source refuses it. */
export const EXPIRY_STAGES = ["14", "7", "3", "1", "ended"] as const;
export type ExpiryStage = (typeof EXPIRY_STAGES)[number];

/**
 * The stage of a credential; undefined while there is nothing to say. A warning is given only where the credential was
 * to live for longer than that: whoever connects something for a week knows that it ends in a week. An end that each
 * use moves on counts from when its source was last heard of.
 */
export function expiryStage(
  { expires, refusedAt, connectedAt }: Pick<StoredCredential, "expires" | "refusedAt" | "connectedAt">,
  check: Pick<CredentialCheck, "isRolling" | "checkedAt"> | undefined,
  now: Date,
): ExpiryStage | undefined {
  if (refusedAt !== undefined) return "ended";
  if (expires === undefined) return undefined;
  const leftMs = expires.at.getTime() - now.getTime();
  // That it has ended is for its source to say: what is only stated or usual may be wrong.
  if (leftMs <= 0) return undefined;
  const moves = check?.isRolling === true || expires.source === "assumed";
  const since = (moves ? check?.checkedAt : undefined) ?? connectedAt;
  const lifeMs = expires.at.getTime() - since.getTime();
  const days = WARN_DAYS.find((one) => leftMs <= one * DAY_MS);
  return days !== undefined && lifeMs > days * DAY_MS ? `${days}` : undefined;
}
