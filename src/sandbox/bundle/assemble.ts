import type { Manifest } from "#core/contract/manifest.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { Intake } from "./intake.ts";

/**
 * The bundle that engines run, from one that was taken in.
 * @param compiled its sources with their types taken off, by path; empty for WebAssembly
 */
export function assembleBundle(
  intake: Intake & { readonly manifest: Manifest },
  compiled: ReadonlyMap<string, string>,
): Bundle {
  const { sha256, manifest, data, wasm } = intake;
  return { sha256, manifest, code: compiled, data, ...(wasm !== undefined && { wasm }) };
}
