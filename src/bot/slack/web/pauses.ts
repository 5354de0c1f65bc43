import type { Clock } from "#core/contract/ports.ts";

/** Which calls Slack has asked to wait, and until when. */
export interface Pauses {
  ask(name: string, seconds: number): void;
  /** How long the call must still wait; ms. */
  leftMs(name: string): number;
}

/** Remembers each `Retry-After`, so that a limited method is left alone and the others are not held up by it. */
export function createPauses(clock: Clock): Pauses {
  const until = new Map<string, number>();
  return {
    ask: (name, seconds) => void until.set(name, clock().getTime() + seconds * 1000),
    leftMs(name) {
      const left = (until.get(name) ?? 0) - clock().getTime();
      if (left <= 0) until.delete(name);
      return Math.max(0, left);
    },
  };
}
