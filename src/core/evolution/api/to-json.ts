import type { Json } from "#core/contract/json.ts";
import { isRecord, named } from "./look.ts";

const MAX_DEPTH = 12;
const MAX_NODES = 2_000;

/** A value of a document as JSON, if it is not too large to be an example; undefined if it is, or is nothing of JSON. */
export function toJson(value: unknown): Json | undefined {
  const left = { nodes: MAX_NODES };
  return copy(value, 0, left);
}

function copy(value: unknown, depth: number, left: { nodes: number }): Json | undefined {
  left.nodes -= 1;
  if (left.nodes < 0 || depth > MAX_DEPTH) return undefined;
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return value.length > 10_000 ? undefined : value.toWellFormed();
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value) {
      const copied = copy(item, depth + 1, left);
      if (copied === undefined) return undefined;
      items.push(copied);
    }
    return items;
  }
  if (!isRecord(value)) return undefined;
  const pairs: [string, Json][] = [];
  for (const [name, item] of named(value)) {
    const copied = copy(item, depth + 1, left);
    if (copied === undefined) return undefined;
    pairs.push([name.toWellFormed(), copied]);
  }
  return Object.fromEntries(pairs);
}
