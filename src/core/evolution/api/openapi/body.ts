import type { ApiInput, ApiSchema } from "#core/evolution/api/api-description.ts";
import { flattenBody } from "#core/evolution/api/flatten-body.ts";
import { entries, isRecord, named, part } from "#core/evolution/api/look.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";
import { toJson } from "#core/evolution/api/to-json.ts";
import { fit } from "./fit.ts";
import { mediaTypeOf } from "./media-type.ts";
import { OperationRefused, type Reading } from "./reading.ts";
import { MAX_PROPERTIES, readSchema } from "./schema.ts";

/** What an operation sends beside its address and headers. */
export interface Body {
  readonly body?: "json" | "form";
  readonly inputs: readonly ApiInput[];
}

const MAX_DEPTH = 8;
const NOTHING: Body = { inputs: [] };

/**
 * The body of an operation as inputs; JSON where there is a choice.
 * @throws OperationRefused when it must have one that no module can write
 */
export function readBody(reading: Reading, operation: unknown, method: string, at: string): Body {
  const written = part(operation, "requestBody");
  if (written === undefined || written === null) return NOTHING;
  if (method === "GET") {
    reading.repair("body.on-get", at, "a request that only reads has a body, which is left out");
    return NOTHING;
  }
  const node = reading.follow(written, `${at}/requestBody`);
  const offers = entries(node, "content").map(([type, media]) => ({ type, kind: mediaTypeOf(type), media }));
  const chosen =
    offers.find(({ kind }) => kind === "json") ??
    offers.find(({ kind }) => kind === "form") ??
    offers.find(({ kind, media }) => kind === "any" && isRecord(part(media, "schema")));
  const isRequired = part(node, "required") === true;
  if (chosen === undefined) {
    const first = offers[0];
    // “may be left out” is what a document says that does not say anything: a change without its content is none
    if (first === undefined || (method === "DELETE" && !isRequired)) return NOTHING;
    throw new OperationRefused(`its body is ${shown(first.type)}, which modules do not write`);
  }
  const place = `${at}/requestBody`;
  const schema = withMediaExample(
    reading,
    readSchema(reading, part(chosen.media, "schema"), place),
    chosen.media,
    place,
  );
  const visible = withoutReadOnly(reading, schema, part(chosen.media, "schema"));
  // a POST whose body “may” be left out rarely means it; a DELETE's does
  const whole = withRequiredParts(reading, visible, place, 0);
  const inputs = flattenBody(whole, isRequired || method !== "DELETE");
  if (chosen.kind === "form") return { body: "form", inputs: formInputs(inputs) };
  return { body: "json", inputs };
}

/** What must be there and is described nowhere is there as a text. */
function withRequiredParts(reading: Reading, schema: ApiSchema, at: string, depth: number): ApiSchema {
  if (depth > MAX_DEPTH) return schema;
  const below = (inside: ApiSchema): ApiSchema => withRequiredParts(reading, inside, at, depth + 1);
  if (schema.items) return { ...schema, items: below(schema.items) };
  if (schema.type !== "object" || (!schema.properties && !schema.required)) return schema;
  const known = Object.entries(schema.properties ?? {}).map(([name, inside]) => [name, below(inside)] as const);
  const isWhole = known.length < MAX_PROPERTIES;
  const unknown = (schema.required ?? []).filter(
    (name) => isWhole && /^(?!__proto__$)\P{C}{1,100}$/u.test(name) && !known.some(([one]) => one === name),
  );
  for (const name of unknown) {
    reading.repair("schema.required-undescribed", at, `“${name}” must be there and is not described: it is a text`);
  }
  const added = unknown.map((name) => [name, { type: "string" }] as const);
  return { ...schema, properties: Object.fromEntries([...known, ...added]) };
}

function shown(type: string): string {
  return `“${plainWords(type, 60)}”`;
}

/** A form is flat: what is no plain value and no list of them is written as JSON, if the service takes it. */
function formInputs(inputs: readonly ApiInput[]): readonly ApiInput[] {
  return inputs.map((input) => (input.schema.type === "array" ? { ...input, list: "repeat" } : input));
}

/** The schema with the example of the whole body given to its parts, where they have none. */
function withMediaExample(reading: Reading, schema: ApiSchema, media: unknown, at: string): ApiSchema {
  const several = reading.follow(named(part(media, "examples"))[0]?.[1], at);
  const written = part(media, "example") ?? part(several, "value");
  const json = written === undefined ? schema.example : toJson(written);
  if (json === undefined) return schema;
  return withPartExamples(schema, json, 0);
}

function withPartExamples(schema: ApiSchema, example: unknown, depth: number): ApiSchema {
  const json = toJson(example);
  const own = json === undefined ? undefined : fit(json, schema);
  const described = own === undefined || schema.example !== undefined ? schema : { ...schema, example: own };
  if (!isRecord(example) || !schema.properties || depth > 6) return described;
  const properties = Object.entries(schema.properties).map(([name, inside]) => {
    const value = part(example, name);
    return [name, value === undefined ? inside : withPartExamples(inside, value, depth + 1)] as const;
  });
  return { ...described, properties: Object.fromEntries(properties) };
}

/** What only answers have is not sent: at the top, where it is looked for at little cost. */
function withoutReadOnly(reading: Reading, schema: ApiSchema, node: unknown): ApiSchema {
  if (!schema.properties) return schema;
  const names = new Set(readOnlyNames(reading, node, 0));
  if (names.size === 0) return schema;
  const properties = Object.entries(schema.properties).filter(([name]) => !names.has(name));
  const required = (schema.required ?? []).filter((name) => !names.has(name));
  return { ...schema, properties: Object.fromEntries(properties), required };
}

function readOnlyNames(reading: Reading, written: unknown, depth: number): readonly string[] {
  if (depth > 4) return [];
  const node = reading.follow(written, "");
  const own = entries(node, "properties").filter(([, inside]) => part(inside, "readOnly") === true);
  const parts = part(node, "allOf");
  const deeper = Array.isArray(parts) ? parts.slice(0, 20) : [];
  return [...own.map(([name]) => name), ...deeper.flatMap((sub) => readOnlyNames(reading, sub, depth + 1))];
}
