/** How often a capability may be looked at: as its answers change at most, and not oftener than each five minutes. */
export function minutesBetween(cacheTtlS: number): number {
  return Math.min(Math.max(LEAST_MINUTES, Math.ceil(cacheTtlS / 60)), MOST_MINUTES);
}

/**
 * When the next look is: later by chance, so that not all of them come at once, and ever later while a source fails.
 * @param random in [0, 1)
 * @param retryAfterS what the source itself asked for
 */
export function nextLook(now: Date, everyMinutes: number, failures: number, random: number, retryAfterS = 0): Date {
  const longer = Math.min(everyMinutes * 2 ** Math.min(failures, 10), Math.max(everyMinutes, LONGEST_BACKOFF_MINUTES));
  const waitMs = Math.max(longer * 60_000, retryAfterS * 1_000);
  return new Date(now.getTime() + Math.round(waitMs * (1 + JITTER * random)));
}

const LEAST_MINUTES = 5;
const MOST_MINUTES = 1_440;
const LONGEST_BACKOFF_MINUTES = 6 * 60;
const JITTER = 0.2;
