import { type Ask, ENOUGH, type Need } from "./needs.ts";
import { tellingWords } from "./terms.ts";
import type { Topic } from "./topics.ts";

/**
 * What a need is called: by its topic, which is in words of ours, else by the words that at least two people used where
 * everybody may read; of a need that only one person has, by those they used there again and again. Undefined when there
 * are no such words: then nothing can be said of it.
 * @param isOpen whether everybody of the tenant may read where a request was made
 */
export function labelOf(need: Need, topic: Topic | undefined, isOpen: (ask: Ask) => boolean): string | undefined {
  if (topic !== undefined) return topic.topic;
  // What one person says is theirs, what two say is no secret of either; and who says it on many days hides it from nobody.
  const nameOf = ({ unmet }: Ask): string =>
    need.askers === 1 ? unmet.createdAt.toISOString().slice(0, 10) : unmet.principal;
  const users = new Map<
    string,
    { readonly by: Set<string>; weight: number; first: number; word: string; isName: boolean }
  >();
  for (const ask of need.asks.filter(isOpen)) {
    for (const [at, { stem, word, weight, isName }] of tellingWords(ask.unmet.text).entries()) {
      if (word.length > LONGEST) continue;
      const known = users.get(stem) ?? { by: new Set<string>(), weight, first: at, word, isName };
      users.set(stem, known);
      known.by.add(nameOf(ask));
      known.first = Math.min(known.first, at);
    }
  }
  const shared = [...users.values()].filter(({ by, isName }) => by.size >= (isName ? ENOUGH : TWO));
  const [...best] = shared
    .toSorted((a, b) => b.by.size * b.weight - a.by.size * a.weight || (a.word < b.word ? -1 : 1))
    .slice(0, MOST_WORDS);
  if (best.length === 0) return undefined;
  return best
    .toSorted((a, b) => a.first - b.first)
    .map(({ word }) => word)
    .join(" ");
}

/** What may be somebody's name must be on more people's lips. */
const TWO = 2;
const MOST_WORDS = 3;
/** Longer ones are names of machines and the like. */
const LONGEST = 24;
