import type { Nexus } from "#core/contract/module.ts";
import { formatter } from "./formatter.ts";
import type { Busy, Meeting } from "./meeting.ts";
import { addDays, dayOf, daysBetween, startOfDay } from "./zone.ts";

type Asker = Nexus["asker"];

const TITLE_CHARS = 80;
const PLACE_CHARS = 60;

/** A time of day, by the clock the asker's locale reads: 14:30, or 2:30 PM. */
export function timeOf(instant: Date, { locale, timeZone }: Asker): string {
  const { hour12 } = formatter(locale, { hour: "numeric" }).resolvedOptions();
  return hour12 === true
    ? formatter("en-US", { timeZone, hour: "numeric", minute: "2-digit" }).format(instant)
    : formatter("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(instant);
}

/** From one time to another: 09:30–10:00. */
export function spanOf({ start, end }: Busy, asker: Asker): string {
  return `${timeOf(start, asker)}–${timeOf(end, asker)}`;
}

/** What of a span falls on a day, for a list of that day alone. */
export function spanOnDay(span: Busy, day: string, asker: Asker): string {
  const [from, to] = [startOfDay(day, asker.timeZone), startOfDay(addDays(day, 1), asker.timeZone)];
  if (span.start < from && span.end > to) return "all day";
  if (span.start < from) return `until ${timeOf(span.end, asker)}`;
  return span.end > to ? `from ${timeOf(span.start, asker)}` : spanOf(span, asker);
}

/** A day as one says it today: today, tomorrow, yesterday, on Friday 27 November. */
export function dayInWords(day: string, today: string): string {
  switch (daysBetween(today, day)) {
    case 0:
      return "today";
    case 1:
      return "tomorrow";
    case -1:
      return "yesterday";
    default:
      return `on ${dayName(day, today)}`;
  }
}

/** Friday 27 November, with the year when it is not this one. */
export function dayName(day: string, today: string): string {
  const year = day.slice(0, 4) === today.slice(0, 4) ? {} : ({ year: "numeric" } as const);
  return inUtc(day, { weekday: "long", day: "numeric", month: "long", ...year });
}

/** Fri 27 Nov. */
export function shortDay(day: string): string {
  return inUtc(day, { weekday: "short", day: "numeric", month: "short" });
}

/** 45 min, 1 h, 1 h 30 min. */
export function length(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** One meeting, two meetings. */
export function count(number: number, noun: string): string {
  return `${number === 0 ? "No" : number} ${noun}${number === 1 ? "" : "s"}`;
}

/** a; a and b; a, b and c. */
export function listed(items: readonly string[]): string {
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(items);
}

/** The title, shortened to what a table bears. */
export function titleOf(meeting: Meeting): string {
  const title = clip(meeting.title, TITLE_CHARS);
  return meeting.tentative ? `${title} (tentative)` : title;
}

/** The cells of a table that say what, where and with how many. */
export function cellsOf(meeting: Meeting): string[] {
  return [titleOf(meeting), clip(meeting.place, PLACE_CHARS), meeting.people === 0 ? "" : String(meeting.people)];
}

/** Today, in the asker's zone. */
export function todayOf(nexus: Pick<Nexus, "now" | "asker">): string {
  return dayOf(nexus.now(), nexus.asker.timeZone);
}

function inUtc(day: string, options: Intl.DateTimeFormatOptions): string {
  return formatter("en-GB", { timeZone: "UTC", ...options })
    .format(new Date(`${day}T00:00Z`))
    .replace(",", "");
}

/** By whole characters as people see them, so that no emoji is cut in two. */
function clip(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const seen = Array.from(new Intl.Segmenter("en").segment(text), ({ segment }) => segment);
  return seen.length <= characters
    ? text
    : `${seen
        .slice(0, characters - 1)
        .join("")
        .trimEnd()}…`;
}
