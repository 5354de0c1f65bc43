import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire, getCompileCacheDir } from "node:module";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import type { transformSync } from "amaro";
import { folderOf } from "./folder-of.ts";

/**
 * A TypeScript file of ours without its types. Where Node keeps what it compiles this is kept too: the compiler alone
 * takes 15 MiB and 60 ms, and a start needs it for nothing else.
 * @param folder that of Node's compile cache, which is of this version of Node and this user alone
 * @throws Error of the compiler, with where in the source
 */
export function stripOwn(source: string, folder: string | undefined = getCompileCacheDir()): string {
  if (folder === undefined) return strip(source);
  const kept = join(folder, `${sha256(`${compilerVersion()}\n${source}`)}.js`);
  return readKept(kept) ?? keep(kept, strip(source));
}

const require = createRequire(import.meta.url);

function strip(source: string): string {
  const compiler: { readonly transformSync: typeof transformSync } = require("amaro");
  return compiler.transformSync(source, { mode: "strip-only" }).code;
}

let version: string | undefined;

function compilerVersion(): string {
  version ??= readFileSync(join(folderOf("amaro"), "package.json"), "utf8");
  return version;
}

/** What was kept, unless it is not there or not whole: a machine that lost its power may have kept half of it. */
function readKept(file: string): string | undefined {
  try {
    const text = readFileSync(file, "utf8");
    const code = text.slice(text.indexOf("\n") + 1);
    return text.startsWith(`${sha256(code)}\n`) ? code : undefined;
  } catch {
    return undefined;
  }
}

function keep(file: string, code: string): string {
  const unfinished = `${file}.${process.pid}.${threadId}`;
  try {
    writeFileSync(unfinished, `${sha256(code)}\n${code}`, { mode: 0o600 });
    renameSync(unfinished, file);
  } catch {
    // A full or read-only disk: it is compiled again at the next start.
  }
  return code;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
