import type { Json } from "#core/contract/json.ts";
import type { ApiSchema } from "#core/evolution/api/api-description.ts";

const MAX_DEPTH = 8;
const MAX_LOOKED_AT = 20;

/** What one value says of all values in its place: its own shape. */
export function schemaOf(value: Json, depth = 0): ApiSchema {
  if (value === null || depth >= MAX_DEPTH) return { type: "any" };
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_LOOKED_AT).map((item) => schemaOf(item, depth + 1));
    return { type: "array", items: items.reduce(joined, undefined) ?? { type: "any" } };
  }
  switch (typeof value) {
    case "string":
      return { type: "string" };
    case "number":
      return { type: Number.isInteger(value) ? "integer" : "number" };
    case "boolean":
      return { type: "boolean" };
    default:
      return {
        type: "object",
        properties: Object.fromEntries(
          Object.entries(value).map(([name, below]) => [name, schemaOf(below, depth + 1)]),
        ),
      };
  }
}

/** The shape that both have: of objects, what either holds. */
function joined(one: ApiSchema | undefined, other: ApiSchema): ApiSchema {
  if (one === undefined) return other;
  if (one.type === "object" && other.type === "object")
    return { type: "object", properties: { ...other.properties, ...one.properties } };
  if (one.type === other.type) return one;
  const isNumeric = [one, other].every(({ type }) => type === "integer" || type === "number");
  return { type: isNumeric ? "number" : "any" };
}
