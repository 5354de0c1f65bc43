import type { BundleEntries } from "#core/contract/bundle.ts";
import type { Finding } from "#core/contract/validation.ts";
import { takeIn } from "#sandbox/bundle/intake.ts";
import { checkManifest } from "#sandbox/inspect/check-manifest.ts";
import type { Inspector } from "#sandbox/inspect/inspector.ts";

/** What is installed where the catalogue's bundles come in. */
export type Installed = readonly { readonly name: string; readonly version: string }[];

/** Everything that is found out about a bundle without running it, as validation does it. Errors refuse it. */
export async function findFaults(
  inspector: Inspector,
  entries: BundleEntries,
  installed: Installed,
): Promise<readonly Finding[]> {
  const intake = takeIn(entries);
  const { manifest, sources, wasm } = intake;
  if (manifest === undefined) return intake.findings;
  const inspected = await inspector.inspect(
    { sources, manifest, ...(wasm === undefined ? {} : { wasm }) },
    AbortSignal.timeout(60_000),
  );
  return [...intake.findings, ...checkManifest(manifest, { installed }), ...inspected.findings];
}

/** The rules that refuse it, each once. */
export function refusalsOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule))];
}
