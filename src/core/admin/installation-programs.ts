import type { ModuleName, OrgId } from "#core/contract/ids.ts";
import type { ProgramWish } from "#core/contract/message.ts";
import type { Principal } from "#core/contract/principal.ts";
import type { ModuleVersionsResource } from "#core/contract/programs/installation.ts";
import type { Asked, Programs } from "#core/contract/programs.ts";
import type { Installer } from "#core/evolution/installer/installer.ts";
import type { AdminDeps } from "./admin-deps.ts";
import { askTurn } from "./ask-turn.ts";
import { noSuchModule } from "./not-here.ts";

type InstallationPrograms = Pick<
  Programs,
  "moduleVersions" | "previewUndo" | "undoModule" | "uninstallModule" | "pinModule" | "revokeModule"
>;

/** What programs do with modules that were installed: see their versions, and have one taken back, away or forbidden. */
export function createInstallationPrograms(deps: AdminDeps & { readonly installer: Installer }): InstallationPrograms {
  const { installer, registry, authorise } = deps;
  const read = async (org: OrgId, name: ModuleName): Promise<ModuleVersionsResource> => {
    const versions = await installer.versions(org, name);
    const isHere = registry.modules(org).some(({ manifest }) => manifest.name === name);
    if (versions.length === 0 && !isHere) throw noSuchModule(name);
    return {
      name,
      versions: versions.map(({ version, sha256, installedAt, gate, approvedBy, isLive, revoked }) => ({
        version,
        sha256,
        installedAt: installedAt.toISOString(),
        ...(gate && { approval: gate }),
        approvedBy: [...approvedBy],
        isLive,
        ...(revoked !== undefined && { revoked }),
      })),
    };
  };
  const ask = async (
    principal: Principal,
    name: ModuleName,
    wish: ProgramWish,
    once: string | undefined,
    signal: AbortSignal,
  ): Promise<Asked<ModuleVersionsResource>> => {
    const request = await askTurn(deps, principal, wish, once, signal);
    if (request.state === "pending") return { state: "pending", request };
    // The turn is over as soon as it is on the disk; whoever asks next is to find what it led to.
    await registry.refresh(principal.org);
    return { state: "done", result: await read(principal.org, name) };
  };

  return {
    async moduleVersions(principal, { name }) {
      await authorise(principal, "module.read", { kind: "module", id: name });
      return read(principal.org, name);
    },
    async previewUndo(principal, { name }) {
      await authorise(principal, "module.undo", { kind: "module", id: name });
      const { from, to, snapshotAt, running, cannotUndo } = await installer.undoPlan(principal.org, name);
      return {
        name,
        ...(from && { from: { ...from } }),
        ...(to && { to: { ...to } }),
        ...(snapshotAt && { snapshotAt: snapshotAt.toISOString() }),
        running,
        cannotUndo: [...cannotUndo],
      };
    },
    async undoModule(principal, { name, once }, signal) {
      await authorise(principal, "module.undo", { kind: "module", id: name });
      return ask(principal, name, { do: "undo_module", module: name }, once, signal);
    },
    async uninstallModule(principal, { name, once }, signal) {
      await authorise(principal, "module.undo", { kind: "module", id: name });
      return ask(principal, name, { do: "uninstall", module: name }, once, signal);
    },
    async pinModule(principal, { name, pinned, once }, signal) {
      await authorise(principal, "module.pin", { kind: "module", id: name });
      return ask(principal, name, { do: "pin", module: name, pinned }, once, signal);
    },
    async revokeModule(principal, { name, sha256, why = "", once }, signal) {
      await authorise(principal, "module.revoke", { kind: "module", id: name });
      return ask(principal, name, { do: "revoke", module: name, sha256, why }, once, signal);
    },
  };
}
