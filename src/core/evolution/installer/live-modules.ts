import { asNexusError, NexusError } from "#core/contract/errors.ts";
import type { ModuleName, OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import type { LivePointer, OrgStore, Repositories } from "#core/store/store.ts";
import type { InstallerDeps } from "./installer-deps.ts";
import { readStaged } from "./read-staged.ts";

/** A module of an org: of this release, or installed. */
export interface OrgModule {
  readonly manifest: Manifest;
  readonly sha256: Sha256;
}

/** What an org has, at one moment. */
export interface OrgModules {
  /** All of it that can be read. */
  readonly present: readonly OrgModule[];
  /** What is installed, as the pointers are. */
  readonly live: readonly LivePointer[];
}

/** The modules of an org as they are kept now: read from the store, not from what happens to run. */
export async function readModules(deps: Pick<InstallerDeps, "store" | "registry">, org: OrgId): Promise<OrgModules> {
  const own = deps.store.forOrg(org);
  const live = await own.moduleInstalls.live();
  const house = deps.registry.houseModules().map(({ manifest, sha256 }) => ({ manifest, sha256 }));
  const installed = await Promise.all(live.map(async ({ sha256 }) => moduleOf(own, sha256)));
  return { present: [...house, ...installed.filter((module) => module !== undefined)], live };
}

/** A staged module; undefined when it is not there, or not any more what it was. */
export async function moduleOf(own: OrgStore, sha256: Sha256): Promise<OrgModule | undefined> {
  const row = await own.moduleBundles.get(sha256);
  if (row === undefined) return undefined;
  try {
    return { manifest: readStaged(row).bundle.manifest, sha256 };
  } catch (thrown) {
    if (asNexusError(thrown).code === "bundle_changed") return undefined;
    throw thrown;
  }
}

/** @throws NexusError module_unknown when a module is not one that this org has installed */
export async function mustBeInstalled(
  deps: Pick<InstallerDeps, "store" | "registry">,
  org: OrgId,
  module: ModuleName,
): Promise<LivePointer> {
  const pointer = await deps.store.forOrg(org).moduleInstalls.get(module);
  if (pointer !== undefined) return pointer;
  const isOurs = deps.registry.houseModules().some(({ manifest }) => manifest.name === module);
  const say = isOurs
    ? `${module} came with NEXUS: it can be switched off, not taken away.`
    : `There is no module called ${module} installed here.`;
  throw new NexusError("module_unknown", `${module} is not installed`, { say });
}

/**
 * That nothing was installed or taken away since `live` was read. Part of every change's transaction.
 * @throws NexusError internal: the turn is tried again with what is now
 */
export async function mustBeAsSeen(inside: Repositories, org: OrgId, seen: readonly LivePointer[]): Promise<void> {
  const now = await inside.forOrg(org).moduleInstalls.live();
  const spell = (pointers: readonly LivePointer[]): string =>
    pointers.map(({ module, activation, isPinned }) => `${module} ${activation} ${isPinned}`).join("\n");
  if (spell(now) !== spell(seen)) throw new NexusError("internal", "what is installed was changed meanwhile");
}
