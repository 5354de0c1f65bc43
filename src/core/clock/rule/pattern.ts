import { Cron, CronPattern } from "croner";
import { NexusError } from "#core/contract/errors.ts";
import type { Wall } from "./wall-clock.ts";

/**
 * The minutes that a cron pattern means, in order, after a time; by figures of a clock that is never changed. croner
 * reads the pattern and steps through it in UTC, so that what a zone's clocks do is decided in one place, by our rule.
 */
export function* minutesOf(cron: string, after: Wall): Generator<Wall> {
  const job = jobOf(cron);
  let at = job.nextRun(new Date(after));
  while (at !== null) {
    yield at.getTime();
    at = job.nextRun(at);
  }
}

function jobOf(cron: string): Cron {
  const known = jobs.get(cron) ?? new Cron(cron, { utcOffset: 0, mode: "5-part", paused: true });
  if (jobs.size >= MOST_JOBS && !jobs.has(cron)) jobs.clear();
  jobs.set(cron, known);
  return known;
}

/** To read a pattern costs more than to step through it. */
const jobs = new Map<string, Cron>();
const MOST_JOBS = 500;

/** What a cron pattern says, with every list and step written out. */
export interface Pattern {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** From 1. */
  readonly months: readonly number[];
  /** Days of the month by number. */
  readonly days: readonly number[];
  /** The month's last day counts too. */
  readonly lastDay: boolean;
  /** Weekdays, Sunday as 0: which of them in the month, from 1, with 6 for the last; empty: each. */
  readonly weekdays: ReadonlyMap<number, readonly number[]>;
  readonly everyDayOfMonth: boolean;
  readonly everyWeekday: boolean;
  /** It counts from the nearest working day, or in some other way that has no plain words here. */
  readonly isSpecial: boolean;
}

/**
 * Reads a cron pattern of five fields.
 * @throws NexusError schedule_invalid
 */
export function readPattern(cron: string): Pattern {
  if (!FIVE_FIELDS.test(cron)) throw unreadable(cron);
  try {
    const read = new CronPattern(cron, undefined, { mode: "5-part" });
    const weekdays = new Map<number, readonly number[]>();
    for (const [day, which] of read.dayOfWeek.entries()) {
      if (which === 0) continue;
      weekdays.set(day, which === EACH ? [] : [1, 2, 3, 4, 5, 6].filter((nth) => (which & (1 << (nth - 1))) !== 0));
    }
    return {
      minutes: indices(read.minute),
      hours: indices(read.hour),
      months: indices(read.month).map((month) => month + 1),
      days: indices(read.day).map((day) => day + 1),
      lastDay: read.lastDayOfMonth,
      weekdays,
      everyDayOfMonth: read.starDOM,
      everyWeekday: read.starDOW || [...weekdays].length === 7,
      isSpecial: read.lastWeekday || read.useAndLogic || indices(read.nearestWeekdays).length > 0,
    };
  } catch (cause) {
    throw unreadable(cron, cause);
  }
}

function indices(set: readonly number[]): number[] {
  return set.flatMap((is, index) => (is ? [index] : []));
}

function unreadable(cron: string, cause?: unknown): NexusError {
  const say = "These times cannot be read: five fields are needed, minute, hour, day, month and weekday.";
  return new NexusError("schedule_invalid", `the pattern ${cron} cannot be read`, { say, cause });
}

/** Five fields, and nothing that croner would fill in with the time of the reading, as it does with `?`. */
const FIVE_FIELDS = /^\s*[^\s@?]+(?:\s+[^\s@?]+){4}\s*$/;
/** croner's mark for a weekday in every week of the month. */
const EACH = 63;
