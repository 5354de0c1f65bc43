import type { Json } from "#core/contract/json.ts";
import type { ApiSchema } from "#core/evolution/api/api-description.ts";

const MAX_DEPTH = 8;
const MAX_PROPERTIES = 100;

/** The schema that one value allows to guess; of a list, from all it holds. */
export function schemaOfValue(value: Json, depth = 0): ApiSchema {
  if (value === null || depth >= MAX_DEPTH) return { type: "any", nullable: true };
  if (typeof value === "string") return { type: "string", ...formatOf(value) };
  if (typeof value === "boolean") return { type: "boolean" };
  if (typeof value === "number") return { type: Number.isInteger(value) ? "integer" : "number" };
  if (Array.isArray(value)) return { type: "array", items: itemsOf(value, depth) };
  const pairs = Object.entries(value).slice(0, MAX_PROPERTIES);
  return {
    type: "object",
    properties: Object.fromEntries(pairs.map(([name, item]) => [name, schemaOfValue(item, depth + 1)])),
    ...(pairs.length > 0 && { required: pairs.map(([name]) => name) }),
  };
}

function itemsOf(values: readonly Json[], depth: number): ApiSchema {
  const schemas = values.slice(0, 20).map((item) => schemaOfValue(item, depth + 1));
  const [first, ...others] = schemas;
  return first === undefined ? { type: "any" } : others.reduce(both, first);
}

/** What holds for both: what only one has, need not be there. */
function both(one: ApiSchema, other: ApiSchema): ApiSchema {
  if (one.type === "any") return { ...other, nullable: true };
  if (other.type === "any") return { ...one, nullable: true };
  if (one.type !== other.type) {
    const areNumbers = [one.type, other.type].every((type) => type === "integer" || type === "number");
    return { type: areNumbers ? "number" : "any" };
  }
  if (one.type === "array") return { type: "array", items: both(one.items ?? one, other.items ?? other) };
  if (one.type !== "object") return one.format === other.format ? one : { type: one.type };
  const names = [...new Set([...Object.keys(one.properties ?? {}), ...Object.keys(other.properties ?? {})])];
  const properties = names.map((name) => {
    const [a, b] = [own(one, name), own(other, name)];
    return [name, a && b ? both(a, b) : (a ?? b ?? { type: "any" as const })] as const;
  });
  const required = (one.required ?? []).filter((name) => (other.required ?? []).includes(name));
  return { type: "object", properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) };
}

function own(schema: ApiSchema, name: string): ApiSchema | undefined {
  return schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
}

function formatOf(text: string): Pick<ApiSchema, "format"> {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return { format: "date-time" };
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return { format: "date" };
  if (/^https?:\/\/\S{1,500}$/.test(text)) return { format: "uri" };
  if (/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)) return { format: "uuid" };
  return {};
}
