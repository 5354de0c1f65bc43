import { overlaps, type Sentence, type Span, wordKeys } from "#core/lidm/sentence.ts";

/** A piece of a sentence taken as it stands. */
export interface TextMention extends Span {
  readonly value: string;
}

const QUOTED = [
  /"([^"]+)"/g,
  /[\u201C\u201E\u201D]([^\u201C\u201D]+)[\u201D\u201C]/g,
  /\u00AB([^\u00BB]+)\u00BB/g,
  // An apostrophe stands within a word or after it; a quotation mark before one.
  /(?<![\p{L}\p{N}])'([^']+)'(?![\p{L}\p{N}])/gu,
];

const OWN = / (?:in|on|of|from|among) (?:my|our) /;

/** What stands in quotation marks, straight or curly, from left to right. The span includes the marks. */
export function findQuoted(sentence: Sentence): TextMention[] {
  const found: TextMention[] = [];
  for (const pattern of QUOTED) {
    for (const match of sentence.text.matchAll(pattern)) {
      const mention = { start: match.index, end: match.index + match[0].length, value: (match[1] ?? "").trim() };
      if (mention.value !== "" && !found.some((other) => overlaps(other, mention))) found.push(mention);
    }
  }
  return found.sort((one, other) => one.start - other.start);
}

/**
 * What follows one of the keywords, up to the next of `stops` (words) or of `walls` (stretches that mean something else).
 * The span includes the keyword.
 */
export function findAfter(
  sentence: Sentence,
  keywords: readonly string[],
  stops: readonly string[],
  walls: readonly Span[],
): TextMention | undefined {
  for (const keyword of keywords) {
    const name = wordKeys(keyword);
    const at = indexOfWords(sentence, name, 0);
    if (at === -1) continue;
    const first = sentence.words[at + name.length];
    if (first === undefined) continue;
    let end = sentence.text.length;
    for (const stop of [...stops, ...keywords]) {
      const next = sentence.words[indexOfWords(sentence, wordKeys(stop), at + name.length + 1)];
      if (next !== undefined) end = Math.min(end, next.start);
    }
    // “Uber in my transactions”: what is the asker's own says where to look.
    const own = OWN.exec(sentence.text.slice(first.end));
    if (own !== null) end = Math.min(end, first.end + own.index);
    for (const wall of walls) if (wall.end > first.start) end = Math.min(end, wall.start);
    const value = trimEdges(sentence.text.slice(first.start, Math.max(first.start, end)));
    if (value === "") continue;
    return { start: sentence.words[at]?.start ?? 0, end: Math.max(end, first.end), value };
  }
  return undefined;
}

/** Without the punctuation and the small words that hang at its ends. */
export function trimEdges(text: string): string {
  return text
    .replace(/^[\s"'\u201C\u201D:,]+/, "")
    .replace(/[\s.!?,;:"'\u201C\u201D]+$/, "")
    .replace(/(?: (?:please|pls|in|into|under|on|at|for|from|since|during|between|and|to|as|the))+$/i, "")
    .replace(/[\s.!?,;:]+$/, "");
}

function indexOfWords(sentence: Sentence, name: readonly string[], from: number): number {
  if (name.length === 0) return -1;
  for (let first = from; first + name.length <= sentence.words.length; first++) {
    if (name.every((key, index) => sentence.words[first + index]?.key === key)) return first;
  }
  return -1;
}
