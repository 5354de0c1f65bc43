import type { Clock } from "#core/contract/ports.ts";

export type BreakerState = "closed" | "open" | "half_open";

/** Stops asking a source that does not answer, so that it can recover and nobody waits for nothing. */
export interface Breaker {
  /**
   * Whether a request may go out now. After the pause one may, as a probe; whoever was let through must report what
   * became of it.
   */
  admit(): boolean;
  report(outcome: "answered" | "failed" | "unknown"): void;
  state(): BreakerState;
  /** When it opened; undefined while it is closed. */
  openSince(): Date | undefined;
}

const FAILURES_TO_OPEN = 4;
const PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 240_000;

/** A closed breaker. Four failures in a row open it for 15 s; every failed probe doubles the pause, up to 4 min. */
export function createBreaker(clock: Clock): Breaker {
  let failures = 0;
  let openedAt: Date | undefined;
  let pauseMs = PAUSE_MS;
  let retryAt = 0;
  let isProbing = false;

  const open = (): void => {
    const now = clock();
    if (openedAt !== undefined) pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    openedAt ??= now;
    retryAt = now.getTime() + pauseMs;
  };

  return {
    admit() {
      if (openedAt === undefined) return true;
      if (isProbing || clock().getTime() < retryAt) return false;
      isProbing = true;
      return true;
    },
    report(outcome) {
      const wasProbe = isProbing;
      isProbing = false;
      if (outcome === "unknown") return;
      if (outcome === "answered") {
        failures = 0;
        openedAt = undefined;
        pauseMs = PAUSE_MS;
        return;
      }
      failures += 1;
      // Requests that were under way when it opened say nothing new.
      if (wasProbe || (openedAt === undefined && failures >= FAILURES_TO_OPEN)) open();
    },
    state() {
      if (openedAt === undefined) return "closed";
      return isProbing || clock().getTime() >= retryAt ? "half_open" : "open";
    },
    openSince: () => openedAt,
  };
}
