import type { Json } from "#core/contract/json.ts";

/**
 * Whether what a capability found is nothing: lists, all of them empty, and beside them only words that say of what
 * (`{ date, meetings: [] }`). What holds a number, a yes or a no says something.
 */
export function isBare(data: Json | undefined): boolean {
  if (Array.isArray(data)) return data.length === 0;
  if (typeof data !== "object" || data === null) return false;
  const values = Object.values(data);
  const lists = values.filter((value) => Array.isArray(value));
  return lists.length > 0 && values.every((value) => typeof value === "string" || isEmptyList(value));
}

function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}
