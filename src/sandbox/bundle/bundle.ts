import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "amaro";
import { z } from "zod";
import { digestEntries } from "#core/contract/bundle.ts";
import { asNexusError } from "#core/contract/errors.ts";
import { Manifest } from "#core/contract/manifest.ts";
import type { Bundle } from "#core/contract/module.ts";
import { invalid, readCode, readData, readText } from "./bundle-files.ts";
import { findStrayImport } from "./check-imports.ts";

const MAX_MANIFEST_BYTES = 131_072;

/**
 * Reads a module's folder: `manifest.json`, `module.ts` and the files beside and below it with their types taken off,
 * and the files of `data/`. Tests and `fixtures/` are not part of it.
 * @throws NexusError module_invalid with every problem named
 */
export function loadBundle(folder: URL | string): Bundle {
  const path = typeof folder === "string" ? folder : fileURLToPath(folder);
  const manifestText = readText(join(path, "manifest.json"), MAX_MANIFEST_BYTES);
  const sources = readCode(path);
  if (!sources.has("module.ts")) throw invalid(path, "there is no module.ts");
  const data = readData(path);
  const manifest = readManifest(path, manifestText);
  const code = new Map([...sources].map(([file, source]) => [file, stripTypes(path, file, source)]));
  const stray = findStrayImport(code);
  if (stray !== undefined) throw invalid(path, stray);
  const entries = new Map([["manifest.json", manifestText], ...sources]);
  for (const [name, text] of data) entries.set(`data/${name}`, text);
  return { sha256: digestEntries(entries), manifest, code, data };
}

function readManifest(path: string, text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, "manifest.json is not JSON", cause);
  }
  const read = Manifest.safeParse(json);
  if (!read.success) throw invalid(path, z.prettifyError(read.error));
  if (read.data.runtime !== "sandbox") throw invalid(path, "only first-party modules run in the host");
  return read.data;
}

function stripTypes(path: string, file: string, source: string): string {
  try {
    return transformSync(source, { mode: "strip-only" }).code;
  } catch (cause) {
    throw invalid(path, `${file}: ${asNexusError(cause).message}`, cause);
  }
}
