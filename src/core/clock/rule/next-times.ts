import type { ScheduleRule } from "#core/contract/schedule.ts";
import type { Holidays } from "./holidays.ts";
import { minutesOf } from "./pattern.ts";
import { instantOf, type Wall, wallOf } from "./wall-clock.ts";

/**
 * The next `count` times of a rule after a moment; fewer when there are no more. What the clocks skip is the first minute
 * that there is; what they show twice is the first of the two, and a pattern that comes several times in a skipped hour
 * comes once, at its end. Holidays and quiet hours are those of the minute it would come in.
 * @throws TypeError for a pattern or a zone that `checkRule` refuses
 */
export function nextTimes(rule: ScheduleRule, after: Date, count: number, holidays: Holidays): Date[] {
  return timesUntil(rule, after, undefined, count, holidays);
}

/** The times of a rule that are after `after` and not after `until`, the first `count` of them. */
export function timesUntil(
  rule: ScheduleRule,
  after: Date,
  until: Date | undefined,
  count: number,
  holidays: Holidays,
): Date[] {
  const times: Date[] = [];
  if (count <= 0) return times;
  let last = after.getTime();
  let looked = 0;
  const furthest = after.getTime() + FURTHEST_MS;
  for (const wall of minutesOf(rule.cron, wallOf(rule.timeZone, after))) {
    looked += 1;
    if (wall > furthest || looked > MOST_LOOKED_AT) break;
    const at = instantOf(rule.timeZone, wall);
    if (at === undefined || at.getTime() <= last) continue;
    if (until !== undefined && at > until) break;
    last = at.getTime();
    if (isLeftOut(rule, wallOf(rule.timeZone, at), holidays)) continue;
    times.push(at);
    if (times.length === count) break;
  }
  return times;
}

/** The last time of a rule that is after `after` and not after `now`. */
export function lastTime(rule: ScheduleRule, after: Date, now: Date, holidays: Holidays): Date | undefined {
  // Looked for from the end: of five-minute slots of a year, only the last is wanted.
  for (let back = FIRST_WINDOW_MS; ; back *= 16) {
    const from = new Date(Math.max(after.getTime(), now.getTime() - back));
    const last = timesUntil(rule, from, now, MOST_LOOKED_AT, holidays).at(-1);
    if (last !== undefined || from.getTime() <= after.getTime()) return last;
  }
}

/** What the clocks of a rule's zone show at one of its times, to the minute: `2026-11-24T08:30`. */
export function slotOf(rule: Pick<ScheduleRule, "timeZone">, at: Date): string {
  return textOf(wallOf(rule.timeZone, at));
}

function isLeftOut(rule: ScheduleRule, wall: Wall, holidays: Holidays): boolean {
  const text = textOf(wall);
  if (rule.skipHolidays && holidays.isHoliday(text.slice(0, 10))) return true;
  if (rule.quiet === undefined) return false;
  const { from, to } = rule.quiet;
  const time = text.slice(11);
  return from <= to ? time >= from && time < to : time >= from || time < to;
}

function textOf(wall: Wall): string {
  return new Date(wall).toISOString().slice(0, 16);
}

/** A 29 February on a given weekday comes after 40 years at most. */
const FURTHEST_MS = 41 * 366 * 24 * 60 * 60_000;
/** Where all of that many are left out, as on 25 December when it is a holiday, nothing is to come. */
const MOST_LOOKED_AT = 20_000;
const FIRST_WINDOW_MS = 60 * 60_000;
