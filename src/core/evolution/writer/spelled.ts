import type { Json } from "#core/contract/json.ts";

/** A value as people and addresses write it: a text as it is, anything else as JSON. */
export function spelled(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
