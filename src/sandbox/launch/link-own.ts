import { readFileSync } from "node:fs";
import { stripOwn } from "./strip-own.ts";

/** The root that `#` stands for in the imports of our own files. */
const SOURCE = import.meta.url.slice(0, import.meta.url.lastIndexOf("/sandbox/") + 1);
const IMPORT = /^((?:import|export)\s[^"';]*?\bfrom\s*)"(\.\/[^"]+|#[^"]+)"/gm;
/** What an import or export of a script's file may look like; anything else is an error where the script is started. */
const NAMED_IMPORT = /^import \{([^}]*)\} from "(\.\/[^"]+|#[^"]+)";/gm;
const NAMED_EXPORT = /^export (const|(?:async )?function) (\w+)/gm;

/**
 * The JavaScript of one of our own files with all it imports of our own inside it, as `data:` addresses: a fenced process
 * may read no file of ours.
 */
export function linkOwn(file: URL): string {
  return stripOwn(readFileSync(file, "utf8")).replaceAll(IMPORT, (_, before: string, specifier: string) => {
    const imported = findOwn(specifier, file);
    return `${before}"data:text/javascript;base64,${Buffer.from(linkOwn(imported)).toString("base64")}"`;
  });
}

/**
 * The same as one strict script, for engines that have no modules yet when they are started. Its value is what `file`
 * exports. Files may import names from our own files, not in a circle, and export functions and constants.
 */
export function linkScript(file: URL): string {
  const parts: string[] = [];
  /** By address; in the script a file has a number, which says nothing of this machine. */
  const names = new Map<string, string>();
  const add = (at: URL): string => {
    const known = names.get(at.href);
    if (known !== undefined) return known;
    const exported: string[] = [];
    const code = stripOwn(readFileSync(at, "utf8"))
      .replaceAll(NAMED_IMPORT, (_, wanted: string, specifier: string) => {
        return `const {${wanted}} = ${add(findOwn(specifier, at))};`;
      })
      .replaceAll(NAMED_EXPORT, (_, kind: string, name: string) => {
        exported.push(name);
        return `${kind} ${name}`;
      });
    const name = `file${names.size}`;
    names.set(at.href, name);
    parts.push(`const ${name} = (() => {\n${code}\nreturn { ${exported.join(", ")} };\n})();`);
    return name;
  };
  const root = add(file);
  return `(() => {\n"use strict";\n${parts.join("\n")}\nreturn ${root};\n})()`;
}

function findOwn(specifier: string, from: URL): URL {
  return specifier.startsWith("#") ? new URL(specifier.slice(1), SOURCE) : new URL(specifier, from);
}
