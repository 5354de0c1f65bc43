import type { ScheduleRule } from "#core/contract/schedule.ts";
import { minutesOf, readPattern } from "./pattern.ts";
import { sayTimes } from "./say-rule.ts";
import { nextChange, type Wall, type ZoneChange } from "./wall-clock.ts";

/** A change of the clocks that concerns a rule. */
export interface ClockChange {
  readonly at: Date;
  /** The clocks skip time; else they show some twice. */
  readonly forward: boolean;
  /** “On Sun 29 Mar clocks change; it stays 08:30 local.” */
  readonly note: string;
}

/**
 * The next change of the clocks in a rule's zone that is worth a word: one within two months, or one within a year that
 * falls on a time of the rule.
 */
export function clockChange(rule: ScheduleRule, after: Date, locale = "en-GB"): ClockChange | undefined {
  let from = after;
  for (let changes = 0; changes < MOST_CHANGES; changes += 1) {
    const change = nextChange(rule.timeZone, from, YEAR_DAYS);
    if (change === undefined || change.at > after.getTime() + YEAR_DAYS * DAY_MS) return undefined;
    const at = new Date(change.at);
    const hit = hitBy(rule, change);
    if (hit !== undefined || change.at <= after.getTime() + SOON_DAYS * DAY_MS) {
      return { at, forward: change.after > change.before, note: noteOf(rule, change, hit, locale) };
    }
    from = at;
  }
  return undefined;
}

/** The first time of the rule that the clocks skip, or show twice. */
function hitBy({ cron }: ScheduleRule, { at, before, after }: ZoneChange): Wall | undefined {
  const { minutes, hours } = readPattern(cron);
  // What comes every hour is not missed for one.
  if (minutes.length * hours.length > MOST_TIMES) return undefined;
  const begin = at + Math.min(before, after);
  const [first] = minutesOf(cron, begin - MINUTE_MS);
  return first !== undefined && first < at + Math.max(before, after) ? first : undefined;
}

function noteOf(rule: ScheduleRule, { at, before, after }: ZoneChange, hit: Wall | undefined, locale: string): string {
  // The day as the clocks showed it until then.
  const day = dayOf(hit ?? at + before);
  if (hit === undefined) {
    const times = sayTimes(readPattern(rule.cron), locale);
    return `On ${day} clocks change; it ${times === undefined ? "keeps to local time" : `stays ${times} local`}.`;
  }
  const time = timeOf(hit, locale);
  if (after < before) return `On ${day} the clocks show ${time} twice; it comes the first time only.`;
  // “3:00 a.m.” ends a sentence by itself.
  return `On ${day} the clocks skip ${time}; it comes at ${timeOf(at + after, locale).replace(/\.$/, "")}.`;
}

function dayOf(wall: Wall): string {
  const form = { timeZone: "UTC", weekday: "short", day: "numeric", month: "short" } as const;
  return new Intl.DateTimeFormat("en-GB", form).format(wall).replace(",", "");
}

function timeOf(wall: Wall, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone: "UTC", timeStyle: "short" }).format(wall);
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MOST_TIMES = 8;
const SOON_DAYS = 61;
const YEAR_DAYS = 366;
/** Morocco changes its clocks four times a year at most. */
const MOST_CHANGES = 6;
