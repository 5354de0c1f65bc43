import { statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** One word of a line as a shell would split it: quoted, or with backslashes before its spaces. */
const WORD = /'([^']*)'|"((?:[^"\\]|\\.)*)"|((?:[^\s\\'"]|\\.)(?:[^\s\\]|\\.)*)/g;
const MAX_FILES = 10;

/**
 * Finds the files that a line names by path, as terminals paste them when one is dropped in: plain, quoted, with
 * backslashes, or as a `file://` address. What does not name an existing file stays in the text.
 * @param folders where `./` and `~/` lead
 */
export function takeDroppedFiles(
  line: string,
  folders: { readonly current: string; readonly home: string },
): { text: string; files: string[] } {
  const files: string[] = [];
  const text = line.replaceAll(WORD, (word, single?: string, double?: string, bare?: string) => {
    if (files.length === MAX_FILES) return word;
    const name = single ?? (double ?? bare ?? "").replaceAll(/\\(.)/g, "$1");
    const path = toPath(name, folders);
    if (path === undefined || !isFile(path)) return word;
    files.push(path);
    return "";
  });
  return files.length === 0 ? { text: line, files } : { text: text.replaceAll(/\s+/g, " ").trim(), files };
}

function toPath(name: string, { current, home }: { current: string; home: string }): string | undefined {
  if (name.startsWith("file://")) {
    try {
      return fileURLToPath(name);
    } catch {
      return undefined;
    }
  }
  if (name.startsWith("~/")) return resolve(home, name.slice(2));
  return /^\.{0,2}\//.test(name) && !name.includes("\0") ? resolve(current, name) : undefined;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
