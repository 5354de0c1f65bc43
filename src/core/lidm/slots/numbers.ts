import { overlaps, type Sentence, type Span } from "#core/lidm/sentence.ts";

/** A number as a sentence writes it. */
export interface NumberMention extends Span {
  readonly value: number;
}

const DIGITS = /(?<![\w#.,])[-\u2212]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,10})?(?<thousand>k)?(?![\w]|[.,]\d)/g;
/** The numbers from nought to twelve in words, each at its own place. */
export const NUMBER_WORDS = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];

/** The numbers of a sentence, in digits (`1,234.5`, `3k`) or words up to twelve, apart from `taken`. */
export function findNumbers(sentence: Sentence, taken: readonly Span[]): NumberMention[] {
  const found: NumberMention[] = [];
  for (const match of sentence.folded.matchAll(DIGITS)) {
    const [text] = match;
    const digits = Number(text.replaceAll(",", "").replace("\u2212", "-").replace("k", ""));
    const value = match.groups?.["thousand"] === undefined ? digits : digits * 1_000;
    found.push({ start: match.index, end: match.index + text.length, value });
  }
  for (const word of sentence.words) {
    const value = NUMBER_WORDS.indexOf(word.key);
    if (value >= 0) found.push({ start: word.start, end: word.end, value });
  }
  return found
    .filter((mention) => !taken.some((span) => overlaps(span, mention)))
    .sort((one, other) => one.start - other.start);
}
