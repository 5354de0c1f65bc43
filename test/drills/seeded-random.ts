/** Repeatable random numbers: the same seed plays the same drill, as far as the machine's timing lets it. */
export interface SeededRandom {
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
}

/** mulberry32, by Tommy Ettinger: 32 bits of state are plenty for choosing moments. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return { between: (min, max) => min + Math.floor(next() * (max - min + 1)) };
}
