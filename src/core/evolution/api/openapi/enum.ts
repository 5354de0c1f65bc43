import type { Json } from "#core/contract/json.ts";
import type { ApiSchema } from "#core/evolution/api/api-description.ts";
import { part } from "#core/evolution/api/look.ts";
import { toJson } from "#core/evolution/api/to-json.ts";
import { valueAs } from "./fit.ts";
import type { Reading } from "./reading.ts";

/** More choices than this are no choice: only the type of the value is kept. */
const MAX_VALUES = 500;

/** The values a schema lets somebody choose from, each of its type and once; `null` among them makes it nullable. */
export function readEnum(
  reading: Reading,
  node: Readonly<Record<string, unknown>>,
  type: ApiSchema["type"],
  at: string,
): { readonly enum?: readonly Json[]; readonly nullable: boolean } {
  const constant = part(node, "const");
  const written = constant === undefined ? part(node, "enum") : [constant];
  if (written === undefined) return { nullable: false };
  if (!Array.isArray(written) || written.length === 0 || written.length > MAX_VALUES) {
    reading.repair("enum.unusable", at, "its list of values is empty, far too long or none, and is left out");
    return { nullable: false };
  }
  const values = new Map<string, Json>();
  for (const value of written) {
    const json = value === null ? undefined : toJson(value);
    if (json === undefined) continue;
    const fitting = valueAs(json, type);
    if (fitting === undefined) {
      reading.repair("enum.type", at, `a value of its list is no ${type}, and is left out`);
      continue;
    }
    if (fitting !== json) reading.repair("enum.type", at, `values of its list are read as ${type}`);
    const key = JSON.stringify(fitting);
    if (values.has(key)) reading.repair("enum.duplicate", at, "a value stands twice in its list");
    values.set(key, fitting);
  }
  const nullable = written.includes(null);
  return values.size === 0 ? { nullable } : { enum: [...values.values()], nullable };
}
