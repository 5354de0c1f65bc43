import type { ApiInput, ApiSchema } from "./api-description.ts";
import { isSecretName } from "./secret-names.ts";

/** Optional values of a body that can be asked for; more would be a form, not a sentence. */
const MAX_OPTIONAL = 30;
/** A body that wants more is asked for as a whole: nobody says so much one by one. */
const MAX_REQUIRED = 40;
const MAX_DEPTH = 6;

/**
 * A body as what is asked for: each required leaf, the optional ones beside them, lists of plain values as lists, and
 * whatever is neither as one value of its own.
 * @param root where in the body this schema stands
 */
export function flattenBody(schema: ApiSchema, required: boolean, root: readonly string[] = []): readonly ApiInput[] {
  const parts = Object.entries(schema.properties ?? {});
  if (schema.type !== "object" || parts.length === 0) return [leaf(schema, root, required)];
  const inputs = parts.flatMap(([name, inside]) => {
    const isRequired = required && (schema.required ?? []).includes(name);
    return walk(inside, [...root, name], isRequired, 1);
  });
  if (inputs.filter((input) => input.required && input.fixed === undefined).length > MAX_REQUIRED) {
    return [leaf(schema, root, required)];
  }
  const optional = inputs.filter((input) => !input.required).slice(0, MAX_OPTIONAL);
  return inputs.filter((input) => input.required || optional.includes(input));
}

function walk(schema: ApiSchema, at: readonly string[], required: boolean, depth: number): readonly ApiInput[] {
  const parts = Object.entries(schema.properties ?? {});
  if (!required && isSecretName(at.at(-1) ?? "")) return [];
  if (!required || schema.type !== "object" || parts.length === 0 || depth >= MAX_DEPTH) {
    return [leaf(schema, at, required)];
  }
  const names = schema.required ?? [];
  // nothing of it is required by itself, yet it must be there: as a whole
  if (!parts.some(([name]) => names.includes(name))) return [leaf(schema, at, true)];
  return parts.flatMap(([name, inside]) => walk(inside, [...at, name], names.includes(name), depth + 1));
}

function leaf(schema: ApiSchema, at: readonly string[], required: boolean): ApiInput {
  const only = schema.enum?.length === 1 ? schema.enum[0] : undefined;
  return {
    name: at.at(-1) ?? "body",
    in: "body",
    at,
    required,
    description: schema.description ?? "",
    schema,
    ...(required && only !== undefined && { fixed: only }),
    ...(schema.example !== undefined && { example: schema.example }),
  };
}
