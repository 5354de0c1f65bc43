import type { ModuleName, OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { type Installed, installBundle } from "./installed.ts";
import { nameClash } from "./name-clash.ts";

/** Where installed bundles are kept. Whoever reads them has found their digests again in their bytes. */
export interface InstalledBundles {
  /** The live bundles of every org, those that were installed first before others. */
  load(): Promise<ReadonlyMap<OrgId, readonly Bundle[]>>;
  loadFor(org: OrgId): Promise<readonly Bundle[]>;
  /** What of them could not be read when it was last tried. */
  notLoaded?(): readonly NotLoaded[];
}

/** A module that is installed and cannot be run, and why. */
export interface NotLoaded {
  /** Absent: nobody knows whose it is. */
  readonly org?: OrgId;
  /** As it is kept: perhaps no name at all. */
  readonly module: string;
  readonly why: string;
}

/** Which modules each org has: those of this release and its own. */
export interface OrgModules {
  of(org: OrgId): ReadonlyMap<ModuleName, Installed>;
  /** Orgs that have modules of their own. */
  orgs(): readonly OrgId[];
  /** Whether some org has exactly these bytes. */
  isLive(sha256: Sha256): boolean;
  /** @returns modules that the org no longer has as they were */
  refresh(org: OrgId): Promise<readonly Installed[]>;
  notLoaded(): readonly NotLoaded[];
}

/** Loads what every org has installed. What cannot be loaded keeps nobody from starting: it is not run, and named. */
export async function loadOrgModules(deps: {
  readonly house: ReadonlyMap<ModuleName, Installed>;
  readonly installed: InstalledBundles | undefined;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<OrgModules> {
  const { house, installed, clock, log } = deps;
  const own = new Map<OrgId, ReadonlyMap<ModuleName, Installed>>();
  const all = new Map<OrgId, ReadonlyMap<ModuleName, Installed>>();
  const refused = new Map<OrgId, readonly NotLoaded[]>();
  let unread: NotLoaded | undefined;

  const place = (org: OrgId, bundles: readonly Bundle[]): readonly Installed[] => {
    const former = own.get(org) ?? new Map<ModuleName, Installed>();
    const { modules, notLoaded } = take(org, bundles, former);
    for (const one of notLoaded) log.error({ ...one }, "an installed module is not loaded");
    refused.set(org, notLoaded);
    own.set(org, modules);
    all.set(org, new Map([...house, ...modules]));
    if (modules.size === 0) {
      own.delete(org);
      all.delete(org);
    }
    return [...former.values()].filter((module) => modules.get(module.manifest.name) !== module);
  };

  const take = (org: OrgId, bundles: readonly Bundle[], former: ReadonlyMap<ModuleName, Installed>) => {
    const modules = new Map<ModuleName, Installed>();
    const notLoaded: NotLoaded[] = [];
    for (const bundle of bundles) {
      const { name } = bundle.manifest;
      const why = nameClash(
        bundle.manifest,
        [...house.values(), ...modules.values()].map(({ manifest }) => manifest),
      );
      const kept = former.get(name);
      if (why !== undefined) notLoaded.push({ org, module: name, why });
      else modules.set(name, kept?.sha256 === bundle.sha256 ? kept : installBundle(bundle, "stranger", clock));
    }
    return { modules, notLoaded };
  };

  try {
    for (const [org, bundles] of (await installed?.load()) ?? []) place(org, bundles);
  } catch (err) {
    unread = { module: "all that is installed", why: "what is installed could not be read" };
    log.error({ err }, "installed modules could not be loaded");
  }

  return {
    of: (org) => all.get(org) ?? house,
    orgs: () => [...own.keys()],
    isLive: (sha256) => own.values().some((modules) => modules.values().some((module) => module.sha256 === sha256)),
    async refresh(org) {
      let bundles: readonly Bundle[];
      try {
        bundles = (await installed?.loadFor(org)) ?? [];
      } catch (error) {
        // Nobody knows what may still run: then nothing does, until it can be read.
        place(org, []);
        refused.set(org, [{ org, module: "all that is installed", why: "what is installed could not be read" }]);
        throw error;
      }
      return place(org, bundles);
    },
    notLoaded: () => [
      ...(unread === undefined ? [] : [unread]),
      ...[...refused.values()].flat(),
      ...(installed?.notLoaded?.() ?? []),
    ],
  };
}
