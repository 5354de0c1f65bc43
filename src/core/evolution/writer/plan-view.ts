import type { Json } from "#core/contract/json.ts";
import type { ApiOperation, ApiSchema } from "#core/evolution/api/api-description.ts";
import { wordsOf } from "#core/evolution/api/names.ts";
import { chooseColumns, findLink, hasOwnColumns } from "./columns.ts";
import type { View } from "./plan.ts";
import { schemaOf } from "./schema-of.ts";
import { propertiesOf } from "./properties.ts";

/** Decides how an operation's answer is shown, by what the document says of it. */
export function planView(operation: ApiOperation): View {
  const { answer } = operation;
  if (answer.content === "none") return { kind: "done" };
  if (answer.content === "text") return { kind: "text" };
  const schema = described(answer.schema) ? answer.schema : exampleSchema(answer.example);
  if (schema === undefined) return { kind: "anything" };
  const cursor = operation.paging?.kind === "cursor" ? operation.paging.at : undefined;
  const found = lookInto(schema, [], operation, 0);
  if (found === undefined) return { kind: "anything" };
  if (found.kind !== "list") return found;
  return { ...found, along: asidesOf(schema, found.at), ...(cursor === undefined ? {} : { cursor }) };
}

const MAX_COLUMNS = 6;
const MAX_FIELDS = 12;
const MAX_WRAPPINGS = 3;

function exampleSchema(example: Json | undefined): ApiSchema | undefined {
  return example === undefined ? undefined : schemaOf(example);
}

/** Whether a schema says anything of what comes. */
function described(schema: ApiSchema | undefined): schema is ApiSchema {
  if (schema === undefined || schema.type === "any") return false;
  if (schema.type === "object") return Object.keys(schema.properties ?? {}).length > 0;
  return (
    schema.type !== "array" || schema.items === undefined || schema.items.type !== "any" || schema.example !== undefined
  );
}

/** The names beside a list, plain ones: what holds more was described as something else than an empty list. */
function asidesOf(schema: ApiSchema, at: readonly string[]): string[] {
  const parent = at.slice(0, -1).reduce<ApiSchema | undefined>((found, step) => found?.properties?.[step], schema);
  const names = propertiesOf(parent ?? { type: "object" }).flatMap(([name]) => (name === at.at(-1) ? [] : [name]));
  return at.length === 0 ? [] : names.slice(0, MAX_ALONG);
}

const MAX_ALONG = 12;

function lookInto(schema: ApiSchema, at: readonly string[], operation: ApiOperation, depth: number): View | undefined {
  switch (schema.type) {
    case "array":
      return listOf(schema, at);
    case "object":
      return objectOf(schema, at, operation, depth);
    case "any":
      return undefined;
    case "string":
    case "integer":
    case "number":
    case "boolean":
      return { kind: "value", at };
    default:
      return schema.type satisfies never;
  }
}

function listOf(schema: ApiSchema, at: readonly string[]): View | undefined {
  const { items } = schema;
  if (items === undefined || items.type === "any" || items.type === "array") return undefined;
  if (items.type !== "object") return { kind: "list", at, columns: [], along: [] };
  const columns = chooseColumns(items, MAX_COLUMNS);
  const link = findLink(items);
  return columns.length === 0
    ? undefined
    : { kind: "list", at, columns, along: [], ...(link === undefined ? {} : { link }) };
}

/** An object is what it holds when that is all there is to it: `{ data: [...], total: 3 }` is a list. */
function objectOf(schema: ApiSchema, at: readonly string[], operation: ApiOperation, depth: number): View | undefined {
  const properties = propertiesOf(schema);
  const lists = properties.filter(([, { type, items }]) => type === "array" && items?.type === "object");
  const said = properties.filter(([name, { type }]) => !isAside(name) && type !== "array");
  const [list] = lists.toSorted(([a], [b]) => worthOf(b) - worthOf(a));
  if (
    list !== undefined &&
    (lists.length === 1 || worthOf(list[0]) > 0) &&
    (isListing(operation) || isMain(list[0], said, operation))
  ) {
    const view = listOf(list[1], [...at, list[0]]);
    if (view !== undefined) return view;
  }
  const wrapped = properties.filter(
    ([name, { type, properties: below }]) => !isAside(name) && type === "object" && Object.keys(below ?? {}).length > 0,
  );
  const [inner] = wrapped;
  const isWrapping =
    wrapped.length === 1 &&
    inner !== undefined &&
    said.length === 1 &&
    (isWrapper(inner[0]) || properties.length === 1);
  if (isWrapping && depth < MAX_WRAPPINGS) {
    const view = lookInto(inner[1], [...at, inner[0]], operation, depth + 1);
    if (view !== undefined) return view;
  }
  const columns = chooseColumns(schema, MAX_FIELDS);
  const link = findLink(schema);
  const whole: View = { kind: "object", at, columns, ...(link === undefined ? {} : { link }) };
  if (hasOwnColumns(schema)) return whole;
  if (inner !== undefined && depth < MAX_WRAPPINGS) {
    const view = lookInto(inner[1], [...at, inner[0]], operation, depth + 1);
    if (wrapped.length === 1 || view?.kind === "list" || columns.length === 0) return view;
  }
  const scalars = properties.find(
    ([, { type, items }]) => type === "array" && items !== undefined && items.type !== "any",
  );
  if (list !== undefined) return listOf(list[1], [...at, list[0]]);
  if (scalars !== undefined) return listOf(scalars[1], [...at, scalars[0]]);
  return columns.length > 0 ? whole : undefined;
}

/** Whether a list is the answer, whatever stands beside it: what was asked with, or little while it is what was asked for. */
function isMain(
  list: string,
  said: readonly (readonly [string, ApiSchema])[],
  { inputs, id, title, path }: ApiOperation,
): boolean {
  const asked = new Set(inputs.flatMap(({ name, fixed }) => (fixed === undefined ? [bare(name)] : [])));
  const news = said.filter(([name, { type }]) => type === "object" || !asked.has(bare(name)));
  if (news.length === 0) return true;
  const isNamed = wordsOf(`${id} ${title} ${path}`).some((word) => bare(word) === bare(list));
  return isNamed && news.length <= FEW && news.every(([, { type }]) => type !== "object");
}

const FEW = 2;

function bare(name: string): string {
  return wordsOf(name).join("");
}

/** Whether an operation is for more than one thing. */
function isListing({ id, title, path, paging }: ApiOperation): boolean {
  if (paging !== undefined) return true;
  const words = new Set([...wordsOf(id), ...wordsOf(title)]);
  if (["list", "search", "find", "query", "all", "browse"].some((word) => words.has(word))) return true;
  return !path.endsWith("}") && path.endsWith("s");
}

function worthOf(name: string): number {
  const index = LISTS.indexOf(name.toLowerCase());
  return index < 0 ? 0 : LISTS.length - index;
}

const LISTS = [
  "items",
  "results",
  "data",
  "entries",
  "records",
  "rows",
  "values",
  "content",
  "elements",
  "list",
  "nodes",
  "objects",
  "hits",
  "features",
];

function isWrapper(name: string): boolean {
  return /^(?:data|result|response|payload|body|content|item|value|attributes|embedded|_embedded|d)$/i.test(name);
}

/** Names of what comes along and is not what was asked for. */
function isAside(name: string): boolean {
  return wordsOf(name).every((word) => ASIDE.has(word));
}

const ASIDE: ReadonlySet<string> = new Set(
  `total count page pages per size limit offset next previous prev has more cursor token first last links link meta metadata
   pagination paging status success ok code message error errors warnings request id version took time timestamp etag kind
   self href number results result found num items current start end index`.split(/\s+/),
);
