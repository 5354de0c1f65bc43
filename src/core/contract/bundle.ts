import { createHash } from "node:crypto";
import { Sha256 } from "./ids.ts";

/**
 * A module as it came from somebody: every file by path, as bytes. Nothing of it has been believed: names, sizes and
 * texts may be anything. What is known to be sound is a `Bundle`.
 */
export type BundleEntries = ReadonlyMap<string, Uint8Array>;

/** The manifest, in every bundle. */
export const MANIFEST_FILE = "manifest.json";
/** Where a module's code begins. A bundle has one of the two. */
export const SCRIPT_ENTRY = "module.ts";
export const WASM_ENTRY = "module.wasm";

/**
 * The identity of a bundle: SHA-256 over its entries sorted by path, each path and content preceded by its length in
 * bytes, so that no two different bundles are the same bytes.
 */
export function digestEntries(entries: ReadonlyMap<string, string | Uint8Array>): Sha256 {
  const hash = createHash("sha256");
  const add = (content: string | Uint8Array): void => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(bytes.length));
    hash.update(length).update(bytes);
  };
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, content] of sorted) {
    add(path);
    add(content);
  }
  return Sha256.parse(hash.digest("hex"));
}
