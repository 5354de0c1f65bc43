import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, sep } from "node:path";

/**
 * The folder of an installed library, for `Program.readable`. Looked for where Node looks, and not resolved: a library
 * need not export its `package.json`.
 */
export function folderOf(library: string): string {
  const places = createRequire(import.meta.url).resolve.paths(library) ?? [];
  const folder = places.map((place) => join(place, library)).find((path) => existsSync(join(path, "package.json")));
  if (folder === undefined) throw new Error(`${library} is not installed`);
  return folder + sep;
}
