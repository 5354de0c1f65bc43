import { existsSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { expect, test } from "vitest";

/** Libraries that few ever need: each is loaded when it is, with `await import`. Together they are 25 MB and 0.2 s. */
const LATER = [
  "@googleapis/calendar",
  "@scalar/openapi-upgrader",
  "amaro",
  "chokidar",
  "diff",
  "graphql",
  "minisearch",
  "openapi-sampler",
  "yauzl",
];

test("a start loads no library that only some of the work needs", () => {
  const loaded = loadedFrom("src/main.ts", new Set(loadedFrom("src/cli/start.ts")));
  expect(loaded).toContain("better-sqlite3");
  expect(LATER.filter((library) => loaded.has(library))).toEqual([]);
});

/** The files and libraries that are loaded with a file; what is imported as types alone is not. */
function loadedFrom(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, names = "", from = ""] of readFileSync(file, "utf8").matchAll(IMPORT)) {
    if (names.startsWith("type ") || /^\{(?:\s*type [^,}]+,?)+\s*\}$/.test(names)) continue;
    if (!from.startsWith(".") && !from.startsWith("#")) seen.add(from);
    else if (from.endsWith(".ts")) loadedFrom(fileOf(file, from), seen);
  }
  return seen;
}

const IMPORT = /^(?:import|export)\s+([^;"]*?)\s*from\s+"([^"]+)"/gm;

function fileOf(importer: string, from: string): string {
  const file = from.startsWith("#") ? join("src", from.slice(1)) : normalize(join(importer, "..", from));
  if (!existsSync(file)) throw new Error(`${importer} imports ${from}, which is not there`);
  return file;
}
