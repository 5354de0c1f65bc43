/** How long one of several may take, and all of them together; ms. */
export interface Deadlines {
  readonly sectionMs: number;
  readonly wholeMs: number;
}

/** What to have in place of one that did not come: it was late, or it failed. */
export interface Otherwise<Wanted, Made> {
  readonly late: (wanted: Wanted) => Made;
  readonly failed: (wanted: Wanted, thrown: unknown) => Made;
}

/** As many at once: a briefing must not take every runner that there is. */
const AT_ONCE = 4;

/**
 * Makes one of each, several at a time, in the order in which they were wanted. What takes too long, or fails, is replaced
 * and holds up none of the others; its signal is aborted.
 * @throws the signal's reason, and whatever `otherwise` throws
 */
export async function sideBySide<Wanted, Made>(
  wanted: readonly Wanted[],
  make: (wanted: Wanted, signal: AbortSignal) => Promise<Made>,
  otherwise: Otherwise<Wanted, Made>,
  deadlines: Deadlines,
  signal: AbortSignal,
): Promise<readonly Made[]> {
  signal.throwIfAborted();
  const whole = AbortSignal.any([signal, AbortSignal.timeout(deadlines.wholeMs)]);
  const made: Made[] = [];
  const waiting = [...wanted.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, one] = next;
      made[at] = await inTime(one, make, otherwise, AbortSignal.any([whole, AbortSignal.timeout(deadlines.sectionMs)]));
      signal.throwIfAborted();
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted.length) }, work));
  return made;
}

async function inTime<Wanted, Made>(
  one: Wanted,
  make: (wanted: Wanted, signal: AbortSignal) => Promise<Made>,
  { late, failed }: Otherwise<Wanted, Made>,
  signal: AbortSignal,
): Promise<Made> {
  const over = Promise.withResolvers<Made>();
  const onLate = (): void => over.resolve(late(one));
  if (signal.aborted) return late(one);
  signal.addEventListener("abort", onLate, { once: true });
  try {
    // What comes of it after that is nobody's: neither its answer nor its failure.
    const asked = make(one, signal).catch((thrown: unknown) => (signal.aborted ? late(one) : failed(one, thrown)));
    return await Promise.race([asked, over.promise]);
  } finally {
    signal.removeEventListener("abort", onLate);
  }
}
