import type { OrgId, ModuleName, PersonId } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import { personRef } from "#core/contract/principal.ts";
import type { LivePointer, OrgStore } from "#core/store/store.ts";
import { activate, moduleEntry } from "./activate.ts";
import { mustBeFree } from "./dependencies.ts";
import type { Change, UninstallPlan } from "./installer.ts";
import { type InstallerDeps, SNAPSHOT_DAYS } from "./installer-deps.ts";
import { moduleOf, mustBeAsSeen, mustBeInstalled, type OrgModules, readModules } from "./live-modules.ts";

interface Details {
  readonly plan: UninstallPlan;
  readonly live: readonly LivePointer[];
}

/** What taking a module away would do now. @throws NexusError dependency_needed | module_unknown */
export async function planUninstall(deps: InstallerDeps, org: OrgId, module: ModuleName): Promise<Details> {
  const own = deps.store.forOrg(org);
  const pointer = await mustBeInstalled(deps, org, module);
  const modules = await readModules(deps, org);
  mustBeFree(module, modules.present);
  const version = (await own.moduleInstalls.activation(pointer.activation))?.to?.version ?? "";
  const keptUntil = new Date(deps.clock().getTime() + SNAPSHOT_DAYS * DAY_MS);
  const plan: UninstallPlan = {
    module,
    version,
    sha256: pointer.sha256,
    data: { ...(await own.moduleInstalls.dataOf(module)), keptUntil },
    credentials: await onlyItsOwn(own, (await moduleOf(own, pointer.sha256))?.manifest, modules),
    running: deps.registry.running(org, module),
  };
  return { plan, live: modules.live };
}

/** Takes a module away with its data and its secrets. @throws NexusError dependency_needed | module_unknown */
export async function uninstallChange(
  deps: InstallerDeps,
  org: OrgId,
  module: ModuleName,
  by: PersonId,
): Promise<Change> {
  const { plan, live } = await planUninstall(deps, org, module);
  return {
    commit: async (inside) => {
      const own = inside.forOrg(org);
      await mustBeAsSeen(inside, org, live);
      const place = { module, to: undefined, reason: "uninstall", lock: {} } as const;
      await activate(own, { ...place, approvedBy: [], doneBy: by });
      await own.moduleInstalls.dropData(module);
      await own.moduleStates.set(module, true);
      const about = { module, sha256: plan.sha256, by: personRef(by), right: "module.undo" };
      const detail = { version: plan.version, files: plan.data.files, credentials: [...plan.credentials] };
      await deps.audit.recordIn(inside, org, moduleEntry("module.uninstalled", about, detail));
      for (const name of plan.credentials) await forget(deps, inside, org, { name, module, by });
    },
    afterwards: () => deps.registry.refresh(org),
  };
}

/** Credentials kept here that no module of the org declares. */
export async function orphanedCredentials(deps: InstallerDeps, org: OrgId): Promise<string[]> {
  const { present } = await readModules(deps, org);
  const kept = new Set((await deps.store.forOrg(org).credentials.list()).map(({ name }) => name));
  return [...kept].filter((name) => !present.some(({ manifest }) => declares(manifest, name))).toSorted();
}

const DAY_MS = 24 * 60 * 60_000;

function declares(manifest: Manifest, name: string): boolean {
  return manifest.credentials.some((need) => need.name === name);
}

/** The names under which a secret is kept that no other module works with. */
async function onlyItsOwn(own: OrgStore, manifest: Manifest | undefined, { present }: OrgModules): Promise<string[]> {
  if (manifest === undefined) return [];
  const kept = new Set((await own.credentials.list()).map(({ name }) => name));
  const others = present.filter((one) => one.manifest.name !== manifest.name);
  return manifest.credentials
    .map(({ name }) => name)
    .filter((name) => kept.has(name) && !others.some((one) => declares(one.manifest, name)));
}

async function forget(
  deps: InstallerDeps,
  inside: Parameters<Change["commit"]>[0],
  org: OrgId,
  { name, module, by }: { readonly name: string; readonly module: ModuleName; readonly by: PersonId },
): Promise<void> {
  const { credentials, credentialGrants } = inside.forOrg(org);
  for (const { owner } of (await credentials.list()).filter((one) => one.name === name)) {
    const key = owner === undefined ? { name } : { name, owner };
    await credentialGrants.clear(key);
    await credentials.remove(key);
    await deps.audit.recordIn(inside, org, {
      act: "credential.removed",
      outcome: "done",
      actor: personRef(by),
      right: "module.undo",
      subject: { kind: "credential", id: name },
      detail: { module, ...(owner !== undefined && { owner }) },
    });
  }
}
