import type { ApiDescription, ApiOperation } from "#core/evolution/api/api-description.ts";
import { wordsOf } from "#core/evolution/api/names.ts";

/** More makes a module that nobody reads before they approve it. */
export const MAX_OPERATIONS = 5;
/** Without a need, the least that shows what an API is for: a list and one of its things. */
const USUAL = 2;
const USUAL_WITH_NEED = 3;
/** Of the best operation's score; what serves a need less than half as well serves another. */
const LEAST_SHARE = 0.5;

/** The operations that serve a need best, at most five, in the order of the document; without one, the most useful. */
export function chooseOperations(
  api: ApiDescription,
  fit: readonly ApiOperation[],
  need: string | undefined,
): ApiOperation[] {
  const asksOnly = need !== undefined && isQuestion(need);
  const wanted = need === undefined ? [] : stemsOf(need, asksOnly).filter((word) => !EVERYDAY.has(word));
  const scored = fit.map((operation) => ({
    operation,
    score: wanted.length === 0 ? 0 : scoreOf(operation, wanted, rarity(api, fit)),
  }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  const chosen =
    best === 0 ? mostUseful(fit) : bestOf(asksOnly ? readsOf(scored) : scored, best, !asksOnly && changes(wanted));
  return fit.filter((operation) => chosen.includes(operation));
}

interface Scored {
  readonly operation: ApiOperation;
  readonly score: number;
}

/** Whether a need only asks: it begins as a question does, and goes on to no change. */
function isQuestion(need: string): boolean {
  const words = wordsOf(need);
  const first = words.find((word) => !COURTESY.has(word));
  const goesOn = words.some((word, index) => {
    const [said] = stemsOf(words[index + 1] ?? "");
    return JOINS.has(word) && said !== undefined && CHANGES.has(said);
  });
  return first !== undefined && QUESTIONS.has(first) && !goesOn;
}

const COURTESY: ReadonlySet<string> = new Set(
  "please can could would will you i we want need like d to me us hey hi hello nexus help let".split(" "),
);
const QUESTIONS: ReadonlySet<string> = new Set(
  `show list which what whats how who whose is are was were do does has have find get see read where when why look tell
   give check search fetch view know`.split(/\s+/),
);
const JOINS: ReadonlySet<string> = new Set(["and", "or", "then", "to"]);

function changes(wanted: readonly string[]): boolean {
  return wanted.some((word) => CHANGES.has(word));
}

/** Who only asks is served by what only reads, where that serves at all. */
function readsOf(scored: readonly Scored[]): readonly Scored[] {
  const reads = scored.filter(({ operation }) => operation.effect === "read");
  return reads.some(({ score }) => score > 0) ? reads : scored;
}

function bestOf(scored: readonly Scored[], best: number, wantsChange: boolean): ApiOperation[] {
  const weighed = scored.map(({ operation, score }) => ({
    operation,
    score: score * weightOf(operation, wantsChange),
  }));
  const most = Math.max(...weighed.map(({ score }) => score));
  const serving = weighed.filter(({ score }) => score >= Math.max(LEAST_SHARE * most, Math.min(best, 0.01)));
  return serving
    .toSorted((a, b) => b.score - a.score)
    .slice(0, USUAL_WITH_NEED)
    .map(({ operation }) => operation);
}

/** What is deprecated, hard to ask for, or changes something nobody spoke of changing, comes later. */
function weightOf(operation: ApiOperation, wantsChange: boolean): number {
  const required = operation.inputs.filter((input) => input.required && input.fixed === undefined).length;
  const asWanted = wantsChange === (operation.effect !== "read") ? 1 : wantsChange ? 0.8 : 0.5;
  return asWanted * (operation.deprecated ? 0.3 : 1) * 0.95 ** required;
}

/** How many of the words an operation speaks of, the rare ones and those in its name before others. */
function scoreOf(operation: ApiOperation, wanted: readonly string[], weight: (word: string) => number): number {
  const places: readonly (readonly [ReadonlySet<string>, number])[] = [
    [new Set(stemsOf(`${operation.id} ${operation.title}`)), 4],
    [new Set(stemsOf(operation.path)), 3],
    [new Set(stemsOf(operation.tags.join(" "))), 2],
    [new Set(stemsOf(operation.description)), 1],
    [new Set(stemsOf(operation.inputs.map(({ name }) => name).join(" "))), 1],
  ];
  return wanted.reduce(
    (sum, word) => sum + weight(word) * Math.max(0, ...places.map(([words, worth]) => (words.has(word) ? worth : 0))),
    0,
  );
}

/** A word that every operation speaks of chooses none of them. */
function rarity(api: ApiDescription, fit: readonly ApiOperation[]): (word: string) => number {
  const counts = new Map<string, number>();
  for (const { id, title, path, tags } of fit) {
    for (const word of new Set(stemsOf(`${id} ${title} ${path} ${tags.join(" ")}`)))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return (word) => Math.log(1 + (api.operations.length + 1) / ((counts.get(word) ?? 0) + 1));
}

/** Reads that need nothing first, the list and the single thing of the same kind together. */
function mostUseful(fit: readonly ApiOperation[]): ApiOperation[] {
  const ranked = fit.toSorted((a, b) => usefulness(b) - usefulness(a));
  const [first] = ranked;
  if (first === undefined) return [];
  const single = ranked.find(
    (other) =>
      other !== first && other.effect === "read" && other.path.startsWith(`${first.path}/{`) && !other.deprecated,
  );
  return [
    first,
    ...(single === undefined ? [] : [single]),
    ...ranked.filter((other) => other !== first && other !== single),
  ].slice(0, USUAL);
}

function usefulness({ effect, deprecated, inputs, path, answer }: ApiOperation): number {
  const required = inputs.filter((input) => input.required && input.fixed === undefined);
  const obscure = required.filter(({ name }) => /id$|key$|token$|hash$/i.test(name)).length;
  const depth = path.split("/").length;
  return (
    (effect === "read" ? 8 : 0) +
    (deprecated ? -20 : 0) -
    2 * required.length -
    2 * obscure -
    0.3 * depth +
    (answer.schema === undefined && answer.example === undefined ? -3 : 0) +
    (answer.content === "json" ? 1 : 0)
  );
}

/** Words cut to what they have in common with their other forms: “issues” and “issue”, “creating” and “create”. */
function stemsOf(text: string, asksOnly = false): string[] {
  return wordsOf(text).map((word) => {
    const same = SAME.get(word);
    // In a question “open”, “new” and “post” say which ones are meant, not what is to be done.
    if (same !== undefined && !(asksOnly && same === "creat")) return same;
    if (word.length > 5 && word.endsWith("ing")) return word.slice(0, -3).replace(/e$/, "");
    if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
    return word.length > 3 && /[^s]s$/.test(word) ? word.slice(0, -1).replace(/e$/, "") : word.replace(/e$/, "");
  });
}

const SAME: ReadonlyMap<string, string> = new Map([
  ["add", "creat"],
  ["new", "creat"],
  ["make", "creat"],
  ["open", "creat"],
  ["post", "creat"],
  ["create", "creat"],
  ["remove", "delet"],
  ["delete", "delet"],
  ["erase", "delet"],
  ["change", "updat"],
  ["edit", "updat"],
  ["modify", "updat"],
  ["update", "updat"],
  ["find", "search"],
  ["lookup", "search"],
  ["search", "search"],
]);

const CHANGES: ReadonlySet<string> = new Set(
  "creat delet updat send set cancel start stop clos assign notify pay".split(" "),
);

const EVERYDAY: ReadonlySet<string> = new Set(
  `a an the i we you me my our us it its is are be been do does can could would should want wish need like please help build
   modul for of to in on at by with from into about and or not no that this thes thos what which who when where how much many
   get giv show tell see look list fetch let know some any all every there their them ther your have has if so then up out
   slack discord chat nexus bot api`.split(/\s+/),
);
