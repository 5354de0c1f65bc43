/**
 * Import and re-export declarations, and dynamic imports of a plain text. It reads what people write; what slips past
 * it, such as a computed specifier, the isolate refuses when it links or runs.
 */
const IMPORT =
  /(?:^[ \t]*import\b\s*(?:[^"'();=.]{0,2000}?\bfrom\s*)?|^[ \t]*export\s*(?:\*[^"'();=.]{0,200}?|\{[^}]{0,2000}\})\s*from\s*|(\bimport\s*\(\s*))(["'])([^"'\n]*)\2/gm;

/**
 * Names the first import that leads out of the bundle. A file may import its own bundle's, beside or below itself, by
 * exact relative path.
 * @param code JavaScript by path, types already stripped
 */
export function findStrayImport(code: ReadonlyMap<string, string>): string | undefined {
  for (const [file, text] of code) {
    const folder = file.slice(0, file.lastIndexOf("/") + 1);
    for (const [, dynamic, , specifier = ""] of text.matchAll(IMPORT)) {
      if (dynamic !== undefined) return `${file} imports “${specifier}” while it runs; imports stand at the top`;
      const isOwn = specifier.startsWith("./") && code.has(folder + specifier.slice("./".length));
      if (!isOwn) return `${file} imports “${specifier}”; a module imports only its own files, such as “./csv.ts”`;
    }
  }
  return undefined;
}
