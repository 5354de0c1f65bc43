/** From this age on, an answer says how late it is; ms. */
export const DELAYED_MS = 10 * 60_000;

/** Older messages are not acted on, and replies that waited longer are not shown; ms. */
export const EXPIRED_MS = 60 * 60_000;

/** How old a message is, when that deserves a word, else undefined. By the platform's clock and ours, which may differ. */
export function delayedMs(sentAtMs: number, now: Date): number | undefined {
  const ageMs = now.getTime() - sentAtMs;
  return ageMs > DELAYED_MS ? ageMs : undefined;
}

/** Whether a message is too old to be acted on. */
export function isExpired(sentAtMs: number, now: Date): boolean {
  return now.getTime() - sentAtMs > EXPIRED_MS;
}
