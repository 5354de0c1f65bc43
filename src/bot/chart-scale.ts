/** The values of an axis, evenly spaced at 1, 2, 2.5 or 5 times a power of ten, that enclose `low` and `high`. */
export function niceTicks(low: number, high: number, count = 5): number[] {
  if (!(high > low)) return low === 0 ? [0, 1] : niceTicks(Math.min(0, low), Math.max(0, low), count);
  const rough = high / count - low / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((factor) => factor * power >= rough) ?? 10) * power;
  if (!Number.isFinite(step) || step === 0) return [low, high];
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  // Multiples, not a running sum, so that 0.1 + 0.2 is not 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

const STEPS = [1, 2, 2.5, 5, 10] as const;
