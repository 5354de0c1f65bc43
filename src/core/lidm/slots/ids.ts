import { overlaps, type Sentence, type Span } from "#core/lidm/sentence.ts";
import { countBacktracks } from "./backtracking.ts";

/** Finds an identifier of one form in a sentence. */
export type IdFinder = (
  sentence: Sentence,
  common: ReadonlySet<string>,
  taken: readonly Span[],
) => (Span & { value: string }) | undefined;

// A pattern is a stranger's: it sees little text, and only if it cannot try more than so many ways through it.
const MAX_TEXT = 256;
const MAX_TOKEN = 64;
const MAX_BACKTRACKS = 300_000;

/** A finder for a manifest's pattern, or nothing when the pattern is invalid or could run away. */
export function createIdFinder(pattern: string): IdFinder | undefined {
  if (countBacktracks(pattern, MAX_TOKEN) > MAX_BACKTRACKS) return undefined;
  const expression = compile(pattern, "gi");
  const exact = compile(`^(?:${pattern})$`, "");
  if (expression === undefined || exact === undefined) return undefined;

  return (sentence, common, taken) => {
    const candidates: (Span & { value: string; rank: number })[] = [];
    for (const token of sentence.text.slice(0, MAX_TEXT).matchAll(/\S+/g)) {
      const text = token[0].slice(0, MAX_TOKEN);
      for (const match of text.matchAll(expression)) {
        const start = token.index + match.index;
        const span = { start, end: start + match[0].length };
        const isPart = isInsideWord(text, match.index, match.index + match[0].length);
        if (match[0] === "" || isPart || taken.some((other) => overlaps(other, span))) continue;
        const rank = rankOf(match[0], exact);
        const isWord = rank < 2 && (common.has(match[0].toLowerCase()) || (rank === 0 && sentence.words.length > 1));
        if (!isWord) candidates.push({ ...span, value: match[0], rank });
      }
    }
    // toSorted is stable: of equals the first in the sentence.
    const best = candidates.toSorted((one, other) => other.rank - one.rank)[0];
    return best === undefined ? undefined : { start: best.start, end: best.end, value: best.value };
  };
}

/** Whether a whole value has the form of a pattern. Patterns that could run away fit nothing. */
export function fitsPattern(pattern: string, value: string): boolean {
  if (value.length > MAX_TOKEN || countBacktracks(pattern, MAX_TOKEN) > MAX_BACKTRACKS) return false;
  return compile(`^(?:${pattern})$`, "i")?.test(value) ?? false;
}

function compile(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}

function isInsideWord(text: string, start: number, end: number): boolean {
  const isWord = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);
  return (
    (isWord(text.charAt(start)) && isWord(text.charAt(start - 1))) ||
    (isWord(text.charAt(end - 1)) && isWord(text.charAt(end)))
  );
}

/**
 * “curly” has the letters of a player tag, but so has “#CURLY”, which is one. What fits only because case is ignored, and
 * has neither a digit nor a mark, is most likely a word.
 */
function rankOf(value: string, exact: RegExp): number {
  if (/[^\p{L}]/u.test(value)) return 2;
  return exact.test(value) ? 1 : 0;
}
