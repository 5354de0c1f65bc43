const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** What a clock on the wall shows: `YYYY-MM-DD`, and the minutes since midnight. */
export interface WallClock {
  readonly day: string;
  readonly minutes: number;
}

/** A moment by the clocks of a zone; of one that does not exist, by UTC. */
export function wallClock(at: Date, timeZone: string): WallClock {
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? "00";
  return {
    day: `${part("year")}-${part("month")}-${part("day")}`,
    minutes: Number(part("hour")) * 60 + Number(part("minute")),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = makeFormat(timeZone);
  if (formats.size >= 100) formats.clear();
  formats.set(timeZone, made);
  return made;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat {
  const shape = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
  try {
    return new Intl.DateTimeFormat("en-CA", { ...shape, hourCycle: "h23", timeZone });
  } catch {
    return new Intl.DateTimeFormat("en-CA", { ...shape, hourCycle: "h23", timeZone: "UTC" });
  }
}

const CHECK_AT = 4 * 60;
/** Over how long the looks of one hour are spread, so that no provider is asked for everything at once; ms. */
export const CHECK_SPREAD_MS = 30 * MINUTE_MS;

/**
 * When a credential is looked at next: at four in the morning by the clocks of its zone, a little later for each.
 * @param days 1 for the next such night
 * @param spread from 0 up to 1, its own
 */
export function nextCheckAt(now: Date, timeZone: string, days: number, spread: number): Date {
  const ahead = (CHECK_AT - wallClock(now, timeZone).minutes + DAY_MINUTES - 1) % DAY_MINUTES;
  const night = new Date(now.getTime() + (ahead + 1 + (days - 1) * DAY_MINUTES) * MINUTE_MS);
  // Where the clocks are changed in between, four o'clock is an hour nearer or further.
  const off = wallClock(night, timeZone).minutes - CHECK_AT;
  return new Date(night.getTime() - off * MINUTE_MS + Math.floor(spread * CHECK_SPREAD_MS));
}

const URGENT_FROM = 8 * 60;
const OTHERS_FROM = 10 * 60;
const QUIET_FROM = 20 * 60;

/** Whether somebody may be told now: by day; what breaks within a day before the first briefings, the rest later. */
export function mayTell({ minutes }: WallClock, isUrgent: boolean): boolean {
  return minutes >= (isUrgent ? URGENT_FROM : OTHERS_FROM) && minutes < QUIET_FROM;
}
