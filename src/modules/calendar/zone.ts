import { formatter } from "./formatter.ts";

/** Calendar days and wall-clock times of an IANA zone. A day is text, `YYYY-MM-DD`: it has no instant until a zone gives it one. */

const DAY_MS = 86_400_000;

/** The day on which an instant falls in a zone. */
export function dayOf(instant: Date, timeZone: string): string {
  return wallClock(instant, timeZone).slice(0, 10);
}

/** The day `days` later; earlier when negative. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days lie from one day to another; 0 for the same. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / DAY_MS);
}

/**
 * The instant at which a clock on the wall shows `time` (`HH:MM`) on a day. A time that the clocks skip becomes as
 * much later as they jump; of a time they show twice, it is the first.
 */
export function instantAt(day: string, time: string, timeZone: string): Date {
  const asUtc = Date.parse(`${day}T${time}Z`);
  // Every zone's offset a day before and a day after covers the change between them, if there is one.
  const candidates = [-DAY_MS, DAY_MS].map((shift) => asUtc - offsetMs(new Date(asUtc + shift), timeZone));
  const shown = candidates.filter((ms) => wallClock(new Date(ms), timeZone).startsWith(`${day}T${time}`));
  return new Date(shown.length > 0 ? Math.min(...shown) : Math.max(...candidates));
}

/** The first instant of a day, which is not midnight where the clocks skip it. */
export function startOfDay(day: string, timeZone: string): Date {
  return instantAt(day, "00:00", timeZone);
}

function offsetMs(instant: Date, timeZone: string): number {
  const ms = Math.floor(instant.getTime() / 1000) * 1000;
  return Date.parse(`${wallClock(new Date(ms), timeZone)}Z`) - ms;
}

/** `YYYY-MM-DDTHH:MM:SS` in the zone: what the Swedish locale writes, but for the T. */
function wallClock(instant: Date, timeZone: string): string {
  return formatter("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(instant).replace(" ", "T");
}
