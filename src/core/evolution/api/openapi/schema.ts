import type { ApiSchema } from "#core/evolution/api/api-description.ts";
import { entries, isRecord, list, named, part, text } from "#core/evolution/api/look.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";
import { toJson } from "#core/evolution/api/to-json.ts";
import { readEnum } from "./enum.ts";
import { fit } from "./fit.ts";
import { mergeSchemas } from "./merge-schemas.ts";
import { readBounds } from "./bounds.ts";
import { type Reading, referenceOf } from "./reading.ts";
import { readType } from "./schema-type.ts";

/** How deep a schema is read; what is deeper can be anything. */
export const MAX_SCHEMA_DEPTH = 8;
/** As often may a schema stand inside itself. */
const MAX_RECURSION = 1;
/** More of an object are not read. */
export const MAX_PROPERTIES = 200;
/** Variants that are looked at to find one. */
const MAX_VARIANTS = 200;

const ANY: ApiSchema = { type: "any" };

/**
 * A schema as it can be worked with: references followed, `allOf` made one, of alternatives the first, at most eight
 * deep. What does not make sense is mended and said.
 * @param at JSON pointer of the place
 * @throws OperationRefused when it refers to something outside of the document
 */
export function readSchema(reading: Reading, node: unknown, at: string): ApiSchema {
  return read({ reading, at, depth: 0, stack: [] }, node);
}

interface Place {
  readonly reading: Reading;
  readonly at: string;
  readonly depth: number;
  /** References that led here. */
  readonly stack: readonly string[];
}

function read(place: Place, node: unknown): ApiSchema {
  const { reading, at, stack } = place;
  if (!reading.take() || place.depth >= MAX_SCHEMA_DEPTH) return ANY;
  const reference = referenceOf(node);
  if (reference !== undefined) {
    if (stack.filter((one) => one === reference).length > MAX_RECURSION || stack.length > 40) return ANY;
    const schema = read({ ...place, stack: [...stack, reference] }, reading.follow(node, at));
    const described = text(node, "description");
    return described === undefined ? schema : { ...schema, description: plainWords(described, 200) };
  }
  if (!isRecord(node)) {
    if (node !== undefined && typeof node !== "boolean") {
      reading.repair("schema.none", at, "what should be a schema is none: anything is taken for it");
    }
    return ANY;
  }
  return readNode(place, node);
}

function readNode(place: Place, node: Readonly<Record<string, unknown>>): ApiSchema {
  const parts: ApiSchema[] = [readOwn(place, node)];
  for (const [index, sub] of list(node, "allOf").slice(0, MAX_VARIANTS).entries()) {
    parts.push(read({ ...place, at: `${place.at}/allOf/${index}` }, sub));
  }
  for (const word of ["oneOf", "anyOf"]) {
    const variants = list(node, word).slice(0, MAX_VARIANTS);
    if (variants.length === 0) continue;
    const isNothing = (variant: unknown): boolean => part(variant, "type") === "null";
    const first = variants.findIndex((variant) => !isNothing(variant));
    const choice = readChoice(variants.filter((variant) => !isNothing(variant)));
    if (choice) parts.push(choice);
    else if (first >= 0) parts.push(read({ ...place, at: `${place.at}/${word}/${first}` }, variants[first]));
    if (variants.some(isNothing)) parts.push({ type: "any", nullable: true });
  }
  const merged = parts.length === 1 ? (parts[0] ?? ANY) : mergeSchemas(parts);
  return withExamples(place, node, merged);
}

/** Alternatives that are one constant each are a choice of values, each usually with a title of its own. */
function readChoice(variants: readonly unknown[]): ApiSchema | undefined {
  const values = variants.map((variant) => {
    const written =
      part(variant, "const") ?? (list(variant, "enum").length === 1 ? list(variant, "enum")[0] : undefined);
    return typeof written === "string" || typeof written === "number" ? written : undefined;
  });
  const known = values.filter((value) => value !== undefined);
  const [first] = known;
  if (first === undefined || known.length < values.length) return undefined;
  if (known.some((value) => typeof value !== typeof first)) return undefined;
  const number = known.every(Number.isInteger) ? "integer" : "number";
  return { type: typeof first === "string" ? "string" : number, enum: [...new Set(known)] };
}

/** What the node says itself, without its alternatives. */
function readOwn(place: Place, node: Readonly<Record<string, unknown>>): ApiSchema {
  const { reading, at } = place;
  const { type, nullable, format } = readType(reading, node, at);
  // a list of values on a list is meant for what it holds
  const isMisplaced = type === "array" && list(node, "enum").some((value) => !Array.isArray(value));
  const values = isMisplaced ? { nullable: false } : readEnum(reading, node, type, at);
  const title = text(node, "title");
  const described = text(node, "description");
  return {
    type,
    ...((nullable || values.nullable) && { nullable: true }),
    ...(title !== undefined && { title: plainWords(title, 60) }),
    ...(described !== undefined && { description: plainWords(described, 200) }),
    ...(format !== undefined && { format }),
    ...(values.enum && { enum: values.enum }),
    ...readBounds(reading, node, type, at),
    ...(type === "array" && { items: readItems(place, node, isMisplaced) }),
    ...(type === "object" && readProperties(place, node)),
  };
}

function readItems(place: Place, node: Readonly<Record<string, unknown>>, isMisplaced: boolean): ApiSchema {
  const at = `${place.at}/items`;
  const schema = read({ ...place, at, depth: place.depth + 1 }, items(node));
  if (!isMisplaced) return schema;
  place.reading.repair("enum.on-list", place.at, "the values it lists are those of its items");
  const { enum: values } = readEnum(place.reading, node, schema.type, at);
  return values ? { ...schema, enum: values } : schema;
}

/** What a list holds; of one with different things, the first. */
function items(node: unknown): unknown {
  const inside = part(node, "items");
  if (Array.isArray(inside)) return inside[0];
  return inside ?? list(node, "prefixItems")[0];
}

function readProperties(
  place: Place,
  node: Readonly<Record<string, unknown>>,
): { properties?: Record<string, ApiSchema>; required?: readonly string[] } {
  const pairs = entries(node, "properties").slice(0, MAX_PROPERTIES);
  if (pairs.length === 0) return requiredOf(node);
  const properties: [string, ApiSchema][] = [];
  for (const [name, inside] of pairs) {
    if (!place.reading.hasMore()) break;
    properties.push([name, read({ ...place, at: `${place.at}/properties/${name}`, depth: place.depth + 1 }, inside)]);
  }
  const required = requiredOf(node);
  // `required: true` inside a property is Swagger 1 and a common slip
  const slipped = pairs.filter(([, inside]) => part(inside, "required") === true).map(([name]) => name);
  for (const name of slipped) {
    place.reading.repair("schema.required", `${place.at}/properties/${name}`, "“required: true” counts for the whole");
  }
  const names = [...(required.required ?? []), ...slipped];
  const isCutShort = properties.length < pairs.length;
  const all = [...new Set(isCutShort ? names.filter((name) => properties.some(([one]) => one === name)) : names)];
  return { properties: Object.fromEntries(properties), ...(all.length > 0 && { required: all }) };
}

function requiredOf(node: unknown): { required?: readonly string[] } {
  const names = list(node, "required").filter((name) => typeof name === "string");
  return names.length > 0 ? { required: [...new Set(names)] } : {};
}

/** The schema with its default and its example, if they fit; both may stand next to alternatives. */
function withExamples(place: Place, node: Readonly<Record<string, unknown>>, schema: ApiSchema): ApiSchema {
  const { reading, at } = place;
  let found = schema;
  for (const [word, value] of [
    ["default", part(node, "default")],
    ["example", exampleIn(node)],
  ] as const) {
    const json = value === undefined ? undefined : toJson(value);
    if (json === undefined) continue;
    const fitting = fit(json, schema);
    if (fitting === undefined) {
      reading.repair(`${word}.unfit`, at, `its ${word} does not fit what it is an ${word} of, and is left out`);
    } else found = { ...found, [word]: fitting };
  }
  return found;
}

function exampleIn(node: Readonly<Record<string, unknown>>): unknown {
  const own = part(node, "example") ?? part(node, "x-example");
  if (own !== undefined && own !== "") return own;
  const several = part(node, "examples");
  if (Array.isArray(several)) return several[0];
  const first = named(several)[0]?.[1];
  return isRecord(first) && "value" in first ? first["value"] : first;
}
