import { isDeepStrictEqual } from "node:util";
import type { Json } from "#core/contract/json.ts";
import { visible } from "./visible-text.ts";

/**
 * Where `got` is not what was expected, and how; undefined when it is. Objects may hold more than is expected, lists may
 * not.
 * @param path what is looked at, such as `output.data`
 */
export function findDifference(expected: Json, got: unknown, path: string): string | undefined {
  if (Array.isArray(expected)) {
    if (!Array.isArray(got)) return tell(path, expected, got);
    for (const [index, item] of expected.entries()) {
      if (index >= got.length) break;
      const difference = findDifference(item, got[index], `${path}[${index}]`);
      if (difference !== undefined) return difference;
    }
    if (got.length === expected.length) return undefined;
    return `${path}: expected ${expected.length} items, got ${got.length}`;
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof got !== "object" || got === null || Array.isArray(got)) return tell(path, expected, got);
    const found = new Map<string, unknown>(Object.entries(got));
    for (const [key, value] of Object.entries(expected)) {
      const difference = findDifference(value, found.get(key), `${path}.${visible(key, 40)}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  return isDeepStrictEqual(expected, got) ? undefined : tell(path, expected, got);
}

function tell(path: string, expected: Json, got: unknown): string {
  return `${path}: expected ${show(expected)}, got ${show(got)}`;
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : visible(JSON.stringify(value), 200);
}
