import type { MaskedWord } from "./mask.ts";

/** Sparse counts: how often each feature, named by a 32-bit hash, occurs. */
export type FeatureCounts = Map<number, number>;

// A kind of feature starts its hash from its own seed, so that the word “a b” is not the characters “a b”.
const WORD_SEED = 0x811c9dc5;
const PAIR_SEED = 0x5bd1e995;
const CHAR_SEED = 0x1b873593;

/** Words, pairs of neighbouring words, and runs of 3 to 5 characters within each word and its edges. */
export function countFeatures(words: readonly MaskedWord[]): FeatureCounts {
  const counts: FeatureCounts = new Map();
  let previous = "^";
  for (const word of words) {
    add(counts, hash(word.key, 0, word.key.length, WORD_SEED));
    addPair(counts, previous, word.key);
    if (!word.isMask) addCharacters(counts, ` ${word.key} `);
    previous = word.key;
  }
  if (words.length > 0) addPair(counts, previous, "$");
  return counts;
}

function addPair(counts: FeatureCounts, one: string, other: string): void {
  const pair = `${one} ${other}`;
  add(counts, hash(pair, 0, pair.length, PAIR_SEED));
}

function addCharacters(counts: FeatureCounts, padded: string): void {
  for (let length = 3; length <= 5; length++) {
    for (let start = 0; start + length <= padded.length; start++) {
      add(counts, hash(padded, start, start + length, CHAR_SEED + length));
    }
  }
}

function add(counts: FeatureCounts, feature: number): void {
  counts.set(feature, (counts.get(feature) ?? 0) + 1);
}

/** FNV-1a over UTF-16 units with a final mix; unsigned 32 bits. */
function hash(text: string, start: number, end: number, seed: number): number {
  let value = seed;
  for (let index = start; index < end; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 15), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
