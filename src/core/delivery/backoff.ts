import { LONGEST_WAIT_MS } from "#core/store/store.ts";

/** When to try again after the `failures`th failure: 1, 2, 4 … seconds later, at most a minute. */
export function retryAt(failures: number, now: Date): Date {
  return new Date(now.getTime() + Math.min(LONGEST_WAIT_MS, FIRST_MS * 2 ** (failures - 1)));
}

const FIRST_MS = 1_000;
