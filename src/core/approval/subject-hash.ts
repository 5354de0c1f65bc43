import { createHash } from "node:crypto";
import { Sha256 } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";

/** SHA-256 over a subject as canonical JSON: the same whatever order its keys were written in. */
export function subjectHash(subject: Json): Sha256 {
  return Sha256.parse(createHash("sha256").update(canonical(subject)).digest("hex"));
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
}
