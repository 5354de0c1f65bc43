import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NexusError } from "#core/contract/errors.ts";

const MAX_CODE_BYTES = 524_288;
const MAX_DATA_BYTES = 8_388_608;
const PATH = /^[a-z0-9][a-z0-9._-]{0,99}(?:\/[a-z0-9][a-z0-9._-]{0,99}){0,4}$/;

/** The TypeScript of a module's folder by path: all but its tests, its fixtures and its data; 512 KiB at most. */
export function readCode(folder: string): Map<string, string> {
  const isCode = (path: string): boolean =>
    path.endsWith(".ts") && !path.endsWith(".test.ts") && !/^(?:fixtures|data)\//.test(path);
  return readAll(folder, listFiles(folder).filter(isCode), MAX_CODE_BYTES);
}

/** The files of a module's `data/` by name, 8 MiB at most. */
export function readData(folder: string): Map<string, string> {
  const data = join(folder, "data");
  return readAll(data, listFiles(data), MAX_DATA_BYTES);
}

/** Reads one file of a bundle. @throws NexusError module_invalid when it is missing, too large or not UTF-8 */
export function readText(path: string, maxBytes: number): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw invalid(path, "the file cannot be read", cause);
  }
  if (bytes.length > maxBytes) throw invalid(path, `larger than ${maxBytes} bytes`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw invalid(path, "not UTF-8 text", cause);
  }
}

/** The error for anything wrong with a bundle, naming where. */
export function invalid(path: string, problem: string, cause?: unknown): NexusError {
  return new NexusError("module_invalid", `${path}: ${problem}`, { cause });
}

function readAll(folder: string, paths: readonly string[], maxBytes: number): Map<string, string> {
  const files = new Map<string, string>();
  let left = maxBytes;
  for (const path of paths) {
    if (!PATH.test(path)) throw invalid(folder, `${path}: files of a module have plain lower-case names`);
    const text = readText(join(folder, path), maxBytes);
    left -= Buffer.byteLength(text);
    if (left < 0) throw invalid(folder, `its files are larger than ${maxBytes} bytes together`);
    files.set(path, text);
  }
  return files;
}

/** Paths below a folder, with `/` between their parts. Links are not followed. */
function listFiles(folder: string, below: string = ""): string[] {
  let entries;
  try {
    entries = readdirSync(join(folder, below), { withFileTypes: true });
  } catch {
    // A module without data has no such folder.
    return [];
  }
  return entries
    .flatMap((entry) => {
      const path = `${below}${entry.name}`;
      return entry.isDirectory() ? listFiles(folder, `${path}/`) : entry.isFile() ? [path] : [];
    })
    .sort();
}
