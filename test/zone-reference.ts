/**
 * When a simple cron pattern comes, found the slow way: every minute of a stretch of time is asked what the clocks of the
 * zone show in it. Shares nothing with what it is compared to but Intl.
 */

/** Minutes, hours and weekdays (Sunday as 0) of a pattern, all days of all months. */
export interface SimplePattern {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly weekdays: readonly number[];
}

/** The pattern as cron writes it. */
export function cronOf({ minutes, hours, weekdays }: SimplePattern): string {
  return `${minutes.join(",")} ${hours.join(",")} * * ${weekdays.join(",")}`;
}

/** What each minute of a stretch shows, in the zone; ms. */
export interface Stretch {
  readonly from: number;
  readonly walls: readonly number[];
}

/** Asks the clocks of a zone for every minute from `from` on. */
export function stretchOf(timeZone: string, from: number, minutes: number): Stretch {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const walls = Array.from({ length: minutes }, (_, index) => {
    // 24/11/2026, 08:30
    const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = (
      parts.format(from + index * MINUTE_MS).match(/\d+/g) ?? []
    ).map(Number);
    return Date.UTC(year, month - 1, day, hour, minute);
  });
  return { from, walls };
}

/** The times of a pattern within a stretch but for its first minute, in order. */
export function timesIn({ from, walls }: Stretch, pattern: SimplePattern): Date[] {
  const first = new Map<number, number>();
  for (const [index, wall] of walls.entries()) if (!first.has(wall)) first.set(wall, from + index * MINUTE_MS);
  const times = new Set<number>();
  let latest = walls[0] ?? 0;
  for (const [index, wall] of walls.entries()) {
    if (wall <= latest) continue;
    const isDayLeftOut = wall - latest > 12 * 60 * MINUTE_MS;
    for (let minute = isDayLeftOut ? wall : latest + MINUTE_MS; minute <= wall; minute += MINUTE_MS) {
      if (matches(pattern, minute)) times.add(first.get(minute) ?? from + index * MINUTE_MS);
    }
    latest = wall;
  }
  return [...times].sort((a, b) => a - b).map((time) => new Date(time));
}

/** The minutes at which what the clocks show does not go on evenly. */
export function changesIn({ from, walls }: Stretch): number[] {
  return walls.flatMap((wall, index) =>
    index > 0 && wall - (walls[index - 1] ?? wall) !== MINUTE_MS ? [from + index * MINUTE_MS] : [],
  );
}

function matches({ minutes, hours, weekdays }: SimplePattern, wall: number): boolean {
  const at = new Date(wall);
  return minutes.includes(at.getUTCMinutes()) && hours.includes(at.getUTCHours()) && weekdays.includes(at.getUTCDay());
}

const MINUTE_MS = 60_000;
