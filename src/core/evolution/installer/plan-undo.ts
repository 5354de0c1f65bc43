import { NexusError } from "#core/contract/errors.ts";
import type { ModuleName, OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Activation, LivePointer, OrgStore } from "#core/store/store.ts";
import { effectsSince } from "./effects-since.ts";
import { mustBeFree, mustSuit } from "./dependencies.ts";
import type { UndoPlan } from "./installer.ts";
import { type InstallerDeps, SNAPSHOT_DAYS } from "./installer-deps.ts";
import { readModules } from "./live-modules.ts";
import { mustNotBeRevoked } from "./plan-install.ts";
import { readStaged } from "./read-staged.ts";

/** A plan with what its doing needs beside. */
export interface UndoDetails {
  readonly plan: UndoPlan;
  /** The last change of the module. */
  readonly head: Activation;
  /** The change that has kept the data which comes back; undefined when it is kept no longer. */
  readonly snapshot: string | undefined;
  readonly lock: Activation["lock"];
  /** What was installed when it was planned. */
  readonly live: readonly LivePointer[];
}

/**
 * What undoing the last change of a module would do now. Going back passes the checks of going forward: the bytes are
 * hashed again, and what was revoked stays away.
 * @param wanted a version that was live before, in place of the last one
 * @throws NexusError nothing_to_undo | bundle_revoked | bundle_changed | dependency_needed | module_pinned
 */
export async function planUndo(
  deps: InstallerDeps,
  org: OrgId,
  module: ModuleName,
  wanted?: Sha256,
): Promise<UndoDetails> {
  const own = deps.store.forOrg(org);
  const { present, live } = await readModules(deps, org);
  const history = await own.moduleInstalls.history(module);
  const [head] = history;
  if (head === undefined) throw nothing(deps, module);
  // Undone is the change after which the version that is wanted was live no more.
  const undone = wanted === undefined ? head : history.find(({ was }) => was?.sha256 === wanted);
  if (undone === undefined || (wanted !== undefined && wanted === head.to?.sha256)) throw nothing(deps, module);
  const to = undone.was;
  if (live.find((pointer) => pointer.module === module)?.isPinned === true) {
    throw new NexusError("module_pinned", `${module} is pinned`, { say: `${module} is kept at ${head.to?.version}.` });
  }
  if (to === undefined) {
    mustBeFree(module, present);
  } else {
    await mustBeSound(own, module, to);
    mustSuit({ name: module, version: to.version }, present);
  }
  const isKept = deps.clock().getTime() - undone.at.getTime() < SNAPSHOT_DAYS * DAY_MS;
  const plan: UndoPlan = {
    module,
    change: head.id,
    ...(head.to && { from: head.to }),
    ...(to && { to }),
    ...(isKept && { snapshotAt: undone.at }),
    filesSetBack: isKept ? await own.moduleInstalls.changedSince(module, undone.id) : 0,
    running: deps.registry.running(org, module),
    cannotUndo: await effectsSince(own, module, undone.at),
  };
  const lock = history.find((one) => to !== undefined && one.to?.sha256 === to.sha256)?.lock ?? {};
  return { plan, head, snapshot: isKept ? undone.id : undefined, lock, live };
}

const DAY_MS = 24 * 60 * 60_000;

/** @throws NexusError bundle_revoked | bundle_changed */
async function mustBeSound(own: OrgStore, module: ModuleName, to: { sha256: Sha256; version: string }): Promise<void> {
  await mustNotBeRevoked(own, to.sha256, `${module} ${to.version}`);
  const row = await own.moduleBundles.get(to.sha256);
  if (row === undefined) throw new NexusError("bundle_changed", `${module} ${to.version} is not kept any more`);
  readStaged(row);
}

function nothing(deps: InstallerDeps, module: ModuleName): NexusError {
  const isOurs = deps.registry.houseModules().some(({ manifest }) => manifest.name === module);
  return new NexusError("nothing_to_undo", `nothing came before ${module}`, {
    ...(isOurs && { say: `${module} came with NEXUS and has no version before.` }),
  });
}
