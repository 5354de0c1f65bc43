import { NexusError } from "#core/contract/errors.ts";
import type { ModuleName, Sha256 } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import type { Bundle, HostModule } from "#core/contract/module.ts";
import type { BundleOrigin } from "#core/contract/sandbox.ts";
import { digestEntries } from "#core/contract/bundle.ts";

/** An installed module: a bundle for the sandbox, or a first-party one that runs in this process. */
export interface Installed {
  readonly manifest: Manifest;
  readonly sha256: Sha256;
  readonly code:
    | { readonly runs: "sandbox"; readonly bundle: Bundle; readonly origin: BundleOrigin }
    | { readonly runs: "host"; readonly module: HostModule };
}

/** What the facts say of a module. */
export function about(module: Installed): {
  title: string;
  version: string;
  sha256: Sha256;
  dataClass: Manifest["dataClass"];
} {
  const { title, version, dataClass } = module.manifest;
  return { title, version, dataClass, sha256: module.sha256 };
}

/**
 * All modules by name.
 * @throws NexusError module_invalid when two have one name
 */
export function install(deps: {
  readonly bundles: readonly Bundle[];
  readonly hostModules: readonly HostModule[];
}): Map<ModuleName, Installed> {
  const all: Installed[] = [
    ...deps.bundles.map((bundle): Installed => ({
      manifest: bundle.manifest,
      sha256: bundle.sha256,
      code: { runs: "sandbox", bundle, origin: "own" },
    })),
    ...deps.hostModules.map((module): Installed => ({
      manifest: module.manifest,
      // Its code is ours and goes with the release; the manifest is what may differ between two.
      sha256: digestEntries(new Map([["manifest.json", JSON.stringify(module.manifest)]])),
      code: { runs: "host", module },
    })),
  ];
  const byName = new Map<ModuleName, Installed>();
  for (const module of all) {
    const { name } = module.manifest;
    if (byName.has(name)) throw new NexusError("module_invalid", `two modules are called ${name}`);
    byName.set(name, module);
  }
  return byName;
}
