/** One figure held against its bar. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  /** What it must be, as people read it: `<= 8`, `>= 500`, `= 0`. */
  readonly bar: string;
  readonly ok: boolean;
}

/** What a bench or a drill found. */
export interface Report {
  readonly name: string;
  readonly figures: Readonly<Record<string, number | string>>;
  readonly bars: readonly Bar[];
  readonly ok: boolean;
}

/** A bar that a figure must not exceed. */
export function atMost(name: string, value: number, limit: number): Bar {
  return { name, value, bar: `<= ${limit}`, ok: value <= limit };
}

/** A bar that a figure must reach. */
export function atLeast(name: string, value: number, floor: number): Bar {
  return { name, value, bar: `>= ${floor}`, ok: value >= floor };
}

/** A bar that a figure must meet exactly. */
export function exactly(name: string, value: number, wanted: number): Bar {
  return { name, value, bar: `= ${wanted}`, ok: value === wanted };
}

/** The report of what was held to `bars`. */
export function reportOf(name: string, figures: Report["figures"], bars: readonly Bar[]): Report {
  return { name, figures, bars, ok: bars.every((bar) => bar.ok) };
}

/** A value rounded to `digits` decimals. */
export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

/** The value below which `share` of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
