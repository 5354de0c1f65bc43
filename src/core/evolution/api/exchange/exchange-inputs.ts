import type { NexusError } from "#core/contract/errors.ts";
import type { Json } from "#core/contract/json.ts";
import type { ApiInput, ApiSchema } from "#core/evolution/api/api-description.ts";
import { flattenBody } from "#core/evolution/api/flatten-body.ts";
import { wordsOf } from "#core/evolution/api/names.ts";
import { toJson } from "#core/evolution/api/to-json.ts";
import { schemaOfValue } from "./schema-of-value.ts";
import { REMOVED } from "./secret-value.ts";
import { parsed } from "./without-secrets.ts";

/** Says why a request cannot be made. */
type Unfit = (why: string) => NexusError;

/** A path whose ids are variables: `/users/42` is `/users/{userId}`, with 42 as the example. */
export function pathInputs(written: string): { readonly path: string; readonly inputs: readonly ApiInput[] } {
  const inputs: ApiInput[] = [];
  const taken = (name: string): boolean => inputs.some((input) => input.name === name);
  const segments = written.split("/").map((segment, index, all) => {
    const value = decoded(segment);
    const variable = variableIn(value);
    if (variable === undefined && !isId(value)) return segment;
    const before = wordsOf(all[index - 1] ?? "").join(" ");
    const base = variable ?? camel(`${before.replace(/ies$/, "y").replace(/([^s])s$/, "$1")} id`);
    let name = base;
    for (let count = 2; taken(name); count += 1) name = `${base}${count}`;
    const schema: ApiSchema =
      variable === undefined && /^\d{1,15}$/.test(value) ? { type: "integer" } : { type: "string" };
    const example = schema.type === "integer" ? Number(value) : value;
    inputs.push({
      name,
      in: "path",
      at: [],
      required: true,
      description: "",
      schema,
      ...(variable === undefined && { example }),
    });
    return `{${name}}`;
  });
  return { path: segments.join("/"), inputs };
}

/** Choices of form, which nobody wants to be asked about again. */
const FORM =
  /^(?:format|lang|language|locale|units?|fields|include|expand|embed|sort|sort_?by|order|order_?by|direction|version|v|per_?page|page_?size|limit|page|offset|timezone|tz|pretty|type|output|callback)$/i;

/** What stands in the address after the question mark: words are asked for, numbers and choices of form may be. */
export function queryInputs(query: string, unfit: Unfit): readonly ApiInput[] {
  const found = new Map<string, string[]>();
  for (const pair of query.split("&").filter((one) => one !== "")) {
    const at = pair.indexOf("=");
    const name = decoded(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? "" : decoded(pair.slice(at + 1));
    if (value === REMOVED) throw unfit(`it carries a key in its address as ${name}, where it would end up in logs`);
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  return [...found].map(([name, values]): ApiInput => {
    const [first = ""] = values;
    const input = { name: name.replace(/\[\]$/, "[]"), in: "query", at: [], description: "" } as const;
    if (values.length > 1 || name.endsWith("[]")) {
      return {
        ...input,
        required: false,
        schema: { type: "array", items: { type: "string" } },
        list: "repeat",
        example: values,
      };
    }
    if (variableIn(first) !== undefined || first === "")
      return { ...input, required: first !== "", schema: { type: "string" } };
    const value = plainValue(first);
    const schema = schemaOfValue(value);
    const isAsked = typeof value === "string" && !FORM.test(name);
    return isAsked
      ? { ...input, required: true, schema, example: value }
      : { ...input, required: false, schema: { ...schema, default: value }, example: value };
  });
}

/** A body, JSON or a form, as what is asked for. */
export function bodyInputs(
  body: string,
  contentType: string | undefined,
  unfit: Unfit,
): { readonly body: "json" | "form"; readonly inputs: readonly ApiInput[] } {
  const value = toJson(parsed(body));
  if (value !== undefined) {
    if (JSON.stringify(value).includes(`"${REMOVED}"`)) throw unfit("it carries a key in its body");
    return { body: "json", inputs: flattenBody(withExamples(schemaOfValue(value), value), true) };
  }
  if (contentType !== undefined && !/form-urlencoded/i.test(contentType)) {
    throw unfit("its body is neither JSON nor a form");
  }
  const fields = queryInputs(body, (why) => unfit(why.replace("in its address ", "in its form ")));
  if (fields.length === 0) throw unfit("its body is neither JSON nor a form");
  return { body: "form", inputs: fields.map((field) => ({ ...field, in: "body", at: [field.name] })) };
}

function withExamples(schema: ApiSchema, value: Json): ApiSchema {
  if (schema.type !== "object" || typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ...schema, example: value };
  }
  const properties = Object.entries(schema.properties ?? {}).map(([name, inside]) => {
    const item = Object.hasOwn(value, name) ? value[name] : undefined;
    return [name, item === undefined ? inside : withExamples(inside, item)] as const;
  });
  return { ...schema, properties: Object.fromEntries(properties), example: value };
}

/** The name of a value that was left open: `{id}`, `:id`, `<id>`, `$ID`, `{{id}}`. */
function variableIn(value: string): string | undefined {
  const name = /^(?:\{\{?\s*(\w[\w .-]*?)\s*\}?\}|:([A-Za-z]\w*)|<(\w[\w .-]*)>|\$\{?(\w+)\}?)$/.exec(value);
  return name === null ? undefined : camel(name.slice(1).find((one) => one !== undefined) ?? "value");
}

/** Whether a part of a path names one thing among many. */
function isId(value: string): boolean {
  if (/^\d+$/.test(value) || /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value)) return true;
  if (/^[0-9a-f]{8,}$/i.test(value) && /\d/.test(value)) return true;
  return /^[A-Za-z0-9_-]{8,}$/.test(value) && (value.match(/\d/g) ?? []).length >= 3 && !/^v\d/i.test(value);
}

function plainValue(text: string): Json {
  if (text === "true" || text === "false") return text === "true";
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$/.test(text) ? Number(text) : text;
}

function camel(name: string): string {
  const [first = "value", ...others] = wordsOf(name);
  return [first, ...others.map((word) => `${word[0]?.toUpperCase() ?? ""}${word.slice(1)}`)].join("");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
