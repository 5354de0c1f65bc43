import type { Clock } from "#core/contract/ports.ts";

/** A turn shorter than this shows no steps: the answer is there before they could be read. */
const STEPS_AFTER_MS = 2_500;
/** Slack's advice for changing a message again and again. https://docs.slack.dev/ai/agent-design */
const CHANGES_APART_MS = 3_000;
/** Text waits for this much company … */
const ENOUGH_TEXT = 80;
/** … or this long, so that a slow model is seen to speak. */
const TEXT_AFTER_MS = 1_000;
const MOST_A_MINUTE = 60;
const MINUTE_MS = 60_000;

export interface News {
  readonly isText: boolean;
  /** Characters of text that are not shown yet. */
  readonly unsaid: number;
  readonly isStream: boolean;
  /** Since when there is something that is not shown; Unix ms. */
  readonly sinceMs: number;
}

/** When the live side of an answer may next speak to Slack. */
export interface Pace {
  waitMs(news: News): number;
  called(): void;
}

/** Creates the pace of one turn, which begins now. */
export function createPace(clock: Clock): Pace {
  const startedMs = clock().getTime();
  const calls: number[] = [];

  return {
    waitMs({ isText, unsaid, isStream, sinceMs }) {
      const now = clock().getTime();
      const last = calls.at(-1);
      const earliest = isText ? startedMs : startedMs + STEPS_AFTER_MS;
      if (!isStream) return Math.max(earliest, last === undefined ? now : last + CHANGES_APART_MS, now) - now;
      const crowded = calls.length < MOST_A_MINUTE ? 0 : (calls.at(-MOST_A_MINUTE) ?? 0) + MINUTE_MS;
      const unhurried = unsaid >= ENOUGH_TEXT ? now : sinceMs + TEXT_AFTER_MS;
      return Math.max(earliest, unhurried, crowded, now) - now;
    },
    called() {
      calls.push(clock().getTime());
      if (calls.length > MOST_A_MINUTE) calls.shift();
    },
  };
}
