import type { Slot } from "#core/contract/manifest.ts";
import { overlaps, type Sentence, type Span, wordKeys } from "#core/lidm/sentence.ts";

type EnumSlot = Extract<Slot, { type: "enum" }>;

const DENIAL = /\b(?:not|instead of|rather than) (?:in |under |as |a |an |the )*$/;

/** The value of an enum slot a sentence names, by the value or a synonym, singular or plural; the longest name wins. */
export function findEnum(
  slot: EnumSlot,
  sentence: Sentence,
  taken: readonly Span[],
): (Span & { value: string }) | undefined {
  let best: (Span & { value: string; length: number }) | undefined;
  for (const value of slot.values) {
    for (const name of [value, ...(slot.synonyms?.[value] ?? [])]) {
      const span = findName(wordKeys(name), sentence, taken);
      if (span === undefined) continue;
      const length = span.end - span.start;
      if (best === undefined || length > best.length) best = { ...span, value, length };
    }
  }
  return best === undefined ? undefined : { start: best.start, end: best.end, value: best.value };
}

function findName(name: readonly string[], sentence: Sentence, taken: readonly Span[]): Span | undefined {
  if (name.length === 0) return undefined;
  for (let first = 0; first + name.length <= sentence.words.length; first++) {
    const words = sentence.words.slice(first, first + name.length);
    if (!words.every((word, index) => isSameWord(word.key, name[index] ?? ""))) continue;
    const span = { start: words.at(0)?.start ?? 0, end: words.at(-1)?.end ?? 0 };
    if (DENIAL.test(sentence.folded.slice(0, span.start))) continue;
    if (!taken.some((other) => overlaps(other, span))) return span;
  }
  return undefined;
}

function isSameWord(one: string, other: string): boolean {
  return one === other || plurals(one).includes(other) || plurals(other).includes(one);
}

function plurals(word: string): string[] {
  if (word.length < 3) return [];
  return word.endsWith("y") ? [`${word}s`, `${word.slice(0, -1)}ies`] : [`${word}s`, `${word}es`];
}
