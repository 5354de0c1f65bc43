import type { Json } from "#core/contract/json.ts";
import { expectedAnswer } from "#core/evolution/writer/expected.ts";
import { type CapabilityPlan, type Column, MAX_CELL } from "#core/evolution/writer/plan.ts";
import { sampleOf } from "#core/evolution/writer/sample.ts";
import { valueAt, withValueAt } from "#core/evolution/writer/way.ts";
import type { ApiSchema } from "#core/evolution/api/api-description.ts";

/** An example larger than this is no example: a sample of its schema says the same. */
const MAX_EXAMPLE = 6_000;
const FEW = 3;

/** What a source plausibly answers: the document's own example where it has one that can be shown, else a sample. */
export function usualAnswer(capability: CapabilityPlan, hosts: readonly string[]): Json {
  const { operation, view } = capability;
  const { example, schema } = operation.answer;
  const short = example === undefined ? undefined : withFewRows(capability, example);
  const isShown =
    short !== undefined && JSON.stringify(short).length <= MAX_EXAMPLE && isTelling(capability, short, hosts);
  const made = isShown ? short : withFewRows(capability, sampleOf(schema, capability.noun.one, 0));
  const usual = isTelling(capability, made, hosts) ? made : plainAnswer(capability);
  const linked = withLinks(capability, usual, hosts);
  return view.kind === "list" && view.cursor !== undefined ? withValueAt(linked, view.cursor, "more-1") : linked;
}

/** A list of one, or a thing with no more than its first value. */
export function scantAnswer(capability: CapabilityPlan, usual: Json): Json {
  const { view } = capability;
  if (view.kind === "list") {
    const rows = valueAt(usual, view.at);
    return withValueAt(usual, view.at, Array.isArray(rows) ? rows.slice(0, 1) : []);
  }
  if (view.kind !== "object") return usual;
  const column = view.columns.find(({ at }) => isPlain(valueAt(usual, [...view.at, ...at])));
  if (column === undefined) return usual;
  const way = [...view.at, ...column.at];
  return withValueAt({}, way, valueAt(usual, way) ?? "");
}

/** Values of all kinds where texts and numbers are expected, and more of them than are shown. */
export function oddAnswer(capability: CapabilityPlan, hosts: readonly string[]): Json | undefined {
  const { view, noun } = capability;
  if (view.kind === "object") {
    const odd = view.columns.reduce<Json>(
      (value, { at }, index) => withValueAt(value, at, ODD[index % ODD.length] ?? ""),
      {},
    );
    return withLinks(capability, withValueAt({}, view.at, odd), hosts);
  }
  if (view.kind !== "list") return undefined;
  const rows = Array.from({ length: 23 }, (_, row): Json => {
    if (view.columns.length === 0) return ODD[row % ODD.length] ?? "";
    return view.columns.reduce<Json>(
      (value, column, index) =>
        withValueAt(value, column.at, index === 0 ? `${noun.one} ${row + 1}` : oddFor(column, row + index)),
      {},
    );
  });
  return withLinks(capability, withValueAt({}, view.at, rows), hosts);
}

/** The same answer with nothing in its list. */
export function emptyAnswer({ view }: CapabilityPlan): Json | undefined {
  return view.kind === "list" ? withValueAt({}, view.at, []) : undefined;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz".repeat(5);

const ODD: readonly Json[] = [
  42.5,
  true,
  `  two\n lines, ${LETTERS.slice(0, 90)}`,
  LETTERS.slice(0, MAX_CELL),
  false,
  null,
  ["a", 2, true, "d", "e", "f", "g"],
  { deeper: 1 },
];

function oddFor({ at }: Column, index: number): Json {
  // What is looked for deeper may not be there at all.
  return at.length === 1 || index % 2 === 0 ? (ODD[index % ODD.length] ?? "") : "plain";
}

/** Whether an answer comes to something that tells a right reading from a wrong one. */
function isTelling(capability: CapabilityPlan, body: Json, hosts: readonly string[]): boolean {
  const shown = expectedAnswer(capability, body, { input: {}, hosts });
  if (shown === undefined) return false;
  const { view } = capability;
  if (view.kind === "anything") return JSON.stringify(shown["data"] ?? {}).length > 2;
  if (view.kind !== "list") return true;
  const rows = valueAt(body, view.at);
  return Array.isArray(rows) && rows.length > 0 && JSON.stringify(shown["data"]).length > 40;
}

/** Three rows, told apart. */
function withFewRows({ view, operation, noun }: CapabilityPlan, body: Json): Json {
  if (view.kind !== "list") return body;
  const rows = valueAt(body, view.at);
  const some = Array.isArray(rows) ? rows.slice(0, FEW) : [];
  const item = schemaAt(operation.answer.schema, view.at)?.items;
  const more = Array.from({ length: FEW - some.length }, (_, index) =>
    sampleOf(item ?? { type: "any" }, noun.one, some.length + index),
  );
  return withValueAt(body, view.at, item === undefined && some.length > 0 ? some : [...some, ...more]);
}

/** An answer made of nothing but what is shown. */
function plainAnswer({ view, noun }: CapabilityPlan): Json {
  const thing = (columns: readonly Column[], turn: number): Json =>
    columns.length === 0
      ? `${noun.one} ${turn}`
      : columns.reduce<Json>(
          (value, { at, isNumber, key }) => withValueAt(value, at, isNumber ? 7 + turn : `${key} ${turn}`),
          {},
        );
  switch (view.kind) {
    case "list":
      return withValueAt(
        {},
        view.at,
        [1, 2, 3].map((turn) => thing(view.columns, turn)),
      );
    case "object":
      return withValueAt({}, view.at, thing(view.columns, 1));
    case "value":
      return withValueAt({}, view.at, 42);
    case "text":
      return `${noun.one} 1\nand what else there is to say of it`;
    case "anything":
      return { name: `${noun.one} 1`, count: 3, parts: ["a", "b"] };
    case "done":
      return {};
    default:
      return view satisfies never;
  }
}

function withLinks({ view }: CapabilityPlan, body: Json, hosts: readonly string[]): Json {
  const [host] = hosts;
  if ((view.kind !== "list" && view.kind !== "object") || view.link === undefined || host === undefined) return body;
  const { link } = view;
  const linked = (value: Json, turn: number): Json =>
    withValueAt(value, link, turn === 1 ? `https://elsewhere.example/${turn}` : `https://${host}/${turn + 1}`);
  const below = valueAt(body, view.at);
  if (view.kind === "object") return below === undefined ? body : withValueAt(body, view.at, linked(below, 0));
  return Array.isArray(below)
    ? withValueAt(
        body,
        view.at,
        below.map((row, turn) => (typeof row === "object" ? linked(row, turn) : row)),
      )
    : body;
}

function schemaAt(schema: ApiSchema | undefined, way: readonly string[]): ApiSchema | undefined {
  return way.reduce<ApiSchema | undefined>((found, step) => found?.properties?.[step], schema);
}

function isPlain(value: Json | undefined): boolean {
  return (typeof value === "string" && value.trim() !== "") || typeof value === "number" || typeof value === "boolean";
}
