import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import { type GateId, ModuleName, Sha256 } from "#core/contract/ids.ts";
import type { JsonObject } from "#core/contract/json.ts";
import type { Repositories } from "#core/store/store.ts";
import { activate, doneBy, moduleEntry } from "./activate.ts";
import type { Change, InstalledBy, InstallPlan } from "./installer.ts";
import type { InstallerDeps } from "./installer-deps.ts";
import { mustNotBeRevoked } from "./plan-install.ts";
import { readStaged } from "./read-staged.ts";

/**
 * Puts in place exactly what was planned. All of it is read and hashed again in the transaction that does it: what was
 * true a moment ago allows nothing.
 */
export function installChange(deps: InstallerDeps, plan: InstallPlan, by: InstalledBy): Change {
  return {
    commit: (inside) => install(deps, inside, plan, by),
    afterwards: () => deps.registry.refresh(plan.org),
  };
}

async function install(
  deps: InstallerDeps,
  inside: Repositories,
  plan: InstallPlan,
  { gate, approvedBy, turn }: InstalledBy,
): Promise<void> {
  const { org, module, version, sha256, base, lock } = plan;
  const own = inside.forOrg(org);
  if (gate !== undefined) await mustBeApproved(inside, plan, gate);
  const row = await own.moduleBundles.get(sha256);
  if (row === undefined) throw new NexusError("bundle_changed", `${module} ${version} is not kept any more`);
  const { manifestSha256, compiledSha256, reportSha256, report } = readStaged(row);
  const isSame =
    manifestSha256 === plan.manifestSha256 &&
    compiledSha256 === plan.compiledSha256 &&
    reportSha256 === plan.reportSha256;
  if (!isSame || !report.ok) throw new NexusError("bundle_changed", `${module} ${version} is not what was planned`);
  await mustNotBeRevoked(own, sha256, `${module} ${version}`);
  const pointer = await own.moduleInstalls.get(module);
  if (pointer?.sha256 !== base?.sha256) throw changedMeanwhile(`another ${module} was put in place`);
  if (pointer?.isPinned === true) throw new NexusError("module_pinned", `${module} is pinned`);
  await mustHold(deps, inside, plan);

  const place = { module, reason: "approved", approvedBy, lock } as const;
  await activate(own, { ...place, to: { sha256, version }, ...(gate !== undefined && { gate }) });
  const imported = await own.moduleImports.get(module);
  if (imported !== undefined) await own.moduleImports.remove(module);
  // Kept at this version there, it is kept at it here.
  if (imported?.isPinned === true && imported.sha256 === sha256) await own.moduleInstalls.pin(module, true);
  // What is fixed by this version is no reason any more to keep it off; what a person switched off stays off.
  if (pointer !== undefined && (await own.moduleHealth.decision(pointer.activation))?.verdict === "switched_off") {
    await own.moduleStates.set(module, true);
  }
  const detail: JsonObject = {
    version,
    ...(base && { was: base.version, wasSha256: base.sha256 }),
    approvedBy: [...approvedBy],
    compiledSha256,
    reportSha256,
    lock: { ...lock },
  };
  const about = {
    module,
    sha256,
    by: doneBy(approvedBy.at(-1)),
    right: gate === undefined ? "nobody has to agree" : "approved",
  };
  await deps.audit.recordIn(inside, org, {
    ...moduleEntry("module.installed", about, detail),
    ...(gate !== undefined && { gate }),
    ...(turn !== undefined && { turn }),
  });
}

const Subject = z.object({ module: ModuleName, sha256: Sha256 });

/** That people agreed to these bytes, and that their word has not been used before. */
async function mustBeApproved(inside: Repositories, { org, module, sha256 }: InstallPlan, id: GateId): Promise<void> {
  const own = inside.forOrg(org);
  const gate = await own.gates.get(id);
  const subject = Subject.safeParse(gate?.subject);
  const isForThis = subject.data?.module === module && subject.data.sha256 === sha256;
  if (gate?.state !== "approved" || gate.kind !== "install" || !isForThis) {
    throw new NexusError("gate_changed", `${module} ${sha256} is not what was approved by ${id}`);
  }
  if ((await own.moduleInstalls.byGate(id)) !== undefined) {
    throw new NexusError("gate_closed", `what ${id} allowed has been done`);
  }
}

/** That what it builds on is here exactly as it was planned. */
async function mustHold(deps: InstallerDeps, inside: Repositories, { org, module, lock }: InstallPlan): Promise<void> {
  const live = await inside.forOrg(org).moduleInstalls.live();
  const house = deps.registry.houseModules().map(({ manifest, sha256 }) => ({ module: manifest.name, sha256 }));
  const here = new Map<string, Sha256>([...house, ...live].map((one) => [one.module, one.sha256]));
  for (const [name, { sha256 }] of Object.entries(lock)) {
    if (here.get(name) !== sha256) throw changedMeanwhile(`${name}, which ${module} builds on, was changed`);
  }
}

/** The turn is tried again, and finds what is now. */
function changedMeanwhile(what: string): NexusError {
  return new NexusError("internal", `${what} meanwhile`);
}
