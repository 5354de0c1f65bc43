import type { Letters } from "./alphabet.ts";
import type { Part } from "./pattern.ts";

/** A pattern's letters as places, and which may follow which: Glushkov's automaton. */
export interface Automaton {
  readonly letters: readonly Letters[];
  /** By place: the places that may follow, and in how many ways each. */
  readonly follow: readonly ReadonlyMap<number, number>[];
  /** Places after which the whole pattern has matched. */
  readonly last: ReadonlySet<number>;
}

interface Edge {
  readonly nullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

const MAX_PLACES = 400;
/** A part repeated at most so often is written out; more is as good as without end. */
const WRITTEN_OUT = 8;
/** A plain letter repeated at most so often has no other way to match that matters. */
const SHORT = 64;

/**
 * Builds the automaton; undefined when it would be too large.
 * @param searches whether the pattern may begin anywhere in a text: then it tries at every place
 */
export function buildAutomaton(part: Part, all: Letters, searches: boolean): Automaton | undefined {
  const letters: Letters[] = [];
  const follow: Map<number, number>[] = [];
  const connect = (from: readonly number[], to: readonly number[]): void => {
    for (const one of from) {
      const ways = follow[one];
      for (const next of to) ways?.set(next, (ways.get(next) ?? 0) + 1);
    }
  };
  const place = (set: Letters): Edge => {
    letters.push(set);
    follow.push(new Map());
    return { nullable: false, first: [letters.length - 1], last: [letters.length - 1] };
  };
  const chain = (edges: readonly Edge[]): Edge => {
    let whole: Edge = { nullable: true, first: [], last: [] };
    for (const edge of edges) {
      connect(whole.last, edge.first);
      whole = {
        nullable: whole.nullable && edge.nullable,
        first: whole.nullable ? [...whole.first, ...edge.first] : whole.first,
        last: edge.nullable ? [...whole.last, ...edge.last] : edge.last,
      };
    }
    return whole;
  };
  const build = (of: Part): Edge => {
    if (letters.length > MAX_PLACES) return { nullable: true, first: [], last: [] };
    switch (of.type) {
      case "letters":
        return place(of.letters);
      case "end":
        // A place that no letter reaches: whatever is before it can fail.
        return place(0n);
      case "start":
        return { nullable: true, first: [], last: [] };
      case "sequence":
        return chain(of.parts.map(build));
      case "choice": {
        const options = of.options.map(build);
        return {
          nullable: options.some((option) => option.nullable),
          first: options.flatMap((option) => option.first),
          last: options.flatMap((option) => option.last),
        };
      }
      case "repeat":
        return repeat(of);
      default:
        return of satisfies never;
    }
  };
  const repeat = ({ part: inner, min, max }: Part & { type: "repeat" }): Edge => {
    if (max === 0) return { nullable: true, first: [], last: [] };
    const isPlain = inner.type === "letters";
    if (max <= WRITTEN_OUT || (isPlain && max <= SHORT)) {
      const times = isPlain && max > WRITTEN_OUT ? 1 : max;
      const copies = Array.from({ length: times }, (_, index) => {
        const copy = build(inner);
        return index < min ? copy : { ...copy, nullable: true };
      });
      return chain(copies);
    }
    const edge = build(inner);
    connect(edge.last, edge.first);
    return min === 0 ? { ...edge, nullable: true } : edge;
  };

  const search = searches ? place(all) : undefined;
  if (search) connect(search.last, search.first);
  const whole = build(part);
  if (search) connect(search.last, whole.first);
  return letters.length > MAX_PLACES ? undefined : { letters, follow, last: new Set(whole.last) };
}
