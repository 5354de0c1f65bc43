import { asNexusError } from "#core/contract/errors.ts";
import type { ModuleName, OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { Log } from "#core/contract/ports.ts";
import type { InstalledBundles, NotLoaded } from "#core/registry/org-modules.ts";
import type { Store } from "#core/store/store.ts";
import { readStaged } from "./read-staged.ts";

/**
 * The live bundles of every org for the registry. Each is hashed again from its bytes each time it is read; what does not
 * fit, or was revoked, is left out and named, and keeps nobody from starting.
 */
export function installedBundles({ store, log }: { readonly store: Store; readonly log: Log }): InstalledBundles {
  const refused = new Map<OrgId, readonly NotLoaded[]>();

  const read = async (org: OrgId, live: readonly { module: ModuleName; sha256: Sha256 }[]): Promise<Bundle[]> => {
    const bundles: Bundle[] = [];
    const left: NotLoaded[] = [];
    for (const { module, sha256 } of live) {
      const found = await readOne(store, org, sha256);
      if ("bundle" in found) bundles.push(found.bundle);
      else left.push({ org, module, why: found.why });
      if (!("bundle" in found)) log.error({ org, module, sha256, why: found.why }, "an installed module is not loaded");
    }
    refused.set(org, left);
    return bundles;
  };

  return {
    async load() {
      const all = Map.groupBy(await store.installedEverywhere.all(), ({ org }) => org);
      const loaded = new Map<OrgId, readonly Bundle[]>();
      for (const [org, live] of all) loaded.set(org, await read(org, live));
      return loaded;
    },
    loadFor: async (org) => read(org, await store.forOrg(org).moduleInstalls.live()),
    notLoaded: () => [...refused.values()].flat(),
  };
}

async function readOne(store: Store, org: OrgId, sha256: Sha256): Promise<{ bundle: Bundle } | { why: string }> {
  const { moduleBundles, moduleRevocations } = store.forOrg(org);
  if ((await moduleRevocations.why(sha256)) !== undefined) return { why: "it was revoked" };
  const row = await moduleBundles.get(sha256);
  if (row === undefined) return { why: "its bytes are gone" };
  try {
    return { bundle: readStaged(row).bundle };
  } catch (thrown) {
    const error = asNexusError(thrown);
    if (error.code === "bundle_changed") return { why: error.message };
    throw thrown;
  }
}
