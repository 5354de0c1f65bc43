import { createHash } from "node:crypto";
import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import { ModuleName, type OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Repositories, StoredBundle } from "#core/store/store.ts";
import type { OrgChange } from "./org-change.ts";

/** An installed module as it is exported: its bytes, and that it was kept at them. What was found out about it stays behind. */
export const MovedModule = z.strictObject({
  name: ModuleName,
  version: z.string().max(40),
  sha256: Sha256,
  isPinned: z.boolean(),
  /** The packed module, Base64. */
  pack: z.base64(),
});
export type MovedModule = z.infer<typeof MovedModule>;

/** Packs a bundle as it is kept into one file that people can also hand in by themselves. */
export type PackBundle = (bundle: Pick<StoredBundle, "entries">) => Uint8Array;

/** The modules an org has installed. @throws NexusError bundle_changed when one is not what it was named for */
export async function readModules(inside: Repositories, org: OrgId, pack: PackBundle): Promise<MovedModule[]> {
  const own = inside.forOrg(org);
  const modules: MovedModule[] = [];
  for (const { module, sha256, isPinned } of await own.moduleInstalls.live()) {
    const bundle = await own.moduleBundles.get(sha256);
    const isWhole = bundle !== undefined && createHash("sha256").update(bundle.entries).digest("hex") === sha256;
    if (!isWhole) throw new NexusError("bundle_changed", `${module} ${sha256} is not what was installed`);
    const packed = Buffer.from(pack(bundle)).toString("base64");
    modules.push({ name: module, version: bundle.version, sha256, isPinned, pack: packed });
  }
  return modules.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Modules of a file that are not here as they are there. What the file does not name stays as it is. */
export async function moduleChanges(
  inside: Repositories,
  org: OrgId,
  modules: readonly MovedModule[],
): Promise<OrgChange[]> {
  const own = inside.forOrg(org);
  const changes: OrgChange[] = [];
  for (const { name, version, sha256 } of modules) {
    const live = await own.moduleInstalls.get(name);
    if (live?.sha256 === sha256) continue;
    const from = live && (await own.moduleBundles.get(live.sha256))?.version;
    changes.push({
      section: "installed",
      title: "Modules to be checked and asked about here",
      key: name,
      kind: live === undefined ? "added" : "changed",
      from: from && `${from}, sha256 ${live.sha256.slice(0, 12)}`,
      to: `${version}, sha256 ${sha256.slice(0, 12)}`,
    });
  }
  return changes;
}

/** Keeps a module of a file until somebody here has decided on it. */
export function keepModule(inside: Repositories, org: OrgId, { name, ...rest }: MovedModule): Promise<void> {
  return inside.forOrg(org).moduleImports.put({ module: name, ...rest });
}
