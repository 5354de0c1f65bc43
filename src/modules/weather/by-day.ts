import type { Moment, Outlook } from "./moment.ts";

/** One day's weather, from its three-hour steps. */
export interface Day {
  readonly date: string;
  readonly low: number;
  readonly high: number;
  readonly wet: number;
  readonly windMs: number;
  readonly windDeg: number;
  readonly code: number;
}

/** The three-hour steps, gathered by calendar day of the place. */
export function byDay(outlook: Outlook): Day[] {
  const days = Map.groupBy(outlook.moments, (moment) => localDay(moment.atMs, outlook.offsetS));
  return [...days].map(([date, moments]) => {
    const windiest = moments.reduce((most, moment) => (moment.windMs > most.windMs ? moment : most));
    return {
      date,
      low: Math.min(...moments.map((moment) => moment.lowCelsius)),
      high: Math.max(...moments.map((moment) => moment.highCelsius)),
      wet: Math.max(...moments.map((moment) => moment.wet)),
      windMs: windiest.windMs,
      windDeg: windiest.windDeg,
      code: typicalCode(moments, outlook.offsetS),
    };
  });
}

/** The calendar day of a moment, as YYYY-MM-DD, so many seconds from UTC. */
export function localDay(ms: number, offsetS: number): string {
  return new Date(ms + offsetS * 1000).toISOString().slice(0, 10);
}

/** Rain or worse when a step says so and means it; otherwise the sky most often seen between 6 and 21 o'clock. */
function typicalCode(moments: readonly Moment[], offsetS: number): number {
  const wettest = moments
    .filter((moment) => moment.code < 700 && moment.wet >= 0.3)
    .toSorted((a, b) => b.wet - a.wet)[0];
  if (wettest) return wettest.code;
  const hour = (moment: Moment): number => new Date(moment.atMs + offsetS * 1000).getUTCHours();
  const daylight = moments.filter((moment) => hour(moment) >= 6 && hour(moment) < 21);
  const counts = Map.groupBy(daylight.length > 0 ? daylight : moments, (moment) => moment.code);
  return [...counts].toSorted((a, b) => b[1].length - a[1].length)[0]?.[0] ?? 800;
}
