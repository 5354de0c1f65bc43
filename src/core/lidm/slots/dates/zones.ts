import type { Day } from "./civil.ts";
import { dayOf } from "./civil.ts";

/** What the clock on the wall shows: a day, and the minutes since its midnight. */
export interface WallTime {
  readonly day: Day;
  readonly minutes: number;
}

/** Wall clocks of the world. A zone that does not exist is read as UTC. */
export interface Zones {
  wallTime(instant: Date, timeZone: string): WallTime;
  /**
   * ISO 8601 with offset. A time that occurs twice is the first of the two; one that is skipped moves on by what is
   * skipped, as RFC 5545 and Temporal have it.
   */
  toIso(wall: WallTime, timeZone: string): string;
  /** ISO 8601 with the zone's offset, to the minute. */
  instantToIso(instant: Date, timeZone: string): string;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const MAX_FORMATS = 100;

/** Makes the wall clocks; formatters are costly to make and are kept. */
export function createZones(): Zones {
  const formats = new Map<string, Intl.DateTimeFormat>();

  function formatFor(timeZone: string): Intl.DateTimeFormat {
    const known = formats.get(timeZone);
    if (known !== undefined) return known;
    const made = makeFormat(timeZone);
    if (formats.size >= MAX_FORMATS) formats.clear();
    formats.set(timeZone, made);
    return made;
  }

  function wallTime(instant: Date, timeZone: string): WallTime {
    const parts = new Map(
      formatFor(timeZone)
        .formatToParts(instant)
        .map((part) => [part.type, Number(part.value)]),
    );
    const field = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    return {
      day: dayOf(field("year"), field("month"), field("day")),
      minutes: field("hour") * 60 + field("minute"),
    };
  }

  function offsetAt(minute: number, timeZone: string): number {
    const wall = wallTime(new Date(minute * MINUTE_MS), timeZone);
    return wall.day * DAY_MINUTES + wall.minutes - Math.floor(minute);
  }

  function toIso(wall: WallTime, timeZone: string): string {
    const local = wall.day * DAY_MINUTES + wall.minutes;
    const before = offsetAt(local - DAY_MINUTES, timeZone);
    const after = offsetAt(local + DAY_MINUTES, timeZone);
    const isBefore = before === after || offsetAt(local - before, timeZone) === before;
    const isAfter = !isBefore && offsetAt(local - after, timeZone) === after;
    return formatIso(local - (isAfter ? after : before), timeZone);
  }

  function formatIso(minute: number, timeZone: string): string {
    const offset = offsetAt(minute, timeZone);
    const wall = new Date((minute + offset) * MINUTE_MS).toISOString().slice(0, 16);
    const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, "0");
    const minutes = String(Math.abs(offset) % 60).padStart(2, "0");
    return `${wall}:00${offset < 0 ? "-" : "+"}${hours}:${minutes}`;
  }

  return {
    wallTime,
    toIso,
    instantToIso: (instant, timeZone) => formatIso(Math.floor(instant.getTime() / MINUTE_MS), timeZone),
  };
}

function makeFormat(timeZone: string): Intl.DateTimeFormat {
  const options = {
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  } as const;
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
  }
}
