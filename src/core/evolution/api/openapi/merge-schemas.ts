import type { ApiSchema } from "#core/evolution/api/api-description.ts";

/** One schema that says what all of them say: properties together, of bounds the tighter, of words the first. */
export function mergeSchemas(schemas: readonly ApiSchema[]): ApiSchema {
  return schemas.reduce(mergeTwo);
}

function mergeTwo(one: ApiSchema, other: ApiSchema): ApiSchema {
  const type = one.type === "any" ? other.type : one.type;
  // of two that contradict each other, the first counts
  if (other.type !== "any" && other.type !== type && !isNumber(type, other.type)) return one;
  const required = [...new Set([...(one.required ?? []), ...(other.required ?? [])])];
  const values = one.enum && other.enum ? shared(one.enum, other.enum) : (one.enum ?? other.enum);
  return {
    ...other,
    ...one,
    type,
    ...(one.nullable || other.nullable ? { nullable: true } : {}),
    ...(values && { enum: values }),
    ...tighter(one, other, "minimum", Math.max),
    ...tighter(one, other, "minLength", Math.max),
    ...tighter(one, other, "minItems", Math.max),
    ...tighter(one, other, "maximum", Math.min),
    ...tighter(one, other, "maxLength", Math.min),
    ...tighter(one, other, "maxItems", Math.min),
    ...(one.items && other.items && { items: mergeTwo(one.items, other.items) }),
    ...((one.properties || other.properties) && { properties: mergeProperties(one, other) }),
    ...(required.length > 0 && { required }),
  };
}

function isNumber(one: ApiSchema["type"], other: ApiSchema["type"]): boolean {
  return (one === "integer" && other === "number") || (one === "number" && other === "integer");
}

function shared(one: NonNullable<ApiSchema["enum"]>, other: NonNullable<ApiSchema["enum"]>): ApiSchema["enum"] & {} {
  const both = one.filter((value) => other.some((same) => JSON.stringify(same) === JSON.stringify(value)));
  return both.length > 0 ? both : one;
}

function tighter(
  one: ApiSchema,
  other: ApiSchema,
  bound: "minimum" | "minLength" | "minItems" | "maximum" | "maxLength" | "maxItems",
  choose: (...values: number[]) => number,
): Partial<ApiSchema> {
  const values = [one[bound], other[bound]].filter((value) => value !== undefined);
  return values.length === 0 ? {} : { [bound]: choose(...values) };
}

function mergeProperties(one: ApiSchema, other: ApiSchema): Record<string, ApiSchema> {
  const merged = new Map(Object.entries(one.properties ?? {}));
  for (const [name, schema] of Object.entries(other.properties ?? {})) {
    const same = merged.get(name);
    merged.set(name, same === undefined ? schema : mergeTwo(same, schema));
  }
  return Object.fromEntries(merged);
}
