import { NexusError } from "#core/contract/errors.ts";
import type { ScheduleRule } from "#core/contract/schedule.ts";
import { NO_HOLIDAYS } from "./holidays.ts";
import { nextTimes } from "./next-times.ts";
import { readPattern } from "./pattern.ts";
import { isTimeZone } from "./wall-clock.ts";

/** How far apart the times of a schedule are at least; minutes. */
export const LEAST_APART_MINUTES = 5;

/**
 * Refuses a rule that cannot be read, that comes too often, or that never comes.
 * @throws NexusError schedule_invalid
 */
export function checkRule(rule: ScheduleRule): void {
  if (!isTimeZone(rule.timeZone)) {
    throw invalid(`there is no zone ${rule.timeZone}`, `There is no time zone called “${rule.timeZone}”.`);
  }
  const { minutes, hours } = readPattern(rule.cron);
  if (leastApart(minutes, hours) < LEAST_APART_MINUTES) {
    const say = `That is too often: at least ${LEAST_APART_MINUTES} minutes must lie between two runs.`;
    throw invalid(`${rule.cron} comes too often`, say);
  }
  if (rule.quiet !== undefined && rule.quiet.from === rule.quiet.to) {
    throw invalid("quiet hours without an end", "Quiet hours must begin and end at different times.");
  }
  // Any day will do: the pattern has no years.
  if (nextTimes({ ...rule, skipHolidays: false }, ANY_DAY, 1, NO_HOLIDAYS).length === 0) {
    const isQuiet = rule.quiet !== undefined && nextTimes(withoutQuiet(rule), ANY_DAY, 1, NO_HOLIDAYS).length > 0;
    const say = isQuiet
      ? "All of these times lie in the quiet hours."
      : "These times never come: there is no such day.";
    throw invalid(`${rule.cron} never comes`, say);
  }
}

function withoutQuiet({ cron, timeZone }: ScheduleRule): ScheduleRule {
  return { cron, timeZone, skipHolidays: false };
}

/** The least distance between two times of a day, round the clock; minutes. */
function leastApart(minutes: readonly number[], hours: readonly number[]): number {
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
  const [first] = times;
  if (first === undefined) return DAY_MINUTES;
  return Math.min(...times.map((time, index) => (times[index + 1] ?? first + DAY_MINUTES) - time));
}

function invalid(detail: string, say: string): NexusError {
  return new NexusError("schedule_invalid", detail, { say });
}

const DAY_MINUTES = 24 * 60;
const ANY_DAY = new Date("2026-01-01T00:00:00Z");
