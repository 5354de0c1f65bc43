import { NexusError } from "#core/contract/errors.ts";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { Repositories } from "#core/store/store.ts";
import { activate, doneBy, moduleEntry } from "./activate.ts";
import type { Change, UndoPlan, UndoReason } from "./installer.ts";
import type { InstallerDeps } from "./installer-deps.ts";
import { mustBeAsSeen } from "./live-modules.ts";
import { planUndo, type UndoDetails } from "./plan-undo.ts";

/** Undoes what was planned to be. @throws NexusError conflict when that is not the last change any more */
export async function undoChange(
  deps: InstallerDeps,
  org: OrgId,
  wanted: UndoPlan,
  reason: UndoReason,
  by: PersonId | undefined,
): Promise<Change> {
  const { module, change, to } = wanted;
  const [head] = await deps.store.forOrg(org).moduleInstalls.history(module);
  if (head?.id !== change) {
    const say = `${module} was changed by somebody else meanwhile.`;
    throw new NexusError("conflict", `${change} is not the last change of ${module}`, { say });
  }
  // Planned anew from what is kept now: the last change undone or, where that is not what was wanted, the version named.
  const isLast = to === undefined || head.was?.sha256 === to.sha256;
  const details = await planUndo(deps, org, module, isLast ? undefined : to.sha256);
  return {
    commit: (inside) => goBack(deps, inside, org, details, { reason, by }),
    afterwards: () => deps.registry.refresh(org),
  };
}

/** Goes back to what was planned in the transaction under way: bytes, data and record. */
export async function goBack(
  deps: InstallerDeps,
  inside: Repositories,
  org: OrgId,
  { plan, snapshot, lock, live }: UndoDetails,
  { reason, by }: { readonly reason: UndoReason; readonly by: PersonId | undefined },
): Promise<void> {
  const own = inside.forOrg(org);
  await mustBeAsSeen(inside, org, live);
  const { module, from, to } = plan;
  const [head] = await own.moduleInstalls.history(module);
  if (head?.id !== plan.change) throw new NexusError("internal", `${module} was changed meanwhile`);
  if (to !== undefined && (await own.moduleRevocations.why(to.sha256)) !== undefined) {
    throw new NexusError("bundle_revoked", `${to.sha256} was revoked meanwhile`);
  }
  await activate(own, { module, to, reason, approvedBy: [], lock, ...(by !== undefined && { doneBy: by }) });
  // The change itself has kept what is there now, so this loses nothing.
  if (snapshot !== undefined) await own.moduleInstalls.restore(module, snapshot);
  const right = by === undefined ? reason : "module.undo";
  const about = { module, sha256: (to ?? from)?.sha256, by: doneBy(by), right };
  await deps.audit.recordIn(
    inside,
    org,
    moduleEntry("module.reverted", about, {
      reason,
      ...(from && { from: from.version, fromSha256: from.sha256 }),
      ...(to && { to: to.version, toSha256: to.sha256 }),
      filesSetBack: plan.filesSetBack,
    }),
  );
}
