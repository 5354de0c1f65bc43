import { z } from "zod";
import type { BundleEntries } from "#core/contract/bundle.ts";
import { ModuleTest } from "#core/contract/validation.ts";

/** The tests of a bundle by file; what cannot be read as tests is left out. */
export function testsOf(entries: BundleEntries): ReadonlyMap<string, readonly ModuleTest[]> {
  const files = [...entries.keys()].filter((path) => path.startsWith("tests/"));
  return new Map(
    files.flatMap((path) => {
      const read = z.array(ModuleTest).safeParse(jsonOf(entries, path));
      return read.success ? [[path, read.data] as const] : [];
    }),
  );
}

/** A file of a bundle as JSON; undefined when it is none. */
export function jsonOf(entries: BundleEntries, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(entries.get(path)));
  } catch {
    return undefined;
  }
}
