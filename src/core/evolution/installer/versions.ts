import type { ModuleName } from "#core/contract/ids.ts";
import type { OrgStore } from "#core/store/store.ts";
import type { ModuleVersion } from "./installer.ts";

/** The versions of a module that were live at some time, the newest first: each once, as it was approved. */
export async function listVersions(own: OrgStore, module: ModuleName): Promise<readonly ModuleVersion[]> {
  const pointer = await own.moduleInstalls.get(module);
  const revoked = await own.moduleRevocations.all();
  const approved = (await own.moduleInstalls.history(module)).filter(({ reason }) => reason === "approved");
  const seen = new Set<string>();
  return approved.flatMap(({ to, at, gate, approvedBy }) => {
    if (to === undefined || seen.has(to.sha256)) return [];
    seen.add(to.sha256);
    const why = revoked.get(to.sha256);
    return [
      {
        ...to,
        installedAt: at,
        ...(gate !== undefined && { gate }),
        approvedBy,
        isLive: pointer?.sha256 === to.sha256,
        isPinned: pointer?.sha256 === to.sha256 && pointer.isPinned,
        ...(why !== undefined && { revoked: why }),
      },
    ];
  });
}
