import { compare, lt } from "semver";
import { asNexusError } from "#core/contract/errors.ts";
import type { OrgId, PersonId, Sha256 } from "#core/contract/ids.ts";
import type { Activation, LivePointer, OrgStore } from "#core/store/store.ts";
import { activate, doneBy, moduleEntry } from "./activate.ts";
import type { Change } from "./installer.ts";
import type { InstallerDeps } from "./installer-deps.ts";
import { mustBeAsSeen } from "./live-modules.ts";
import { readStaged } from "./read-staged.ts";

/**
 * Bytes that never run here again, whoever keeps them or builds on them. Where they are live, the newest version below
 * them that may run takes their place, with the data as it is; where there is none, the module goes.
 */
export async function revokeChange(
  deps: InstallerDeps,
  org: OrgId,
  revoked: { readonly sha256: Sha256; readonly why: string; readonly by: PersonId | undefined },
): Promise<Change> {
  const { sha256, why, by } = revoked;
  const own = deps.store.forOrg(org);
  const live = await own.moduleInstalls.live();
  const pointer = live.find((one) => one.sha256 === sha256);
  const before = pointer && (await soundBelow(own, pointer));
  const name = pointer?.module ?? (await own.moduleBundles.get(sha256))?.module ?? sha256;
  return {
    commit: async (inside) => {
      const there = inside.forOrg(org);
      await mustBeAsSeen(inside, org, live);
      const isNew = await there.moduleRevocations.add(sha256, why.slice(0, MOST_CHARACTERS), by);
      if (!isNew && pointer === undefined) return;
      const right = by === undefined ? "taken back by its publisher" : "module.revoke";
      const about = { module: name, sha256, by: doneBy(by), right };
      await deps.audit.recordIn(inside, org, moduleEntry("module.revoked", about, { live: pointer !== undefined }));
      if (pointer === undefined) return;
      const move = { module: pointer.module, to: before?.to, reason: "revoked", approvedBy: [] } as const;
      await activate(there, { ...move, lock: before?.lock ?? {}, ...(by !== undefined && { doneBy: by }) });
      const detail = { reason: "revoked", fromSha256: sha256, ...(before?.to && { to: before.to.version }) };
      await deps.audit.recordIn(inside, org, moduleEntry("module.reverted", about, detail));
    },
    afterwards: () => deps.registry.refresh(org),
  };
}

const MOST_CHARACTERS = 500;

/** The newest version below the live one that was approved, did well, is not revoked and is as it was. */
async function soundBelow(own: OrgStore, { module, activation }: LivePointer): Promise<Activation | undefined> {
  const now = (await own.moduleInstalls.activation(activation))?.to?.version;
  const approved = (await own.moduleInstalls.history(module)).filter(
    ({ reason, to }) => reason === "approved" && to !== undefined && now !== undefined && lt(to.version, now),
  );
  for (const one of approved.toSorted((a, b) => compare(b.to?.version ?? "", a.to?.version ?? ""))) {
    if (one.to !== undefined && (await mayComeBack(own, one.id, one.to.sha256))) return one;
  }
  return undefined;
}

async function mayComeBack(own: OrgStore, activation: string, sha256: Sha256): Promise<boolean> {
  if ((await own.moduleRevocations.why(sha256)) !== undefined) return false;
  const verdict = (await own.moduleHealth.decision(activation))?.verdict;
  if (verdict === "reverted" || verdict === "switched_off") return false;
  const row = await own.moduleBundles.get(sha256);
  if (row === undefined) return false;
  try {
    readStaged(row);
    return true;
  } catch (thrown) {
    if (asNexusError(thrown).code === "bundle_changed") return false;
    throw thrown;
  }
}
