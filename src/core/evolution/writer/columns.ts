import type { ApiSchema } from "#core/evolution/api/api-description.ts";
import { wordsOf } from "#core/evolution/api/names.ts";
import { isDenied } from "./denied-keys.ts";
import type { Column } from "./plan.ts";
import { camel, capital, headOf, labelOf } from "./words.ts";
import { propertiesOf } from "./properties.ts";

/** The values of an object worth showing, names and states before numbers and the rest; in the order of the document. */
export function chooseColumns(schema: ApiSchema, most: number): Column[] {
  const columns = propertiesOf(schema).flatMap(([name, property]) => {
    const column = columnOf(name, property);
    return column === undefined ? partsOf(name, property) : [{ ...column, worth: worthOf(name, property) }];
  });
  const best = new Set(columns.toSorted((a, b) => b.worth - a.worth).slice(0, most));
  return apart(columns.filter((column) => best.has(column)).toSorted((a, b) => leading(b) - leading(a)));
}

/** Whether something of an object is shown that does not stand deeper, but for what a thing in it is called. */
export function hasOwnColumns(schema: ApiSchema): boolean {
  return propertiesOf(schema).some(([name, property]) => columnOf(name, property) !== undefined);
}

/** The plain values of an object that has no name to stand for it: `location.city` is “Location city”. */
function partsOf(name: string, schema: ApiSchema): (Column & { readonly worth: number })[] {
  const isAside = wordsOf(name).some((word) => INTERNAL.includes(word) || ASIDE.includes(word));
  if (schema.type !== "object" || isAside || isDenied(name) || isSecret(name)) return [];
  return propertiesOf(schema).flatMap(([below, property]) => {
    if (property.type === "object" || property.type === "array" || property.type === "any") return [];
    const column = columnOf(below, property);
    if (column === undefined) return [];
    const label = capital(`${labelOf(name)} ${labelOf(below)}`).slice(0, 40);
    const key = camel(`${name} ${below}`);
    return [{ ...column, label, key, at: [name, below], worth: worthOf(below, property) - DEEPER }];
  });
}

/** What stands deeper comes after what a thing says of itself. */
const DEEPER = 3;
const ASIDE = ["meta", "metadata", "pagination", "paging"];

/** The property that holds a page for people to look at. */
export function findLink(schema: ApiSchema): readonly string[] | undefined {
  const names = propertiesOf(schema).flatMap(([name, { type }]) => (type === "string" ? [name] : []));
  const found = LINKS.map((link) => names.find((name) => name.toLowerCase() === link)).find(
    (name) => name !== undefined,
  );
  return found === undefined ? undefined : [found];
}

const LINKS = [
  "html_url",
  "htmlurl",
  "web_url",
  "weburl",
  "permalink",
  "permalink_url",
  "public_url",
  "url",
  "link",
  "href",
];

function columnOf(name: string, schema: ApiSchema): Column | undefined {
  if (isDenied(name) || isSecret(name)) return undefined;
  const column = (at: readonly string[], below: ApiSchema): Column => ({
    label: headOf(name),
    key: camel(name),
    at,
    isNumber: (below.type === "integer" || below.type === "number") && !/id$/i.test(name),
  });
  switch (schema.type) {
    case "string":
    case "integer":
    case "number":
    case "boolean":
    case "any":
      return column([name], schema);
    case "array":
      return schema.items !== undefined && /^(?:string|integer|number)$/.test(schema.items.type)
        ? column([name], schema.items)
        : undefined;
    case "object": {
      const inner = propertiesOf(schema);
      const named = NAMES.map((wanted) => inner.find(([key]) => key.toLowerCase() === wanted)).find(
        (entry) => entry !== undefined,
      );
      if (named === undefined || !/^(?:string|integer|number)$/.test(named[1].type)) return undefined;
      return column([name, named[0]], named[1]);
    }
    default:
      return schema.type satisfies never;
  }
}

const NAMES = [
  "name",
  "title",
  "label",
  "login",
  "displayname",
  "display_name",
  "username",
  "full_name",
  "fullname",
  "value",
  "code",
  "slug",
];

/** How much people want to see a value, by its name and its kind. */
function worthOf(name: string, schema: ApiSchema): number {
  const words = wordsOf(name);
  const worth = WORTH.find(([names]) => words.some((word) => names.includes(word)))?.[1] ?? 5;
  const kind = schema.type === "any" ? -2 : schema.type === "array" ? -2 : schema.type === "object" ? -1 : 0;
  const internal = words.some((word) => INTERNAL.includes(word)) ? -4 : 0;
  return worth + kind + internal;
}

/** What stands in front whatever the document's order: what a thing is called. */
function leading({ at }: Column): number {
  const [name = ""] = at;
  return /^(?:name|title|full_?name|display_?name|subject|headline|summary)$/i.test(name) ? 1 : 0;
}

const WORTH: readonly (readonly [readonly string[], number])[] = [
  [["name", "title", "subject", "headline", "login", "username"], 12],
  [["status", "state", "stage", "phase", "severity", "priority"], 10],
  [["date", "due", "created", "updated", "time", "start", "end", "expires", "day"], 8],
  [
    [
      "amount",
      "price",
      "total",
      "balance",
      "cost",
      "currency",
      "value",
      "rate",
      "score",
      "temperature",
      "count",
      "quantity",
    ],
    8,
  ],
  [["type", "kind", "category", "email", "city", "country", "language", "number", "code", "key", "symbol"], 7],
  [["id"], 6],
  [["description", "summary", "message", "text"], 6],
];
const INTERNAL = [
  "hash",
  "etag",
  "internal",
  "node",
  "raw",
  "avatar",
  "gravatar",
  "thumbnail",
  "image",
  "icon",
  "href",
  "url",
  "uri",
  "template",
  "links",
  "self",
];

function isSecret(name: string): boolean {
  return /(?:password|passwd|secret|private_?key|access_?token|refresh_?token|api_?key)/i.test(name);
}

/** Two columns of one name are told apart by a number. */
function apart(columns: readonly Column[]): Column[] {
  const keys = new Map<string, number>();
  return columns.map(({ label, key, at, isNumber }) => {
    const count = (keys.get(key) ?? 0) + 1;
    keys.set(key, count);
    return count === 1
      ? { label, key, at, isNumber }
      : { label: `${label} ${count}`, key: `${key}${count}`, at, isNumber };
  });
}
