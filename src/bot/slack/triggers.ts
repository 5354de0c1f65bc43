import type { Clock } from "#core/contract/ports.ts";

/**
 * A trigger opens one form within 3 s of the press. https://docs.slack.dev/interactivity/handling-user-interaction
 * Half a second of that is left for the way to Slack.
 */
const LIFE_MS = 2_500;

/** The presses that may still be answered with a form. */
export interface Triggers {
  keep(who: string, triggerId: string): void;
  /** The latest trigger of this person here, once; undefined when it is too late. */
  take(who: string): string | undefined;
}

/** Keeps triggers for as long as they work. */
export function createTriggers(clock: Clock): Triggers {
  const kept = new Map<string, { triggerId: string; untilMs: number }>();
  return {
    keep(who, triggerId) {
      const now = clock().getTime();
      for (const [key, { untilMs }] of kept) if (untilMs <= now) kept.delete(key);
      kept.set(who, { triggerId, untilMs: now + LIFE_MS });
    },
    take(who) {
      const one = kept.get(who);
      kept.delete(who);
      return one !== undefined && one.untilMs > clock().getTime() ? one.triggerId : undefined;
    },
  };
}
