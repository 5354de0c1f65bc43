import { stemsOf } from "./stems.ts";

/** One public API that a topic is served by. */
export interface KnownApi {
  readonly title: string;
  readonly host: string;
  /** Whether it wants a key. */
  readonly key: boolean;
  /** Where its OpenAPI document or GraphQL endpoint is; left out where nobody here is sure. */
  readonly document?: string;
}

/** Something people ask for, the words they have for it, and what serves it. */
export interface Topic {
  readonly topic: string;
  readonly words: readonly string[];
  readonly apis: readonly KnownApi[];
}

/** The topics that words can name. */
export interface Topics {
  /** Those that a text names by a word or phrase of theirs, in a fixed order. */
  namedIn(text: string): readonly string[];
  find(topic: string): Topic | undefined;
}

/** Makes the search for topics by the phrases that name them. */
export function createTopics(topics: readonly Topic[]): Topics {
  const byName = new Map(topics.map((topic) => [topic.topic, topic]));
  /** Each phrase under its first stem. */
  const phrases = new Map<string, { readonly stems: readonly string[]; readonly topic: string }[]>();
  for (const { topic, words, apis } of topics) {
    for (const phrase of [...words, ...apis.map(({ title }) => title)]) {
      const stems = stemsOf(phrase);
      const [first] = stems;
      if (first === undefined) continue;
      phrases.set(first, [...(phrases.get(first) ?? []), { stems, topic }]);
    }
  }
  return {
    find: (topic) => byName.get(topic),
    namedIn(text) {
      const stems = stemsOf(text);
      const found = new Set<string>();
      for (const [at, stem] of stems.entries()) {
        for (const phrase of phrases.get(stem) ?? []) {
          if (phrase.stems.every((each, offset) => stems[at + offset] === each)) found.add(phrase.topic);
        }
      }
      return [...byName.keys()].filter((topic) => found.has(topic));
    },
  };
}
