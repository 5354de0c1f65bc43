import type { ApiOperation } from "#core/evolution/api/api-description.ts";

/** The path of an operation from the host on: `/v1/pets/{petId}`. */
export function wholePath({ server, path }: Pick<ApiOperation, "server" | "path">): string {
  const base = new URL(server).pathname.replace(/\/+$/, "");
  return `${base}${path.startsWith("/") ? path : `/${path}`}`;
}

/** What of a path has to be granted: all of it, or as far as it does not vary. */
export function prefixOf(path: string): string {
  const still = /^[\w./~-]*/.exec(path)?.[0] ?? "/";
  return still === path ? path : still.slice(0, still.lastIndexOf("/") + 1);
}

/** Why a path cannot be asked for; undefined when nothing speaks against it. */
export function pathProblem(operation: ApiOperation): string | undefined {
  const path = wholePath(operation);
  const still = path.replaceAll(/\{[^{}]*\}/g, "x");
  if (!/^\/[\x21\x24-\x3b\x3d\x40-\x5b\x5d\x5f\x61-\x7a\x7e]*$/.test(still))
    return "its path has characters no address has";
  if (/\/\/|\/\.{1,2}(?:[/;]|$)/.test(still)) return "its path leads elsewhere";
  if (/%/.test(still)) return "its path hides characters";
  const names = [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name);
  const missing = names.find((name) => !operation.inputs.some((input) => input.in === "path" && input.name === name));
  if (missing !== undefined) return `nothing says what {${missing}} of its path is`;
  const prefix = prefixOf(path);
  if (prefix.includes("//")) return "its path leads elsewhere";
  return undefined;
}
