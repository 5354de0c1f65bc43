import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { MANIFEST_FILE, SCRIPT_ENTRY, WASM_ENTRY } from "#core/contract/bundle.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { BundleOrigin } from "#core/contract/sandbox.ts";
import { MAX_BUNDLE_BYTES } from "#sandbox/bundle/caps.ts";
import { openPlainFile } from "#sandbox/bundle/open-plain-file.ts";
import { readPack } from "#sandbox/bundle/pack.ts";
import { readFolder } from "#sandbox/bundle/read-folder.ts";
import type { Reading } from "#sandbox/bundle/reading.ts";

/**
 * Reads a module from where somebody says it is: a folder, or a pack.
 * @throws NexusError file_unreadable when nothing is there
 */
export async function readModule(path: string): Promise<Reading> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new NexusError("file_unreadable", `nothing at ${path}`, {
      say: `There is no module at ${resolve(path)}.`,
      hint: "Name the folder that holds its manifest.json, or a packed module.",
    });
  }
  if (stat.isDirectory()) {
    if (BEGINNINGS.some((name) => existsSync(join(path, name)))) return readFolder(path);
    throw new NexusError("file_unreadable", `no module in ${path}`, {
      say: `${resolve(path)} holds no module: there is neither manifest.json nor module.ts in it.`,
      hint: "Name the folder that holds its manifest.json, or begin one: nexus module new NAME.",
    });
  }
  // The last link on the way is the reader's own to follow; what is then there must be a file.
  const target = realpathSync(path);
  const file = openPlainFile(join(realpathSync(dirname(target)), basename(target)), MAX_BUNDLE_BYTES);
  if (file.state === "read") return readPack(file.bytes);
  throw new NexusError("file_unreadable", `${path} is ${file.state}`, {
    say:
      file.state === "too_large"
        ? `${path} is larger than any packed module.`
        : `${path} cannot be read as a packed module.`,
    hint: "Name a folder that holds a manifest.json, or a file that `nexus module pack` made.",
  });
}

/** A folder without any of them was named by mistake, and need not be read. */
const BEGINNINGS = [MANIFEST_FILE, SCRIPT_ENTRY, WASM_ENTRY];

/** Whose module it is: one in the folder of this installation's own may have what no stranger's may. */
export function originOf(path: string): BundleOrigin {
  const folder = fileURLToPath(new URL("../modules", import.meta.url));
  return dirname(realpathSync(path)) === realpathSync(folder) ? "own" : "stranger";
}
