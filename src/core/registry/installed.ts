import { digestEntries } from "#core/contract/bundle.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { ModuleName, Sha256 } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import type { Bundle, HostModule } from "#core/contract/module.ts";
import type { Clock } from "#core/contract/ports.ts";
import type { BundleOrigin } from "#core/contract/sandbox.ts";
import { type Breaker, createBreaker } from "./breaker.ts";

/** A module as it is installed: a bundle for the sandbox, or a first-party one that runs in this process. */
export interface Installed {
  readonly manifest: Manifest;
  readonly sha256: Sha256;
  /** `own` came with this release and is every org's; `stranger` is one org's. */
  readonly origin: BundleOrigin;
  readonly code:
    | { readonly runs: "sandbox"; readonly bundle: Bundle }
    | { readonly runs: "host"; readonly module: HostModule };
  /** Its breakers, one a host: what one version or one org learned of a source is no other's. */
  readonly breaker: (host: string) => Breaker;
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

/** A bundle as a module that can be run. */
export function installBundle(bundle: Bundle, origin: BundleOrigin, clock: Clock): Installed {
  const { manifest, sha256 } = bundle;
  return { manifest, sha256, origin, code: { runs: "sandbox", bundle }, breaker: createBreakers(clock) };
}

/**
 * The modules of this release, by name: every org has them.
 * @throws NexusError module_invalid when two have one name
 */
export function installHouse(deps: {
  readonly bundles: readonly Bundle[];
  readonly hostModules: readonly HostModule[];
  readonly clock: Clock;
}): ReadonlyMap<ModuleName, Installed> {
  const all: Installed[] = [
    ...deps.bundles.map((bundle) => installBundle(bundle, "own", deps.clock)),
    ...deps.hostModules.map((module): Installed => ({
      manifest: module.manifest,
      // Its code is ours and goes with the release; the manifest is what may differ between two.
      sha256: digestEntries(new Map([["manifest.json", JSON.stringify(module.manifest)]])),
      origin: "own",
      code: { runs: "host", module },
      breaker: createBreakers(deps.clock),
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

function createBreakers(clock: Clock): (host: string) => Breaker {
  const breakers = new Map<string, Breaker>();
  return (host) => {
    const breaker = breakers.get(host) ?? createBreaker(clock);
    breakers.set(host, breaker);
    return breaker;
  };
}
