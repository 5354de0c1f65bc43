import { compare } from "semver";
import { NexusError } from "#core/contract/errors.ts";
import type { OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import { nameClash } from "#core/registry/name-clash.ts";
import type { LivePointer, OrgStore } from "#core/store/store.ts";
import { checkSecrets } from "./check-secrets.ts";
import { lockFor } from "./dependencies.ts";
import type { InstallPlan } from "./installer.ts";
import type { InstallerDeps } from "./installer-deps.ts";
import { moduleOf, readModules } from "./live-modules.ts";
import { permissionDiff } from "./permission-diff.ts";
import { type ReadBundle, readStaged } from "./read-staged.ts";

/**
 * What installing a staged bundle would do now, or why it cannot be: nothing of an earlier answer is believed.
 * @throws NexusError bundle_changed | bundle_revoked | module_unknown | module_invalid | module_pinned | conflict |
 * dependency_missing | dependency_needed
 */
export async function planInstall(deps: InstallerDeps, org: OrgId, sha256: Sha256): Promise<InstallPlan> {
  const own = deps.store.forOrg(org);
  const row = await own.moduleBundles.get(sha256);
  if (row === undefined) throw new NexusError("module_unknown", `no bundle ${sha256} is kept`);
  const staged = readStaged(row);
  const { manifest } = staged.bundle;
  await mustBeAllowed(own, staged);
  const { present, live } = await readModules(deps, org);
  const others = present.filter((one) => one.manifest.name !== manifest.name);
  // What came with NEXUS cannot be taken the place of; what is installed can, by its own name.
  const house = deps.registry.houseModules().map((one) => one.manifest);
  const clash = nameClash(manifest, [...house, ...others.map((one) => one.manifest)]);
  if (clash !== undefined) {
    throw new NexusError("module_invalid", clash, { say: `It cannot be installed: ${clash}.`, hint: ANOTHER_NAME });
  }
  const pointer = live.find(({ module }) => module === manifest.name);
  const base = await baseOf(own, pointer, staged);
  const former = await formerManifest(own, manifest, base?.sha256);
  await checkSecrets(own, manifest, former);
  return {
    org,
    module: manifest.name,
    version: manifest.version,
    sha256,
    manifestSha256: staged.manifestSha256,
    compiledSha256: staged.compiledSha256,
    reportSha256: staged.reportSha256,
    ...(base && { base }),
    lock: lockFor(manifest, present),
    permissions: permissionDiff(base === undefined ? undefined : former, manifest),
    manifest,
    staged,
  };
}

const ANOTHER_NAME = "Build it again under another name.";

/** @throws NexusError bundle_revoked | module_invalid */
async function mustBeAllowed(own: OrgStore, { sha256, report, bundle }: ReadBundle): Promise<void> {
  await mustNotBeRevoked(own, sha256, `${bundle.manifest.name} ${bundle.manifest.version}`);
  if (!report.ok) {
    const say = "Its validation report does not say that it passed.";
    throw new NexusError("module_invalid", `${sha256} did not pass`, { say });
  }
}

/** @throws NexusError bundle_revoked with the reason that was given */
export async function mustNotBeRevoked(own: OrgStore, sha256: Sha256, what: string): Promise<void> {
  const why = await own.moduleRevocations.why(sha256);
  if (why === undefined) return;
  throw new NexusError("bundle_revoked", `${sha256} is revoked: ${why}`, {
    say: `${what} was taken back and cannot run: ${why}`,
  });
}

/** What it would take the place of. @throws NexusError module_pinned | conflict */
async function baseOf(
  own: OrgStore,
  pointer: LivePointer | undefined,
  { sha256, bundle }: ReadBundle,
): Promise<InstallPlan["base"]> {
  const { name, version } = bundle.manifest;
  if (pointer?.sha256 === sha256) throw conflict(`${name} ${version} is installed already.`, "There is nothing to do.");
  const history = await own.moduleInstalls.history(name);
  const namesake = history.find(({ to }) => to?.version === version && to.sha256 !== sha256);
  if (namesake !== undefined) {
    throw conflict(`${name} ${version} was here before with other bytes.`, "A change needs a version of its own.");
  }
  if (pointer === undefined) return undefined;
  const now = history.find(({ id }) => id === pointer.activation)?.to;
  if (now === undefined) throw new NexusError("bundle_changed", `${name}: its pointer leads nowhere`);
  if (pointer.isPinned) {
    const say = `${name} is kept at ${now.version}.`;
    throw new NexusError("module_pinned", `${name} is pinned`, { say });
  }
  if (compare(version, now.version) <= 0) {
    throw conflict(`${name} ${now.version} is here, and ${version} is not newer.`, `To go back, say \`undo ${name}\`.`);
  }
  return { sha256: now.sha256, version: now.version };
}

/** The manifest of this module that is live, or was last. */
async function formerManifest(
  own: OrgStore,
  { name }: Manifest,
  base: Sha256 | undefined,
): Promise<Manifest | undefined> {
  const history = await own.moduleInstalls.history(name);
  const last = base ?? history.find(({ to }) => to !== undefined)?.to?.sha256;
  return last === undefined ? undefined : (await moduleOf(own, last))?.manifest;
}

function conflict(say: string, hint: string): NexusError {
  return new NexusError("conflict", say, { say, hint });
}
