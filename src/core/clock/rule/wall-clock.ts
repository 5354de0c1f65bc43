/**
 * Times as the clocks of a zone show them, as the epoch milliseconds that the same figures would be in UTC: the reckoning
 * of days and hours then needs no zone. Whole minutes; where a zone was ever off by seconds, they are cut off.
 */
export type Wall = number;

/** What the clocks of a zone show at a moment, to the minute. */
export function wallOf(timeZone: string, at: Date): Wall {
  const minute = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS;
  return minute + offsetAt(timeZone, minute);
}

/**
 * When the clocks of a zone show a time, by one rule for every zone: a time that they skip is the first minute that there
 * is after it, one that they show twice is the first of the two. Undefined for a day that the zone left out altogether
 * (the date line was moved): what is not there has no times.
 */
export function instantOf(timeZone: string, wall: Wall): Date | undefined {
  const [early, late] = around(wall);
  const before = offsetAt(timeZone, early);
  if (before === offsetAt(timeZone, late)) return new Date(wall - before);
  const change = firstChange(timeZone, early, late);
  if (change === undefined || wall < change.at + change.before) return new Date(wall - before);
  if (wall >= change.at + change.after) return new Date(wall - change.after);
  return change.after - change.before < LEFT_OUT_MS ? new Date(change.at) : undefined;
}

/** A change of a zone's clocks: from when, and how far they are ahead of UTC before and after it; ms. */
export interface ZoneChange {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** The next change of a zone's clocks after a moment, within so many days. */
export function nextChange(timeZone: string, after: Date, days: number): ZoneChange | undefined {
  const from = Math.floor(after.getTime() / MINUTE_MS) * MINUTE_MS;
  for (let day = 0; day < days; day += 1) {
    const early = from + day * DAY_MS;
    const found = firstChange(timeZone, early, early + DAY_MS);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether this machine knows the zone. */
export function isTimeZone(name: string): boolean {
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Moments between which a wall time lies in any zone there is: from 14 h ahead of UTC to 12 h behind. */
function around(wall: Wall): [early: number, late: number] {
  return [wall - 15 * HOUR_MS, wall + 13 * HOUR_MS];
}

/** The change between two moments, found by halving; both are whole minutes, and at most one change lies between them. */
function firstChange(timeZone: string, early: number, late: number): ZoneChange | undefined {
  const before = offsetAt(timeZone, early);
  if (before === offsetAt(timeZone, late)) return undefined;
  let [still, changed] = [early, late];
  while (changed - still > MINUTE_MS) {
    const middle = still + Math.floor((changed - still) / (2 * MINUTE_MS)) * MINUTE_MS;
    if (offsetAt(timeZone, middle) === before) still = middle;
    else changed = middle;
  }
  return { at: changed, before, after: offsetAt(timeZone, changed) };
}

function offsetAt(timeZone: string, ms: number): number {
  const text = formatterOf(timeZone).format(ms);
  // 11/24/2026, 08:30
  const wall = Date.UTC(
    Number(text.slice(6, -7)),
    Number(text.slice(0, 2)) - 1,
    Number(text.slice(3, 5)),
    Number(text.slice(-5, -3)),
    Number(text.slice(-2)),
  );
  return wall - Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone) ?? new Intl.DateTimeFormat("en-US", { ...FORM, timeZone });
  if (formatters.size >= MOST_FORMATTERS && !formatters.has(timeZone)) formatters.clear();
  formatters.set(timeZone, known);
  return known;
}

/** Making one costs more than a hundred uses. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATTERS = 500;

const TWO = "2-digit";
const FORM = { hourCycle: "h23", year: "numeric", month: TWO, day: TWO, hour: TWO, minute: TWO } as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Clocks go forward by two hours at most (Troll); what is longer is a day that was left out. */
const LEFT_OUT_MS = 12 * HOUR_MS;
