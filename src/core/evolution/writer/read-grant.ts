import type { ReadGrant } from "#core/contract/manifest.ts";
import type { ApiDescription, ApiOperation } from "#core/evolution/api/api-description.ts";
import { prefixOf, wholePath } from "./path-prefix.ts";

/** By what the broker sees that a POST only reads; undefined for an operation of which it cannot be seen, or that is none. */
export function readGrantOf(operation: ApiOperation, kind: ApiDescription["kind"]): ReadGrant | undefined {
  const { method, effect, protocol, inputs } = operation;
  const path = wholePath(operation);
  // Only a path that stands still can be named as a whole, and nothing may stand behind it.
  if (method !== "POST" || effect !== "read" || prefixOf(path) !== path) return undefined;
  if (inputs.some((input) => input.in === "query")) return undefined;
  if (protocol === "mcp") {
    const tool = inputs.find(({ at, fixed }) => fixed !== undefined && at.join(".") === "params.name")?.fixed;
    return typeof tool === "string" && NAME.test(tool) ? { as: "mcp", path, tools: [tool] } : undefined;
  }
  return kind === "graphql" ? { as: "graphql", path } : undefined;
}

/** Of a tool's name, what a card can show as it is. */
const NAME = /^[\w./: -]{1,200}$/;
