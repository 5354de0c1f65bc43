import places from "#core/lidm/data/places.json" with { type: "json" };
import { wordKeys, type Sentence, type Span } from "#core/lidm/sentence.ts";

/**
 * Large cities and countries whose names are no common words. They are not the places that can be asked for (any is);
 * they tell a place from a word where neither a capital letter nor a preposition does.
 */
const KNOWN: ReadonlySet<string> = new Set(places.map((place) => wordKeys(place).join(" ")));
/** How many words the longest name that begins with a word has. */
const LONGEST_FROM: ReadonlyMap<string, number> = longestNames();

/** Where a sentence names a well-known place, from left to right, the longest name first. */
export function findKnownPlaces(sentence: Sentence): Span[] {
  const { words } = sentence;
  const found: Span[] = [];
  for (let first = 0; first < words.length; first++) {
    const longest = LONGEST_FROM.get(words[first]?.key ?? "") ?? 0;
    for (let count = Math.min(longest, words.length - first); count > 0; count--) {
      const name = words.slice(first, first + count);
      if (!KNOWN.has(name.map((word) => word.key).join(" "))) continue;
      found.push({ start: name.at(0)?.start ?? 0, end: name.at(-1)?.end ?? 0 });
      first += count - 1;
      break;
    }
  }
  return found;
}

function longestNames(): ReadonlyMap<string, number> {
  const longest = new Map<string, number>();
  for (const name of KNOWN) {
    const words = name.split(" ");
    const [first = ""] = words;
    longest.set(first, Math.max(longest.get(first) ?? 0, words.length));
  }
  return longest;
}
