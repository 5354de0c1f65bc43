import type { Automaton } from "./automaton.ts";
import { findCircles } from "./components.ts";

/** In how many ways a text that does not match in the end can be tried. */
export interface Ambiguity {
  /** The number of tries can double with every letter. */
  readonly isExponential: boolean;
  /** Otherwise tries grow with this power of the text's length. */
  readonly degree: number;
  /** The judging itself was given up: it took too many steps. */
  readonly isUnknown: boolean;
}

const MAX_STEPS = 1_500_000;

/**
 * Counts how parts of a pattern can share a text between them: two ways around one circle on the same text are
 * exponential, a chain of circles that take the same text are a power. After Weber and Seidl, “On the degree of
 * ambiguity of finite automata” (1991).
 */
export function findAmbiguity(automaton: Automaton): Ambiguity {
  const budget = { steps: MAX_STEPS };
  const { follow, last } = automaton;
  const circles = findCircles(follow.length, (place) => follow[place]?.keys() ?? []);
  // What has matched already does not try again.
  const failing = circles.filter((circle) => !circle.some((place) => last.has(place)));
  const isExponential = failing.some((circle) => hasTwoWays(new Set(circle), automaton, budget));
  const degree = isExponential ? 0 : longestChain(failing, automaton, budget);
  return { isExponential, degree, isUnknown: budget.steps <= 0 };
}

interface Budget {
  steps: number;
}

function hasTwoWays(circle: ReadonlySet<number>, { follow, letters }: Automaton, budget: Budget): boolean {
  const places = [...circle];
  const inside = (place: number): [number, number][] => [...(follow[place] ?? [])].filter(([next]) => circle.has(next));
  if (places.some((place) => inside(place).some(([, ways]) => ways > 1))) return true;
  const indexOf = new Map(places.map((place, index) => [place, index]));
  const size = places.length;
  const pairs = (pair: number): number[] => {
    const one = inside(places[Math.floor(pair / size)] ?? -1);
    const other = inside(places[pair % size] ?? -1);
    budget.steps -= one.length * other.length;
    if (budget.steps <= 0) return [];
    return one.flatMap(([a]) =>
      other.flatMap(([b]) =>
        ((letters[a] ?? 0n) & (letters[b] ?? 0n)) === 0n ? [] : [(indexOf.get(a) ?? 0) * size + (indexOf.get(b) ?? 0)],
      ),
    );
  };
  const isSame = (pair: number): boolean => Math.floor(pair / size) === pair % size;
  return findCircles(size * size, pairs).some((found) => found.some(isSame) && !found.every(isSame));
}

/** The most circles in a row of which each can hand its text on to the next. */
function longestChain(circles: readonly number[][], automaton: Automaton, budget: Budget): number {
  const known = new Map<number, number>();
  const from = (index: number): number => {
    const found = known.get(index);
    if (found !== undefined) return found;
    known.set(index, 1);
    const circle = circles[index] ?? [];
    const lengths = circles.map((other, at) =>
      at !== index && handsOn(circle, other, automaton, budget) ? 1 + from(at) : 1,
    );
    const length = Math.max(1, ...lengths);
    known.set(index, length);
    return length;
  };
  return circles.length === 0 ? 0 : Math.max(...circles.map((_, index) => from(index)));
}

/** Whether one text goes around the first circle, from it into the second, and around the second. */
function handsOn(one: readonly number[], other: readonly number[], automaton: Automaton, budget: Budget): boolean {
  return one.some((p) => other.some((q) => sharesText(p, q, { one, other, automaton, budget })));
}

function sharesText(
  p: number,
  q: number,
  where: { one: readonly number[]; other: readonly number[]; automaton: Automaton; budget: Budget },
): boolean {
  const { letters, follow } = where.automaton;
  const [inOne, inOther] = [new Set(where.one), new Set(where.other)];
  const size = letters.length;
  const seen = new Set<number>();
  const waiting: [number, number, number][] = [[p, p, q]];
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    for (const a of follow[state[0]]?.keys() ?? []) {
      if (!inOne.has(a)) continue;
      for (const b of follow[state[1]]?.keys() ?? []) {
        const shared = (letters[a] ?? 0n) & (letters[b] ?? 0n);
        if (shared === 0n) continue;
        for (const c of follow[state[2]]?.keys() ?? []) {
          where.budget.steps -= 1;
          if (where.budget.steps <= 0) return false;
          if (!inOther.has(c) || (shared & (letters[c] ?? 0n)) === 0n) continue;
          if (a === p && b === q && c === q) return true;
          const key = (a * size + b) * size + c;
          if (seen.has(key)) continue;
          seen.add(key);
          waiting.push([a, b, c]);
        }
      }
    }
  }
  return false;
}
