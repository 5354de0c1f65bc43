import { stripOwn } from "./program.ts";

/** The root that `#` stands for in the imports of our own files. */
const SOURCE = import.meta.url.slice(0, import.meta.url.lastIndexOf("/sandbox/") + 1);
const IMPORT = /^((?:import|export)\s[^"';]*?\bfrom\s*)"(\.\/[^"]+|#[^"]+)"/gm;

/**
 * The JavaScript of one of our own files with all it imports of our own inside it, as `data:` addresses: a fenced process
 * may read no file of ours.
 */
export function linkOwn(file: URL): string {
  return stripOwn(file).replaceAll(IMPORT, (_, before: string, specifier: string) => {
    const imported = specifier.startsWith("#") ? new URL(specifier.slice(1), SOURCE) : new URL(specifier, file);
    return `${before}"data:text/javascript;base64,${Buffer.from(linkOwn(imported)).toString("base64")}"`;
  });
}
