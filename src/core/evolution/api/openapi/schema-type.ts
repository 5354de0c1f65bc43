import type { ApiSchema } from "#core/evolution/api/api-description.ts";
import { part, text } from "#core/evolution/api/look.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";
import type { Reading } from "./reading.ts";

type Type = ApiSchema["type"];

/** What people write where one of the seven types belongs, and the format they mean. */
const MEANT: Readonly<Record<string, readonly [Type, string?]>> = {
  int: ["integer"],
  int32: ["integer", "int32"],
  int64: ["integer", "int64"],
  long: ["integer", "int64"],
  short: ["integer"],
  bigint: ["integer", "int64"],
  float: ["number"],
  double: ["number"],
  decimal: ["number"],
  numeric: ["number"],
  money: ["number"],
  bool: ["boolean"],
  str: ["string"],
  text: ["string"],
  char: ["string"],
  file: ["string", "binary"],
  binary: ["string", "binary"],
  date: ["string", "date"],
  datetime: ["string", "date-time"],
  "date-time": ["string", "date-time"],
  timestamp: ["string"],
  uuid: ["string", "uuid"],
  guid: ["string", "uuid"],
  uri: ["string", "uri"],
  url: ["string", "uri"],
  email: ["string", "email"],
  password: ["string", "password"],
  enum: ["string"],
  dict: ["object"],
  map: ["object"],
  hash: ["object"],
  json: ["object"],
  list: ["array"],
  any: ["any"],
  mixed: ["any"],
  undefined: ["any"],
};

/** Which of the seven types a schema is, whether it may be nothing, and its format. */
export function readType(
  reading: Reading,
  node: Readonly<Record<string, unknown>>,
  at: string,
): { readonly type: Type; readonly nullable: boolean; readonly format?: string } {
  const written = part(node, "type");
  const names = (Array.isArray(written) ? written : [written]).filter((name) => typeof name === "string");
  const others = names.filter((name) => name !== "null");
  const nullable = part(node, "nullable") === true || part(node, "x-nullable") === true || names.includes("null");
  const [type, meantFormat] = typeNamed(reading, others[0], at) ?? [typeBySigns(node)];
  const format = text(node, "format")?.slice(0, 40) ?? meantFormat;
  return { type, nullable, ...(format !== undefined && { format: plainWords(format, 40) }) };
}

function typeNamed(reading: Reading, name: string | undefined, at: string): readonly [Type, string?] | undefined {
  switch (name) {
    case undefined:
      return undefined;
    case "string":
    case "integer":
    case "number":
    case "boolean":
    case "array":
    case "object":
      return [name];
    default: {
      const lower = name.trim().toLowerCase();
      const meant = Object.hasOwn(MEANT, lower) ? MEANT[lower] : undefined;
      const own = SPELT.find((type) => type === lower);
      const type: readonly [Type, string?] = meant ?? (own === undefined ? ["any"] : [own]);
      reading.repair("schema.type", at, `the type “${plainWords(name, 40)}” is read as ${type[0]}`);
      return type;
    }
  }
}

const SPELT: readonly Type[] = ["string", "integer", "number", "boolean", "array", "object"];

/** The type of a schema that does not name it, by what else it says. */
function typeBySigns(node: Readonly<Record<string, unknown>>): Type {
  const says = (...names: readonly string[]): boolean => names.some((name) => part(node, name) !== undefined);
  if (says("properties", "additionalProperties")) return "object";
  if (says("items", "prefixItems")) return "array";
  const value = part(node, "const") ?? firstOf(part(node, "enum"));
  if (typeof value === "string") return "string";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value === "boolean") return "boolean";
  if (says("pattern", "minLength", "maxLength")) return "string";
  if (says("minimum", "maximum", "multipleOf")) return "number";
  const format = text(node, "format");
  if (format !== undefined) return formatType(format);
  return "any";
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}

function formatType(format: string): Type {
  if (/^int(?:32|64)$/.test(format)) return "integer";
  return /^(?:float|double)$/.test(format) ? "number" : "string";
}
