import { compare } from "semver";
import { asNexusError, NexusError } from "#core/contract/errors.ts";
import { ModuleName, Sha256 } from "#core/contract/ids.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Egress } from "#core/contract/sandbox.ts";
import type { IndexFile } from "./index-file.ts";
import { indexSource } from "./index-source.ts";
import type { IndexedVersion, IndexStanding, ModuleIndexes } from "./module-index.ts";
import { openIndex, type OpenIndex } from "./open-index.ts";

export interface ModuleIndexesDeps {
  /** As the settings name them; the earlier counts for more where two offer the same. */
  readonly indexes: readonly { readonly name: string; readonly location: string; readonly key: string }[];
  /** The modules that come with this release and are not installed, as an index of their own. */
  readonly own?: OpenIndex;
  readonly egress: Egress;
  readonly memory: { get(key: string): Promise<string | undefined>; set(key: string, value: string): Promise<void> };
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens all indexes that are set up. Nothing is read before somebody asks. */
export function createModuleIndexes(deps: ModuleIndexesDeps): ModuleIndexes {
  const { egress, log } = deps;
  const others = deps.indexes.map(({ name, key, location }) =>
    openIndex({ name, key, source: indexSource(location, egress) }, deps),
  );
  const indexes: readonly OpenIndex[] = [...(deps.own === undefined ? [] : [deps.own]), ...others];

  const stood = new Map<string, IndexStanding>();

  /** What can be read now. An index that cannot is no reason to be without the others. */
  const readable = async (
    wanted: readonly OpenIndex[],
    signal: AbortSignal,
  ): Promise<{ index: OpenIndex; file: IndexFile }[]> => {
    const read = await Promise.all(
      wanted.map(async (index) => {
        try {
          const file = await index.file(signal);
          stood.set(index.name, standingWith(index, file));
          return [{ index, file }];
        } catch (err) {
          signal.throwIfAborted();
          stood.set(index.name, failing(index, err));
          log.warn({ err, index: index.name }, "a module index could not be used");
          return [];
        }
      }),
    );
    return read.flat();
  };
  const all = async (signal: AbortSignal): Promise<{ offered: IndexedVersion; asks: readonly string[] }[]> =>
    (await readable(indexes, signal)).flatMap(({ index, file }) => offersOf(index.name, file));

  return {
    async search(words, limit, signal) {
      const offers = (await all(signal)).filter(({ offered }) => offered.revoked === undefined);
      const newest = firstOf(offers, ({ offered }) => offered.module);
      return (await rank(newest, words)).slice(0, limit).map(({ offered }) => offered);
    },
    async versions(module, signal) {
      return (await all(signal))
        .map(({ offered }) => offered)
        .filter((offered) => offered.module === module)
        .sort((one, other) => compare(other.version, one.version));
    },
    async revoked(signal) {
      await readable(others, signal); // what can be read is remembered, with what it takes back
      const said = await Promise.all(others.map((index) => index.lastRevoked()));
      return new Map(said.flatMap((one) => Object.entries(one)).map(([sha256, why]) => [Sha256.parse(sha256), why]));
    },
    async fetch({ index: name, module, version }, signal) {
      const index = indexes.find((one) => one.name === name);
      if (index === undefined) throw unknown(`There is no module index called ${name} here.`);
      const file = await index.file(signal);
      const found = file.modules[module]?.find((one) => one.version === version);
      if (found === undefined) throw unknown(`The index ${name} has no ${module} ${version}.`);
      const why = file.revoked[found.sha256];
      if (why !== undefined) {
        throw new NexusError("bundle_revoked", `${module} ${version} is revoked`, {
          say: `${module} ${version} was taken back by the index ${name}: ${why}.`,
        });
      }
      return { entries: await index.entries(found.sha256, signal), signer: index.signer };
    },
    async standing(signal) {
      const all = await Promise.all(indexes.map((index) => standingOf(index, signal)));
      for (const one of all) stood.set(one.index, one);
      return all;
    },
    lastStanding: () =>
      deps.indexes.map(({ name }) => stood.get(name) ?? { index: name, ok: true, detail: "not read yet" }),
  };
}

function offersOf(index: string, file: IndexFile): { offered: IndexedVersion; asks: readonly string[] }[] {
  return Object.entries(file.modules).flatMap(([module, versions]) =>
    versions.map(({ asks, ...version }) => {
      const revoked = file.revoked[version.sha256];
      const offered = {
        index,
        module: ModuleName.parse(module),
        ...version,
        ...(revoked !== undefined && { revoked }),
      };
      return { offered, asks };
    }),
  );
}

/** The first of each: versions stand with the newest first, and indexes with those that count for more. */
function firstOf<T>(all: readonly T[], by: (one: T) => string): T[] {
  const seen = new Map<string, T>();
  for (const one of all) if (!seen.has(by(one))) seen.set(by(one), one);
  return [...seen.values()];
}

/** What fits the words, best first; with no words, everything by name. */
async function rank<T extends { offered: IndexedVersion; asks: readonly string[] }>(
  all: readonly T[],
  words: string,
): Promise<T[]> {
  if (words.trim() === "") return [...all].sort((a, b) => (a.offered.module < b.offered.module ? -1 : 1));
  // Loaded at the first use: a NEXUS that looks for no module does without.
  const { default: MiniSearch } = await import("minisearch");
  const search = new MiniSearch<{ id: number; name: string; description: string; asks: string }>({
    fields: ["name", "description", "asks"],
    processTerm: (term) => (SMALL_WORDS.has(term.toLowerCase()) ? null : term.toLowerCase()),
    searchOptions: {
      boost: { name: 3, asks: 2 },
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 5 ? 0.15 : 0),
    },
  });
  search.addAll(
    all.map(({ offered, asks }, id) => ({
      id,
      name: `${offered.module.replaceAll("-", " ")} ${offered.title}`,
      description: offered.description,
      asks: asks.join(". "),
    })),
  );
  const [best, ...more] = search.search(words);
  if (best === undefined) return [];
  const fitting = [best, ...more.filter(({ score }) => score >= best.score * WORTH_NAMING)];
  return fitting.flatMap(({ id }) => all.filter((_, position) => position === id));
}

/** What fits this much less than the best only shares a word with it. */
const WORTH_NAMING = 0.3;

/** They stand in any question, and tell nothing of what it is about. */
const SMALL_WORDS: ReadonlySet<string> = new Set(
  `a about all am an and any are as at be by can could do does for from get give has have how i in is it me my now of on
   or our please show tell that the their there these this to us was we what when where which who whose why will with
   you your`.split(/\s+/),
);

async function standingOf(index: OpenIndex, signal: AbortSignal): Promise<IndexStanding> {
  try {
    return standingWith(index, await index.file(signal));
  } catch (thrown) {
    signal.throwIfAborted();
    return failing(index, thrown);
  }
}

function standingWith({ name }: OpenIndex, { modules }: IndexFile): IndexStanding {
  const count = Object.keys(modules).length;
  return { index: name, ok: true, detail: `${count} ${count === 1 ? "module" : "modules"}` };
}

function failing({ name }: OpenIndex, thrown: unknown): IndexStanding {
  return { index: name, ok: false, detail: asNexusError(thrown).say };
}

function unknown(say: string): NexusError {
  return new NexusError("module_unknown", say, { say, hint: "Search with `modules find` and a few words." });
}
