import { type BundleEntries, digestEntries, MANIFEST_FILE, WASM_ENTRY } from "#core/contract/bundle.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Sha256 } from "#core/contract/ids.ts";
import { Manifest } from "#core/contract/manifest.ts";
import type { Bundle } from "#core/contract/module.ts";
import { asText } from "./entry-bytes.ts";

/** A bundle as engines run it, put together again from its entries and what was compiled of them. */
export function bundleOf(entries: BundleEntries, compiled: BundleEntries): Bundle {
  const manifest = manifestOf(entries);
  const wasm = entries.get(WASM_ENTRY);
  const data = [...entries].filter(([path]) => path.startsWith(DATA));
  return {
    sha256: digestEntries(entries),
    manifest,
    code: new Map([...compiled].map(([path, bytes]) => [path, asText(bytes)])),
    ...(wasm !== undefined && { wasm }),
    data: new Map(data.map(([path, bytes]) => [path.slice(DATA.length), asText(bytes)])),
  };
}

/** The manifest among a bundle's entries. @throws NexusError bundle_changed when there is none that can be read */
export function manifestOf(entries: BundleEntries): Manifest {
  const bytes = entries.get(MANIFEST_FILE);
  if (bytes === undefined) throw new NexusError("bundle_changed", "a kept bundle has no manifest");
  try {
    return Manifest.parse(JSON.parse(asText(bytes)));
  } catch (cause) {
    throw new NexusError("bundle_changed", "the manifest of a kept bundle cannot be read", { cause });
  }
}

/** The digest of the manifest alone, as reports have it. */
export function manifestDigest(entries: BundleEntries): Sha256 {
  const bytes = entries.get(MANIFEST_FILE);
  return digestEntries(bytes === undefined ? new Map() : new Map([[MANIFEST_FILE, bytes]]));
}

const DATA = "data/";
