import type { Json } from "#core/contract/json.ts";
import type { ApiSchema } from "#core/evolution/api/api-description.ts";

/**
 * A value as its schema wants it: a number written as text becomes one, and the other way round. Undefined when it
 * does not fit. Patterns are strangers' and may never end on some texts: only short texts are tried on plain ones.
 */
export function fit(value: Json, schema: ApiSchema): Json | undefined {
  if (value === null) return schema.nullable || schema.type === "any" ? null : undefined;
  const found = valueAs(value, schema.type);
  if (found === undefined) return undefined;
  if (schema.enum && !schema.enum.some((one) => JSON.stringify(one) === JSON.stringify(found))) return undefined;
  if (typeof found === "string") return fitsText(found, schema) ? found : undefined;
  if (typeof found === "number") {
    return found >= (schema.minimum ?? -Infinity) && found <= (schema.maximum ?? Infinity) ? found : undefined;
  }
  if (Array.isArray(found)) return fitList(found, schema);
  if (typeof found === "object" && found !== null) return fitObject(found, schema);
  return found;
}

/** A value as one of a type, where that changes nothing but how it is written. */
export function valueAs(value: Json, type: ApiSchema["type"]): Json | undefined {
  switch (type) {
    case "any":
      return value;
    case "string":
      return typeof value === "number" || typeof value === "boolean" ? String(value) : ofKind("string", value);
    case "integer":
    case "number": {
      const read =
        typeof value === "string" && /^-?\d{1,15}(?:\.\d{1,10})?$/.test(value.trim()) ? Number(value) : value;
      return typeof read === "number" && (type === "number" || Number.isInteger(read)) ? read : undefined;
    }
    case "boolean":
      if (value === "true" || value === "false") return value === "true";
      return ofKind("boolean", value);
    case "array":
      return Array.isArray(value) ? value : undefined;
    case "object":
      return Array.isArray(value) ? undefined : ofKind("object", value);
    default:
      return type satisfies never;
  }
}

function ofKind(kind: "string" | "boolean" | "object", value: Json): Json | undefined {
  return typeof value === kind ? value : undefined;
}

function fitsText(text: string, { minLength, maxLength, pattern }: ApiSchema): boolean {
  const length = Array.from(text).length;
  if (length < (minLength ?? 0) || length > (maxLength ?? Infinity)) return false;
  if (pattern === undefined || length > 100 || !isPlainPattern(pattern)) return true;
  return new RegExp(pattern, "u").test(text);
}

/** Whether a pattern repeats nothing that repeats and offers no choice: such a one ends quickly on a short text. */
function isPlainPattern(pattern: string): boolean {
  if (/[(|\\]\d|\(|\|/.test(pattern)) return false;
  try {
    return (pattern.match(/[*+{]/g) ?? []).length <= 4 && new RegExp(pattern, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

function fitList(items: readonly Json[], schema: ApiSchema): Json[] | undefined {
  if (items.length < (schema.minItems ?? 0) || items.length > (schema.maxItems ?? Infinity)) return undefined;
  const fitting: Json[] = [];
  for (const item of items) {
    const found = schema.items ? fit(item, schema.items) : item;
    if (found === undefined) return undefined;
    fitting.push(found);
  }
  return fitting;
}

function fitObject(value: { readonly [key: string]: Json }, schema: ApiSchema): Json | undefined {
  if ((schema.required ?? []).some((name) => !Object.hasOwn(value, name))) return undefined;
  const pairs: [string, Json][] = [];
  for (const [name, item] of Object.entries(value)) {
    const inside = schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    const found = inside ? fit(item, inside) : item;
    if (found === undefined) return undefined;
    pairs.push([name, found]);
  }
  return Object.fromEntries(pairs);
}
