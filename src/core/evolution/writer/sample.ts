import type { Json } from "#core/contract/json.ts";
import type { ApiSchema } from "#core/evolution/api/api-description.ts";
import { samplePattern } from "./pattern-sample.ts";
import { propertiesOf } from "./properties.ts";

const MAX_DEPTH = 6;
const MAX_PROPERTIES = 40;

/**
 * A value that fits a schema, the same each time: what stands in for an answer that nobody wrote down.
 * @param name what the value is called where it stands: a schema of a text says little
 * @param turn from 0; values of different turns differ where the schema lets them
 */
export function sampleOf(schema: ApiSchema | undefined, name: string, turn: number): Json {
  return sample(schema, name, turn, 0);
}

function sample(schema: ApiSchema | undefined, name: string, turn: number, depth: number): Json {
  if (schema === undefined) return `${name} ${turn + 1}`;
  const words = schema.enum?.filter((one) => one !== null && one !== "") ?? [];
  if (words.length > 0) return words[turn % words.length] ?? null;
  switch (schema.type) {
    case "array":
      if (depth >= MAX_DEPTH) return [];
      return Array.from({ length: itemsOf(schema) }, (_, index) => sample(schema.items, name, turn + index, depth + 1));
    case "object": {
      if (depth >= MAX_DEPTH) return {};
      const properties = propertiesOf(schema).slice(0, MAX_PROPERTIES);
      return Object.fromEntries(properties.map(([key, below]) => [key, sample(below, key, turn, depth + 1)]));
    }
    case "integer":
    case "number":
      return numberOf(schema, turn);
    case "boolean":
      return turn % 2 === 0;
    case "string":
      return textOf(schema, name, turn);
    case "any":
      return schema.example ?? `${name} ${turn + 1}`;
    default:
      return schema.type satisfies never;
  }
}

function itemsOf({ minItems = 0, maxItems = 2 }: ApiSchema): number {
  return Math.min(Math.max(2, minItems), Math.max(1, maxItems), 5);
}

function numberOf(schema: ApiSchema, turn: number): number {
  const { minimum, maximum, example } = schema;
  const wanted = typeof example === "number" ? example + turn : isWhole(schema) ? 7 + turn : 12.5 + turn;
  const held = Math.min(Math.max(wanted, minimum ?? -Infinity), maximum ?? Infinity);
  return isWhole(schema) ? Math.round(held) : held;
}

/** Whether a number has no fraction, by its type or by the format that says so. */
export function isWhole({ type, format }: ApiSchema): boolean {
  return type === "integer" || /^(?:u?int\d*|long)$/.test(format ?? "");
}

/** What has a form of its own has it; anything else says its name and its turn. */
function textOf(schema: ApiSchema, name: string, turn: number): string {
  const { format, example, minLength = 0, maxLength = 200 } = schema;
  const day = String(15 + (turn % 10)).padStart(2, "0");
  if (format === "date") return `2026-01-${day}`;
  if (format === "date-time") return `2026-01-${day}T09:30:00Z`;
  if (format !== undefined && /^(?:u?int(?:32|64)|number|double|float|decimal)$/.test(format)) return String(7 + turn);
  if (format === "byte" || format === "base64") return "AQID";
  if (format === "uuid") return `${UUID}${String(turn % 10)}`;
  if (format === "email") return `person${turn + 1}@example.com`;
  if (format === "uri" || format === "url") return `https://example.com/${turn + 1}`;
  const plain = typeof example === "string" && example !== "" && example.length <= maxLength;
  if (plain) return turn === 0 ? example : `${example} ${turn + 1}`.slice(0, maxLength);
  const fitting = schema.pattern === undefined ? undefined : samplePattern(schema.pattern);
  if (fitting !== undefined && fitting.length <= maxLength) return fitting;
  const text = `${name} ${turn + 1}`;
  return text.length < minLength ? text.padEnd(minLength, "x") : text.slice(0, Math.max(1, maxLength));
}

const UUID = "3f2b8c1e-5a47-4d09-9b6e-2c81f7d4a06";
