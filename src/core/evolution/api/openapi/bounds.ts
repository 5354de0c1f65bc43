import type { ApiSchema } from "#core/evolution/api/api-description.ts";
import { number, part, text } from "#core/evolution/api/look.ts";
import type { Reading } from "./reading.ts";

type Bounds = Pick<
  ApiSchema,
  "minimum" | "maximum" | "minLength" | "maxLength" | "minItems" | "maxItems" | "pattern" | "example"
>;

const MAX_PATTERN = 300;

/** Between what a value must be; of bounds that leave nothing between them, none is kept. */
export function readBounds(
  reading: Reading,
  node: Readonly<Record<string, unknown>>,
  type: ApiSchema["type"],
  at: string,
): Bounds {
  switch (type) {
    case "integer":
    case "number":
      return readNumbers(reading, node, type, at);
    case "string":
      return { ...between(reading, node, "minLength", "maxLength", at), ...readPattern(reading, node, at) };
    case "array":
      return between(reading, node, "minItems", "maxItems", at);
    case "boolean":
    case "object":
    case "any":
      return {};
    default:
      return type satisfies never;
  }
}

function readNumbers(
  reading: Reading,
  node: Readonly<Record<string, unknown>>,
  type: "integer" | "number",
  at: string,
): Bounds {
  const step = type === "integer" ? 1 : 0.001;
  const lowest = bound(node, "minimum", "exclusiveMinimum", step, Math.max);
  const highest = bound(node, "maximum", "exclusiveMaximum", -step, Math.min);
  const minimum = type === "integer" && lowest !== undefined ? Math.ceil(lowest) : lowest;
  const maximum = type === "integer" && highest !== undefined ? Math.floor(highest) : highest;
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    reading.repair("schema.bounds", at, "its lowest value is above its highest: both are left out");
    return {};
  }
  const multiple = number(node, "multipleOf");
  const example =
    multiple !== undefined && multiple > 0 && part(node, "example") === undefined
      ? Math.ceil(Math.max(minimum ?? multiple, multiple) / multiple) * multiple
      : undefined;
  return {
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(example !== undefined && example <= (maximum ?? Infinity) && { example }),
  };
}

/** A bound that counts, or the one beside one that does not. OpenAPI 3.0 says the second by a claim, 3.1 by a number. */
function bound(
  node: Readonly<Record<string, unknown>>,
  including: string,
  excluding: string,
  step: number,
  tighter: (...values: number[]) => number,
): number | undefined {
  const found = number(node, including);
  const beyond = number(node, excluding);
  if (beyond !== undefined) return found === undefined ? beyond + step : tighter(found, beyond + step);
  return found !== undefined && part(node, excluding) === true ? found + step : found;
}

function between(
  reading: Reading,
  node: Readonly<Record<string, unknown>>,
  least: "minLength" | "minItems",
  most: "maxLength" | "maxItems",
  at: string,
): Bounds {
  const low = number(node, least);
  const high = number(node, most);
  const isSound = (value: number | undefined): boolean =>
    value === undefined || (Number.isInteger(value) && value >= 0);
  if (!isSound(low) || !isSound(high) || (low ?? 0) > (high ?? Infinity)) {
    reading.repair("schema.bounds", at, "its bounds leave nothing between them: both are left out");
    return {};
  }
  return { ...(low !== undefined && { [least]: low }), ...(high !== undefined && { [most]: high }) };
}

function readPattern(reading: Reading, node: Readonly<Record<string, unknown>>, at: string): Bounds {
  const pattern = text(node, "pattern");
  if (pattern === undefined) return {};
  if (pattern.length <= MAX_PATTERN && compiles(pattern)) return { pattern };
  reading.repair("pattern.unusable", at, "its pattern is no regular expression, or too long, and is left out");
  return {};
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, "u") instanceof RegExp;
  } catch {
    return false;
  }
}
