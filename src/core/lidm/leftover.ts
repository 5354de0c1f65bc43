import { overlaps, type Sentence, type Span, type Word } from "./sentence.ts";

const FILLERS = new Set(
  `a an the in on at for to from of and or also too then please pls thanks it its is that this same again with about how what over
  during since until till between by there our my me um uh er well oh now instead office city try make use`.split(
    /\s+/,
  ),
);

/** The words of a sentence that carry meaning of their own and were not read as a value. */
export function leftoverWords(sentence: Sentence, spans: readonly Span[]): Word[] {
  return sentence.words.filter((word) => !FILLERS.has(word.key) && !spans.some((span) => overlaps(span, word)));
}
