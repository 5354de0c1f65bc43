import type ical from "ical.js";
import { NexusError } from "#core/contract/errors.ts";
import type { Holidays } from "./holidays.ts";

/**
 * Reads a calendar file (RFC 5545) whose events are holidays: whole days, in one year or by a rule in several, over
 * several days where they end later, without what was cancelled or excepted.
 * @throws NexusError config_invalid when it is not such a file
 */
export async function readHolidays(ics: string): Promise<Holidays> {
  const { default: calendar } = await import("ical.js");
  const events: Event[] = [];
  try {
    const root = new calendar.Component(calendar.parse(ics));
    if (root.name !== "vcalendar") throw new Error("it is no calendar");
    for (const each of root.getAllSubcomponents("vevent")) {
      // An exception is read with the event that it is of, which this library finds by itself.
      if (each.hasProperty("recurrence-id") || each.getFirstPropertyValue("status") === "CANCELLED") continue;
      if (!each.hasProperty("dtstart")) throw new Error("an event has no start");
      const event = new calendar.Event(each);
      // What cannot be expanded is found now, and not when somebody's briefing is due.
      daysOf(event, event.startDate.year);
      events.push(event);
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const say = "The calendar of holidays cannot be read: it is not a calendar file (.ics).";
    throw new NexusError("config_invalid", `the calendar of holidays cannot be read: ${why}`, { say, cause });
  }
  const years = new Map<number, ReadonlyMap<string, string>>();
  const ofYear = (year: number): ReadonlyMap<string, string> => {
    const known = years.get(year) ?? new Map(events.toReversed().flatMap((event) => daysOf(event, year)));
    years.set(year, known);
    return known;
  };
  const name = (day: string): string | undefined => ofYear(Number(day.slice(0, 4))).get(day);
  return { name, isHoliday: (day) => name(day) !== undefined };
}

/** The days of an event that lie in a year, each with its name. */
function daysOf(event: Event, year: number): [day: string, name: string][] {
  if (!event.isRecurring()) return span(event.startDate, event.endDate, event.summary, year);
  const days: [string, string][] = [];
  const times = event.iterator();
  for (let count = 0; count < MOST_TIMES; count += 1) {
    // Past the last there is none, whatever the type says.
    const next: Time | undefined = times.next();
    if (!next || next.year > year) break;
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    if (item.component.getFirstPropertyValue("status") === "CANCELLED") continue;
    days.push(...span(startDate, endDate, item.summary, year));
  }
  return days;
}

/** A calendar's end is the first moment that is not part of it any more. */
function span(start: Time, end: Time, summary: string, year: number): [day: string, name: string][] {
  const first = dayOf(start);
  const past = Math.max(first + DAY_MS, dayOf(end) + (end.isDate || isMidnight(end) ? 0 : DAY_MS));
  const days: [string, string][] = [];
  for (let day = first; day < Math.min(past, first + MOST_DAYS * DAY_MS); day += DAY_MS) {
    const text = new Date(day).toISOString().slice(0, 10);
    if (text.startsWith(String(year))) days.push([text, summary]);
  }
  return days;
}

function dayOf({ year, month, day }: Time): number {
  return Date.UTC(year, month - 1, day);
}

function isMidnight({ hour, minute, second }: Time): boolean {
  return hour === 0 && minute === 0 && second === 0;
}

type Event = InstanceType<typeof ical.Event>;
type Time = InstanceType<typeof ical.Time>;

const DAY_MS = 24 * 60 * 60_000;
const MOST_DAYS = 366;
/** A rule that comes daily since 1970 is within it. */
const MOST_TIMES = 50_000;
