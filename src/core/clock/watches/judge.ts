import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "#core/contract/canonical-json.ts";
import { Json } from "#core/contract/json.ts";
import type { WatchPlan, WatchTest } from "#core/contract/watch.ts";
import { isObject, valueAt } from "./fields.ts";
import { entriesOf, hasWords, isNamed, type News, spokenName, timeOf } from "./list-news.ts";

/** What a look leaves for the next one to compare with. */
const Seen = z.object({
  /** Whether it may tell: what has told waits until it has been otherwise. */
  armed: z.boolean(),
  /** What it is of, where that goes by itself: the day of “today’s meetings”. */
  of: z.string().optional(),
  /** The value, as a digest where it is large. */
  value: Json.optional(),
  /** Entries that were there, each with when it is. */
  entries: z.record(z.string(), z.object({ name: z.string(), time: z.string().optional() })).optional(),
});
export type Seen = z.infer<typeof Seen>;

/** What a look comes to. */
export interface Judgement {
  /** Somebody is to be told. */
  readonly fires: boolean;
  readonly isSo: boolean;
  readonly seen: Seen;
  /** What is new, gone or moved, where that is what it is about. */
  readonly news: readonly News[];
  readonly value: Json | undefined;
}

type Judged = Pick<WatchPlan, "path" | "test" | "isSoAlready">;

/** Holds what a capability answers against what is wished for. @param data undefined where it says there is nothing */
export function judge(plan: Judged, data: Json | undefined, seen: unknown, now: Date): Judgement {
  const before = Seen.safeParse(seen).data;
  const value = valueAt(data, plan.path);
  const { test } = plan;
  switch (test.is) {
    case "above":
    case "below":
    case "equal":
    case "not":
    case "says":
    case "there":
      return level(plan, before, { value, isSo: isSo(test, data, value), isBack: isBack(test, data, value) });
    case "gone":
      if (test.entry !== undefined) {
        const list = listOf(data, plan.path, value);
        const wanted = String(test.entry);
        const isThere = list?.some((entry) => isNamed(entry, wanted)) === true;
        // A list of the first few does not say that something is gone.
        const isKnown = list !== undefined && (isThere || !isPartial(data, plan.path, list.length));
        return level(plan, before, { value, isSo: isKnown && !isThere, isBack: isThere });
      }
      return compared(plan, before, data, value, now);
    case "changed":
      return Array.isArray(value) ? compared(plan, before, data, value, now) : changed(plan, before, data, value);
    case "appears":
    case "moved":
      return compared(plan, before, data, value, now);
    case "meetings":
      return { fires: false, isSo: false, seen: { armed: true }, news: [], value };
    default:
      return test satisfies never;
  }
}

/** Whether a state holds: by itself, whatever was before. */
export function isSo(test: WatchTest, data: Json | undefined, value: Json | undefined): boolean {
  switch (test.is) {
    case "above":
      return typeof value === "number" && (test.orEqual ? value >= test.than : value > test.than);
    case "below":
      return typeof value === "number" && (test.orEqual ? value <= test.than : value < test.than);
    case "equal":
      return same(value, test.to);
    case "not":
      return value !== undefined && !same(value, test.to);
    case "says":
      return typeof value === "string" && value.toLowerCase().includes(test.text.toLowerCase());
    case "there":
      return data !== undefined;
    default:
      return false;
  }
}

/** Whether it is clearly otherwise: a number must have gone back by the margin, or it would tell at every wobble. */
function isBack(test: WatchTest, data: Json | undefined, value: Json | undefined): boolean {
  if (test.is === "there") return data === undefined;
  if (value === undefined) return false;
  if (test.is === "above")
    return typeof value === "number" && !isSo(test, data, value) && value <= test.than - test.margin;
  if (test.is === "below")
    return typeof value === "number" && !isSo(test, data, value) && value >= test.than + test.margin;
  return !isSo(test, data, value);
}

function level(
  { isSoAlready }: Judged,
  before: Seen | undefined,
  now: { readonly value: Json | undefined; readonly isSo: boolean; readonly isBack: boolean },
): Judgement {
  const armed = before?.armed ?? isSoAlready === undefined;
  const fires = now.isSo && armed;
  return { fires, isSo: now.isSo, seen: { armed: fires ? false : armed || now.isBack }, news: [], value: now.value };
}

function changed(
  { path }: Judged,
  before: Seen | undefined,
  data: Json | undefined,
  value: Json | undefined,
): Judgement {
  const of = scopeOf(data, path);
  // Nothing came back: that is no change.
  if (value === undefined) return { fires: false, isSo: false, seen: before ?? { armed: true }, news: [], value };
  const kept = short(value);
  const isSame = before?.value === undefined || before.of !== of || same(before.value, kept);
  return { fires: !isSame, isSo: !isSame, seen: { armed: true, of, value: kept }, news: [], value };
}

function compared(
  { path, test }: Judged,
  before: Seen | undefined,
  data: Json | undefined,
  value: Json | undefined,
  now: Date,
): Judgement {
  const list = listOf(data, path, value);
  if (list === undefined) return { fires: false, isSo: false, seen: before ?? { armed: true }, news: [], value };
  const of = scopeOf(data, path);
  const entries = entriesOf(list);
  const is = Object.fromEntries([...entries].slice(0, MOST).map(([id, entry]) => [id, kept(entry)]));
  const was = before?.of === of ? before?.entries : undefined;
  // What came and went before is not new when it comes again, as long as it is remembered.
  const remembered = test.is === "appears" && was !== undefined ? { ...was, ...is } : is;
  const seen = { armed: true, of, entries: Object.fromEntries(Object.entries(remembered).slice(-MOST)) };
  if (was === undefined) return { fires: false, isSo: false, seen, news: [], value };
  const fresh = [...entries].flatMap(([id, entry]): News[] =>
    id in was ? [] : [{ what: "new", name: spokenName(entry) }],
  );
  const isWhole = !isPartial(data, path, list.length);
  const gone = Object.entries(was).flatMap(([id, { name, time }]): News[] =>
    entries.has(id) || !isWhole || isOver(time, now) ? [] : [{ what: "gone", name }],
  );
  const moved = [...entries].flatMap(([id, entry]): News[] => {
    const [from, to] = [was[id]?.time, timeOf(entry)];
    return from === undefined || to === undefined || from === to
      ? []
      : [{ what: "moved", name: spokenName(entry), from, to }];
  });
  const news = newsFor(test, { fresh, gone, moved }, list);
  return { fires: news.length > 0, isSo: news.length > 0, seen, news, value };
}

function newsFor(
  test: WatchTest,
  { fresh, gone, moved }: Readonly<Record<"fresh" | "gone" | "moved", readonly News[]>>,
  list: readonly Json[],
): readonly News[] {
  switch (test.is) {
    case "appears": {
      const { text } = test;
      if (text === undefined) return fresh;
      const fitting = new Set(list.filter((entry) => hasWords(entry, text)).map(spokenName));
      return fresh.filter(({ name }) => fitting.has(name));
    }
    case "gone":
      return gone;
    case "moved":
      return [...moved, ...gone];
    default:
      return [...fresh, ...moved, ...gone];
  }
}

/** More entries than any source answers with at once. */
const MOST = 300;

function kept(entry: Json): { name: string; time?: string } {
  const time = timeOf(entry);
  return { name: spokenName(entry).slice(0, 120), ...(time !== undefined && { time }) };
}

/** What has begun is off a list because it is over. */
function isOver(time: string | undefined, now: Date): boolean {
  const at = time === undefined ? Number.NaN : Date.parse(time);
  return at <= now.getTime();
}

/** A list; where a source leaves an empty one out, the count beside it says so. */
function listOf(data: Json | undefined, path: readonly string[], value: Json | undefined): readonly Json[] | undefined {
  if (Array.isArray(value)) return value;
  const around = valueAt(data, path.slice(0, -1));
  return isObject(around) && COUNTS.some((name) => around[name] === 0) ? [] : undefined;
}

/** Whether a count beside a list says that there is more than the list has. */
function isPartial(data: Json | undefined, path: readonly string[], length: number): boolean {
  const around = valueAt(data, path.slice(0, -1));
  if (!isObject(around)) return false;
  if (around["complete"] === false) return true;
  return COUNTS.some((name) => {
    const count = around[name];
    return typeof count === "number" && count > length;
  });
}

const COUNTS = ["open", "total", "count", "incidents"];

/** What an answer is of, where it goes on by itself: with another day, another list is no change. */
function scopeOf(data: Json | undefined, path: readonly string[]): string {
  const around = valueAt(data, path.slice(0, -1));
  if (!isObject(around)) return "";
  return JSON.stringify(
    SCOPES.flatMap((name) => (name !== path.at(-1) && typeof around[name] === "string" ? [around[name]] : [])),
  );
}

const SCOPES = ["date", "from", "to", "place", "tag", "repository", "country", "blog", "service"];

function short(value: Json): Json {
  const text = canonicalJson(value);
  return text.length <= 200 ? value : `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

function same(one: Json | undefined, other: Json): boolean {
  if (typeof one === "string" && typeof other === "string") return one.toLowerCase() === other.toLowerCase();
  return one !== undefined && canonicalJson(one) === canonicalJson(other);
}
