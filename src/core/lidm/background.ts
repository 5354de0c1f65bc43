import type { Manifest } from "#core/contract/manifest.ts";
import { jaccard, maskedSet } from "./catalogue.ts";
import talk from "./data/background.json" with { type: "json" };

/** Everyday talk nobody's module answers, by subject: what a request must be told apart from. */
export interface Background {
  readonly subject: string;
  readonly sentences: readonly string[];
}

const SAME_REQUEST = 0.6;

/**
 * The everyday talk that is still out of scope: a subject some module is named for, and sentences close to an example
 * of one, are in scope by now.
 */
export function backgroundFor(modules: readonly Manifest[]): Background[] {
  const names = new Set<string>(modules.map((manifest) => manifest.name));
  const isExample = createResemblance(
    modules.flatMap((manifest) => manifest.capabilities.flatMap((capability) => capability.examples.map(maskedSet))),
  );
  return Object.entries(talk)
    .filter(([subject]) => !names.has(subject))
    .map(([subject, sentences]) => ({
      subject,
      sentences: sentences.filter((sentence) => !isExample(maskedSet(sentence))),
    }));
}

/** Whether a set of words is close to one of many. Indexed by word: every start compares all talk with all examples. */
function createResemblance(sets: readonly ReadonlySet<string>[]): (words: ReadonlySet<string>) => boolean {
  const holders = new Map<string, number[]>();
  for (const [index, words] of sets.entries()) {
    for (const word of words) {
      const known = holders.get(word);
      if (known === undefined) holders.set(word, [index]);
      else known.push(index);
    }
  }
  const shared = new Uint16Array(sets.length);
  return (words) => {
    shared.fill(0);
    for (const word of words) for (const index of holders.get(word) ?? []) shared[index] = (shared[index] ?? 0) + 1;
    return sets.some((set, index) => jaccard(shared[index] ?? 0, words.size, set.size) >= SAME_REQUEST);
  };
}
