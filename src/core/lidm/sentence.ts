/** One word of a sentence: where it stands, and the form in which it is compared. */
export interface Word {
  readonly start: number;
  readonly end: number;
  /** Lower case, without accents and apostrophes. */
  readonly key: string;
  /** Starts with a capital letter in the text. */
  readonly capital: boolean;
}

/** A stretch of a sentence; `end` is excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A text made ready for reading: `folded` has exactly the length of `text`, so that positions hold for both. */
export interface Sentence {
  readonly text: string;
  /** Lower case, without accents. */
  readonly folded: string;
  readonly words: readonly Word[];
}

/** What is longer is a document, not a request: only this much of it is read. In UTF-16 units. */
export const MAX_SENTENCE = 1_000;

// Zero-width, bidirectional and variation marks say nothing and would split a word in two.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Variation_Selector}]+/gu;
const WORD = /[\p{L}\p{N}\p{M}]+(?:'\p{L}+)*|\p{Extended_Pictographic}/gu;
const ASCII = /^[ -~]*$/;

/** Reads a text of any length and any script into words, in time bounded by `MAX_SENTENCE`. */
export function readSentence(raw: string): Sentence {
  const text = tidy(raw.slice(0, MAX_SENTENCE));
  const folded = fold(text);
  const words = [...folded.matchAll(WORD)].map((match): Word => {
    const end = match.index + match[0].length;
    return {
      start: match.index,
      end,
      key: match[0].replaceAll("'", ""),
      capital: text.charAt(match.index) !== folded.charAt(match.index) && /^\p{Lu}/u.test(text.slice(match.index, end)),
    };
  });
  return { text, folded, words };
}

/** One form for what looks alike: spaces, apostrophes, ligatures; nothing invisible. */
function tidy(raw: string): string {
  const spaced = raw.replaceAll(/[\s\u00A0]+/g, " ");
  if (ASCII.test(spaced)) return spaced.trim();
  return spaced
    .replaceAll(INVISIBLE, "")
    .normalize("NFKC")
    .replaceAll(/[\u2018\u2019\u02BC]/g, "'")
    .trim()
    .slice(0, MAX_SENTENCE);
}

/** The words of a text in the form in which they are compared. */
export function wordKeys(text: string): string[] {
  return readSentence(text).words.map((word) => word.key);
}

/** Whether two stretches share a character. */
export function overlaps(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}

/** Lower case without accents, unit by unit: a letter whose lower case is longer stays as it is. */
function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let folded = "";
  for (const unit of text.split("")) folded += foldUnit(unit);
  return folded;
}

function foldUnit(unit: string): string {
  const lower = unit.toLowerCase();
  if (lower.length !== 1) return unit;
  const parts = lower.normalize("NFD");
  const isAccented = parts.length > 1 && /^\p{L}[\u0300-\u036F]+$/u.test(parts);
  return isAccented ? parts.charAt(0) : lower;
}
