import { z } from "zod";
import { ModuleName } from "#core/contract/ids.ts";
import type { IndexedVersion, ModuleIndexes } from "#core/evolution/module-index/module-index.ts";
import type { ApiDocument } from "./api-documents.ts";
import type { Remedy } from "./curriculum.ts";
import type { Need } from "./needs.ts";
import { stemsOf } from "./stems.ts";
import { tellingWords, type TellingWord } from "./terms.ts";
import type { Topic, Topics } from "./topics.ts";

/** A remedy as it is kept. */
export const StoredRemedy: z.ZodType<Remedy> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("index"),
    index: z.string(),
    module: ModuleName,
    version: z.string(),
    title: z.string(),
  }),
  z.object({ kind: z.literal("api"), title: z.string(), url: z.string(), host: z.string(), key: z.boolean() }),
  z.object({ kind: z.literal("document"), title: z.string(), name: z.string(), host: z.string().exactOptional() }),
  z.object({ kind: z.literal("known"), title: z.string(), host: z.string(), key: z.boolean() }),
  z.object({ kind: z.literal("words") }),
]);

/** What remedies are looked for in. */
export interface Shelves {
  readonly topics: Topics;
  readonly documents: readonly ApiDocument[];
  readonly indexes: Pick<ModuleIndexes, "search"> | undefined;
}

/** The topic that most of a need's requests name; undefined when none is. */
export function topicOf(need: Need, topics: Topics): Topic | undefined {
  const counts = new Map<string, number>();
  for (const { unmet } of need.asks) {
    for (const name of topics.namedIn(unmet.text)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const [best] = [...counts].toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return best !== undefined && best[1] >= need.asks.length * MOSTLY ? topics.find(best[0]) : undefined;
}

const MOSTLY = 0.4;

/** What serves a need best: a module that exists, then the operator's own documents, then what is publicly known. */
export async function remedyFor(
  need: Need,
  topic: Topic | undefined,
  shelves: Shelves,
  signal: AbortSignal,
): Promise<Remedy> {
  const words = wordsOfNeed(need);
  const module = await offeredFor(words, topic, shelves.indexes, signal);
  if (module !== undefined) {
    const { index, module: name, version, title } = module;
    return { kind: "index", index, module: name, version, title };
  }
  const document = shelves.documents.find((each) => covers(words, each.words));
  if (document !== undefined) {
    const { name, title, host } = document;
    return { kind: "document", title, name, ...(host !== undefined && { host }) };
  }
  const api = topic && bestApi(need, topic);
  if (api === undefined) return { kind: "words" };
  const ready = await sameIn(shelves.indexes, api.title, signal);
  if (ready !== undefined) return ready;
  const { title, host, key, document: url } = api;
  return url === undefined ? { kind: "known", title, host, key } : { kind: "api", title, url, host, key };
}

/** The module of an index that is called as an API is: what people said may tell too little of it to be found by that. */
async function sameIn(
  indexes: Shelves["indexes"],
  api: string,
  signal: AbortSignal,
): Promise<Extract<Remedy, { kind: "index" }> | undefined> {
  const found = await indexes?.search(api, MOST_INDEXED, signal);
  const same = found?.find(({ title, revoked }) => revoked === undefined && title.toLowerCase() === api.toLowerCase());
  return same && { kind: "index", index: same.index, module: same.module, version: same.version, title: same.title };
}

/** What an index offers for these words: most of what they tell has to stand in its title or description. */
export async function offeredFor(
  words: readonly TellingWord[],
  topic: Topic | undefined,
  indexes: Shelves["indexes"],
  signal: AbortSignal,
): Promise<IndexedVersion | undefined> {
  const sought = [topic?.topic ?? "", ...words.map(({ word }) => word)].join(" ").trim();
  const found = sought === "" ? [] : await indexes?.search(sought, MOST_INDEXED, signal);
  return found?.find(
    ({ title, description, revoked }) => revoked === undefined && covers(words, stemsOf(`${title} ${description}`)),
  );
}

/** How likely a remedy comes to anything, 0 to 1: what is there already first, what has to be thought up last. */
export function feasibilityOf({ kind }: Remedy, canWrite: boolean): number {
  return { index: 1, document: 0.95, api: 0.9, known: 0.5, words: canWrite ? 0.6 : 0.3 }[kind];
}

const MOST_INDEXED = 5;
const MOST_WORDS = 8;
/** Of what a need's words tell so much must stand in a title or an operation. */
const COVERED = 0.5;

/** What a need is mostly about: the words that most of its people use, the most telling first. */
function wordsOfNeed({ asks }: Need): TellingWord[] {
  const users = new Map<string, { readonly word: TellingWord; readonly by: Set<string> }>();
  for (const { unmet } of asks) {
    for (const word of tellingWords(unmet.text)) {
      const known = users.get(word.stem) ?? { word, by: new Set<string>() };
      users.set(word.stem, known);
      known.by.add(unmet.principal);
    }
  }
  return [...users.values()]
    .toSorted((a, b) => b.by.size * b.word.weight - a.by.size * a.word.weight || (a.word.stem < b.word.stem ? -1 : 1))
    .slice(0, MOST_WORDS)
    .map(({ word, by }) => ({ ...word, weight: word.weight * by.size }));
}

function covers(words: readonly TellingWord[], stems: Iterable<string>): boolean {
  const held = new Set(stems);
  const all = words.reduce((sum, { weight }) => sum + weight, 0);
  const found = words.reduce((sum, { stem, weight }) => (held.has(stem) ? sum + weight : sum), 0);
  return all > 0 && found >= all * COVERED;
}

/** The one that is named most often, else the first that has a document. */
function bestApi({ asks }: Need, { apis }: Topic) {
  const named = apis.map((api) => {
    const title = stemsOf(api.title).join(" ");
    const count = asks.filter(({ unmet }) => ` ${stemsOf(unmet.text).join(" ")} `.includes(` ${title} `)).length;
    return { api, count };
  });
  const most = named.toSorted((a, b) => b.count - a.count)[0];
  if (most !== undefined && most.count > 0) return most.api;
  return apis.find(({ document }) => document !== undefined) ?? apis[0];
}
