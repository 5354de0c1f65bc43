import type { DeliveryEnd } from "#core/store/store.ts";

/** How long is waited after each try that failed; ms. The try after the last of them is the last. */
const WAITS_MS = [60_000, 5 * 60_000, 30 * 60_000, 2 * 60 * 60_000];
/** How often a delivery is tried before it is given up. */
export const MOST_TRIES = WAITS_MS.length + 1;

/** What follows a try that failed. @param attempts how many had failed before it */
export function afterFailure(attempts: number, why: string, now: Date): DeliveryEnd {
  const waitMs = WAITS_MS[attempts];
  return waitMs === undefined ? { as: "dead", why } : { as: "waiting", why, dueAt: new Date(now.getTime() + waitMs) };
}
