import { digestEntries } from "#core/contract/bundle.ts";
import type { Bundle } from "#core/contract/module.ts";
import { sampleManifest } from "./sample-manifest.ts";

/** JavaScript of `module.ts` alone, of several files, or a binary. */
export type HandMadeCode = string | Readonly<Record<string, string>> | ReadonlyMap<string, string> | Uint8Array;

/** A bundle as engines take it, of code that nobody has looked at. */
export function handMadeBundle(made: HandMadeCode, manifest = sampleManifest()): Bundle {
  const data = new Map<string, string>();
  if (made instanceof Uint8Array) {
    const sha256 = digestEntries(new Map([["module.wasm", made]]));
    return { sha256, manifest, code: new Map(), wasm: made, data };
  }
  const files = typeof made === "string" ? { "module.ts": made } : made;
  const code = files instanceof Map ? files : new Map(Object.entries(files));
  return { sha256: digestEntries(code), manifest, code, data };
}
