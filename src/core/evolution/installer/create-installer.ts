import { NexusError } from "#core/contract/errors.ts";
import type { ModuleName, OrgId, PersonId } from "#core/contract/ids.ts";
import { doneBy, moduleEntry } from "./activate.ts";
import { installChange } from "./install-change.ts";
import type { Change, Installer } from "./installer.ts";
import type { InstallerDeps } from "./installer-deps.ts";
import { mustBeInstalled } from "./live-modules.ts";
import { planInstall } from "./plan-install.ts";
import { planUndo } from "./plan-undo.ts";
import { readStaged } from "./read-staged.ts";
import { revokeChange } from "./revoke-change.ts";
import { stageBundle } from "./stage-bundle.ts";
import { undoChange } from "./undo-change.ts";
import { orphanedCredentials, planUninstall, uninstallChange } from "./uninstall-change.ts";
import { listVersions } from "./versions.ts";

/** Makes the installer of all orgs. */
export function createInstaller(deps: InstallerDeps): Installer {
  return {
    stage: (org, candidate) => stageBundle(deps.store, org, candidate),
    async staged(org, sha256) {
      const row = await deps.store.forOrg(org).moduleBundles.get(sha256);
      return row && readStaged(row);
    },
    plan: (org, sha256) => planInstall(deps, org, sha256),
    install: (plan, by) => installChange(deps, plan, by),
    versions: (org, module) => listVersions(deps.store.forOrg(org), module),
    undoPlan: async (org, module, to) => (await planUndo(deps, org, module, to)).plan,
    undo: (org, plan, reason, by) => undoChange(deps, org, plan, reason, by),
    uninstallPlan: async (org, module) => (await planUninstall(deps, org, module)).plan,
    uninstall: (org, module, by) => uninstallChange(deps, org, module, by),
    pin: (org, module, isPinned, by) => pinChange(deps, org, { module, isPinned, by }),
    revoke: (org, sha256, why, by) => revokeChange(deps, org, { sha256, why, by }),
    orphans: (org) => orphanedCredentials(deps, org),
  };
}

async function pinChange(
  deps: InstallerDeps,
  org: OrgId,
  {
    module,
    isPinned,
    by,
  }: { readonly module: ModuleName; readonly isPinned: boolean; readonly by: PersonId | undefined },
): Promise<Change> {
  const { sha256 } = await mustBeInstalled(deps, org, module);
  return {
    commit: async (inside) => {
      const { moduleInstalls } = inside.forOrg(org);
      if ((await moduleInstalls.get(module))?.sha256 !== sha256) {
        throw new NexusError("internal", `${module} was changed meanwhile`);
      }
      await moduleInstalls.pin(module, isPinned);
      const about = { module, sha256, by: doneBy(by), right: "module.pin" };
      await deps.audit.recordIn(inside, org, moduleEntry("module.pinned", about, { pinned: isPinned }));
    },
    afterwards: () => Promise.resolve(),
  };
}
