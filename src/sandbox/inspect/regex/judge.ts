import { createAlphabet } from "./alphabet.ts";
import { findAmbiguity } from "./ambiguity.ts";
import { buildAutomaton } from "./automaton.ts";
import { type Part, readPattern } from "./pattern.ts";

/** How long a pattern may take on a text that does not match. */
export type Verdict =
  | { readonly pace: "fine" }
  /** Grows with this power of the text's length. */
  | { readonly pace: "slow"; readonly degree: number }
  | { readonly pace: "exponential" }
  /** Written out, its repetitions are this many steps. */
  | { readonly pace: "huge"; readonly size: number }
  /** Too involved to be judged. */
  | { readonly pace: "unknown" };

/** The square is what every search for a beginning costs; nobody avoids it. */
const USUAL_DEGREE = 2;
const MAX_SIZE = 5_000;

/** Judges a pattern by its automaton, in bounded time and the same every time. */
export function judgePattern(source: string, flags: string): Verdict {
  const alphabet = createAlphabet(source, flags);
  const { part, looks } = readPattern(source, flags, alphabet);
  const size = Math.max(...[part, ...looks].map(sizeOf));
  if (size > MAX_SIZE) return { pace: "huge", size };
  const searches = !flags.includes("y") && (flags.includes("m") || !isAnchored(part));
  const verdicts = [judge(part, alphabet.all, searches), ...looks.map((look) => judge(look, alphabet.all, false))];
  return (
    verdicts.find(({ pace }) => pace === "exponential") ??
    verdicts.find(({ pace }) => pace === "unknown") ??
    verdicts.toSorted((a, b) => degreeOf(b) - degreeOf(a))[0] ?? { pace: "fine" }
  );
}

function judge(part: Part, all: bigint, searches: boolean): Verdict {
  // Each of many rounds may match nothing or something: that is a choice in every round.
  if (hasEmptyRounds(part)) return { pace: "exponential" };
  const automaton = buildAutomaton(part, all, searches);
  if (automaton === undefined) return { pace: "unknown" };
  const { isExponential, isUnknown, degree } = findAmbiguity(automaton);
  if (isExponential) return { pace: "exponential" };
  if (isUnknown) return { pace: "unknown" };
  return degree > USUAL_DEGREE ? { pace: "slow", degree } : { pace: "fine" };
}

function degreeOf(verdict: Verdict): number {
  return verdict.pace === "slow" ? verdict.degree : 0;
}

function sizeOf(part: Part): number {
  switch (part.type) {
    case "sequence":
      return part.parts.reduce((sum, one) => sum + sizeOf(one), 0);
    case "choice":
      return part.options.reduce((sum, one) => sum + sizeOf(one), 0);
    case "repeat":
      return sizeOf(part.part) * (part.max === Infinity ? Math.max(1, part.min) : part.max);
    case "letters":
    case "start":
    case "end":
      return 1;
    default:
      return part satisfies never;
  }
}

function isAnchored(part: Part): boolean {
  if (part.type === "start") return true;
  if (part.type === "choice") return part.options.every(isAnchored);
  return part.type === "sequence" && part.parts[0] !== undefined && isAnchored(part.parts[0]);
}

function isNullable(part: Part): boolean {
  switch (part.type) {
    case "sequence":
      return part.parts.every(isNullable);
    case "choice":
      return part.options.some(isNullable);
    case "repeat":
      return part.min === 0 || isNullable(part.part);
    case "letters":
    case "end":
      return false;
    case "start":
      return true;
    default:
      return part satisfies never;
  }
}

/** `(a?){30}`: rounds that must be made may each be empty, unlike those of `*`. */
function hasEmptyRounds(part: Part): boolean {
  switch (part.type) {
    case "sequence":
      return part.parts.some(hasEmptyRounds);
    case "choice":
      return part.options.some(hasEmptyRounds);
    case "repeat":
      return (part.min > 8 && isNullable(part.part) && sizeOf(part.part) > 0) || hasEmptyRounds(part.part);
    default:
      return false;
  }
}
