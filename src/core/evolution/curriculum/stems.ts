import { stemOf } from "#core/lidm/classifier/stem.ts";
import { readSentence } from "#core/lidm/sentence.ts";

/** The stems of all words of a text in their order, for phrases to be found in. */
export function stemsOf(text: string): string[] {
  return readSentence(text).words.map(({ key }) => stemOf(key));
}
