import type { Json, JsonObject } from "#core/contract/json.ts";
import type { ValuePath, WatchTest } from "#core/contract/watch.ts";
import { BEGUN, likeness, UNWELL, WELL } from "./condition-words.ts";
import type { Condition } from "./condition.ts";
import type { Field } from "./fields.ts";
import { isNamed, timeOf } from "./list-news.ts";
import { storedAmount } from "./units.ts";

/** One thing that could be watched for. */
export interface Candidate {
  readonly path: ValuePath;
  readonly test: WatchTest;
}

/** What a condition may mean in the values that a capability answers with. */
export interface Fitted {
  /** There is no doubt. */
  readonly sure: Candidate | undefined;
  /** Otherwise what it could be, the likeliest first. */
  readonly choices: readonly Candidate[];
  /** What was assumed on the way, for whoever wished for it. */
  readonly note?: string;
}

export interface FitContext {
  /** What the capability was asked with: it answers with that too, and that never changes. */
  readonly input: JsonObject;
  /** Whether a bare number of degrees is in Fahrenheit. */
  readonly isFahrenheit: boolean;
}

/** Finds in what a capability answers now what a condition is about. */
export function fitCondition(condition: Condition, fields: readonly Field[], context: FitContext): Fitted {
  const told = fields.filter(({ path, value }) => !isEcho(path, value, context.input));
  switch (condition.kind) {
    case "limit":
      return fitLimit(condition, told, context);
    case "state":
      return fitState(condition, told);
    case "fresh":
      return fitFresh(condition, told);
    case "changed":
      return fitChanged(condition, told);
    case "moved":
      return fitMoved(told);
    case "gone":
      return fitGone(condition, told);
    default:
      return condition satisfies never;
  }
}

/** What could be watched where the words name nothing: each value, as it changes. */
export function anyChange(fields: readonly Field[], input: JsonObject): readonly Candidate[] {
  return fields
    .filter(({ path, value }) => !isEcho(path, value, input))
    .map(({ path, kind }): Candidate => ({ path, test: kind === "list" ? { is: "appears" } : { is: "changed" } }));
}

/** Whether a value only says again what was asked for: it never changes. */
function isEcho(path: ValuePath, value: Json, input: JsonObject): boolean {
  const [name = ""] = path;
  if (path.length > 1) return false;
  if (NO_NEWS.has(name)) return true;
  if (typeof value !== "string") return name in input && input[name] === value;
  const said = value.toLowerCase();
  return (
    ECHOES.has(name) ||
    Object.values(input).some((one) => typeof one === "string" && one !== "" && said.includes(one.toLowerCase()))
  );
}

const ECHOES = new Set(["place", "repository", "from", "to", "base", "country", "blog", "service", "date", "currency"]);
/** A number that stands for words which stand beside it. */
const NO_NEWS = new Set(["conditionCode"]);

function fitLimit(
  { side, orEqual, amount, unit, about }: Extract<Condition, { kind: "limit" }>,
  fields: readonly Field[],
  { isFahrenheit }: FitContext,
): Fitted {
  const candidates = fields.flatMap((field): (Candidate & { field: Field })[] => {
    const than = field.kind === "number" ? storedAmount(field.unit, amount, unit, isFahrenheit) : undefined;
    if (than === undefined) return [];
    const margin = Math.max(Math.abs(than) * MARGIN, field.unit?.margin ?? 0);
    return [{ path: field.path, test: { is: side, than, orEqual, margin }, field }];
  });
  return byName(candidates, about, side);
}

/** A number that wobbles around a limit by less is not told again; as a share of the limit. */
const MARGIN = 0.02;

function fitState({ state, isNot, about }: Extract<Condition, { kind: "state" }>, fields: readonly Field[]): Fitted {
  const named = (one: Field): number => likeness(one.name, about);
  const chances = fields.filter((one) => one.kind === "number" && one.unit?.scale === 100 && named(one) > 0);
  const [chance] = chances;
  if (chance !== undefined && chances.length === 1 && !isNot) {
    const test = { is: "above", than: 0.5, orEqual: true, margin: chance.unit?.margin ?? 0 } as const;
    return sureOf({ path: chance.path, test }, `I take “${state}” as a ${chance.name} of 50 % or more.`);
  }
  const isWell = WELL.test(state) ? true : UNWELL.test(state) ? false : undefined;
  const booleans = fields.filter(({ kind }) => kind === "boolean");
  const wells = booleans.filter(({ path }) => /well|healthy|ok|up|working|operational/i.test(path.at(-1) ?? ""));
  const [well] = wells;
  if (isWell !== undefined && well !== undefined && wells.length === 1) {
    return sureOf({ path: well.path, test: { is: "equal", to: isWell !== isNot } });
  }
  const flags = booleans.filter(({ name }) => likeness(name, [state]) > 0);
  const [flag] = flags;
  if (flag !== undefined && flags.length === 1) return sureOf({ path: flag.path, test: { is: "equal", to: !isNot } });
  const states = fields.filter(({ kind, path }) => kind === "text" && STATE_NAMES.test(path.at(-1) ?? ""));
  const [only] = states;
  if (only !== undefined && states.length === 1) {
    if (isNot) return sureOf({ path: only.path, test: { is: "not", to: textOf(only) } });
    return sureOf({ path: only.path, test: { is: "says", text: state } });
  }
  const choices = [
    ...states.map(({ path }): Candidate => ({ path, test: { is: "says", text: state } })),
    ...booleans.map(({ path, value }): Candidate => ({ path, test: { is: "equal", to: value !== true } })),
    ...fields.filter(({ kind }) => kind === "number").map(({ path }): Candidate => ({ path, test: { is: "changed" } })),
    ...fields.filter(({ kind }) => kind === "list").map(({ path }): Candidate => ({ path, test: { is: "appears" } })),
  ];
  return { sure: undefined, choices };
}

const STATE_NAMES =
  /^(?:condition|status|state|phase|stage|result|grade|latest|conclusion|outcome|sky|health|priority)$/i;

/** Whether a state is one that something has once it is there at all: “has started”. */
export function isBeginning(condition: Condition): boolean {
  return condition.kind === "state" && !condition.isNot && BEGUN.test(condition.state);
}

function fitFresh({ about }: Extract<Condition, { kind: "fresh" }>, fields: readonly Field[]): Fitted {
  const lists = fields
    .filter(({ kind }) => kind === "list")
    .map((field) => ({ path: field.path, test: { is: "appears" } as const, field }));
  if (lists.length > 0) return byName(lists, about);
  const marks = fields
    .filter(({ kind, path }) => kind !== "list" && MARKS.test(path.at(-1) ?? ""))
    .map((field) => ({ path: field.path, test: { is: "changed" } as const, field }));
  return marks.length > 0 ? byName(marks, about) : { sure: undefined, choices: anyChange(fields, {}) };
}

/** What is another when something new has come. */
const MARKS = /^(?:tag|version|number|id|title|latest|next|open|count)$/i;

function fitChanged({ about }: Extract<Condition, { kind: "changed" }>, fields: readonly Field[]): Fitted {
  return byName(
    fields.map((field) => ({ path: field.path, test: { is: "changed" } as const, field })),
    about,
  );
}

function fitMoved(fields: readonly Field[]): Fitted {
  const lists = fields.filter(({ value, kind }) => kind === "list" && isTimed(value));
  const [list] = lists.length === 0 ? fields.filter(({ kind }) => kind === "list") : lists;
  return list === undefined ? { sure: undefined, choices: [] } : sureOf({ path: list.path, test: { is: "moved" } });
}

function isTimed(value: Field["value"]): boolean {
  return Array.isArray(value) && value.some((entry) => timeOf(entry) !== undefined);
}

function fitGone({ entry }: Extract<Condition, { kind: "gone" }>, fields: readonly Field[]): Fitted {
  const lists = fields.filter(({ kind }) => kind === "list");
  const wanted = entry === undefined ? undefined : Number(entry);
  const having = lists.find(({ value }) => Array.isArray(value) && value.some((one) => isNamed(one, entry ?? "")));
  const [list] = having === undefined ? lists : [having];
  if (list === undefined) return { sure: undefined, choices: [] };
  const isNumbers = Array.isArray(list.value) && list.value.every((one) => typeof one === "number");
  const named = wanted === undefined ? {} : { entry: isNumbers ? wanted : (entry ?? "") };
  return sureOf({ path: list.path, test: { is: "gone", ...named } });
}

/** The one that the words name; without such, the only one there is. */
function byName(
  candidates: readonly (Candidate & { readonly field: Field })[],
  about: readonly string[],
  side?: "above" | "below",
): Fitted {
  const scored = candidates.map((one) => ({
    one,
    score: likeness(one.field.name, about) + bonus(one.field, about, side),
  }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  const first = scored.filter(({ score }) => score === best).map(({ one }) => one);
  const sorted = scored.toSorted((one, other) => other.score - one.score).map(({ one }) => plain(one));
  const [winner] = first;
  const isSure = winner !== undefined && (first.length === 1 ? best > 0 || candidates.length === 1 : false);
  return { sure: isSure ? plain(winner) : undefined, choices: sorted };
}

/** “Above” is about the highest of a day and “below” about the lowest; what it feels like only when that was said. */
function bonus({ path }: Field, about: readonly string[], side: "above" | "below" | undefined): number {
  const name = path.at(-1) ?? "";
  if (/^high/i.test(name)) return side === "above" ? 0.5 : 0;
  if (/^low/i.test(name)) return side === "below" ? 0.5 : 0;
  if (/^feels/i.test(name)) return about.some((word) => word.startsWith("feel")) ? 0.5 : -0.5;
  return 0;
}

function plain({ path, test }: Candidate): Candidate {
  return { path, test };
}

function sureOf(candidate: Candidate, note?: string): Fitted {
  return { sure: candidate, choices: [candidate], ...(note !== undefined && { note }) };
}

function textOf({ value }: Field): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
