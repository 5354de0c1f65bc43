import type { Sha256 } from "#core/contract/ids.ts";
import { NexusError } from "#core/contract/errors.ts";
import { makeIndex, type MadeIndex, type Offered } from "./make-index.ts";
import { packPath, readPackFile } from "./index-file.ts";
import type { OpenIndex } from "./open-index.ts";

/** The name of the index that comes with a release. */
export const OWN_INDEX = "nexus";

/**
 * The index of the modules that come with this release without being installed. It needs no signature: whoever could
 * change it could change the release. What is installed from it passes the sandbox and a gate like any other.
 */
export function ownIndex(modules: () => readonly Offered[]): OpenIndex {
  let made: MadeIndex | undefined;
  const index = (): MadeIndex =>
    (made ??= makeIndex(undefined, { name: OWN_INDEX, modules: modules(), revoke: new Map() }));
  return {
    name: OWN_INDEX,
    signer: "this release",
    file: async () => index().file,
    lastRevoked: async () => ({}),
    async entries(sha256: Sha256) {
      const pack = index().packs.get(packPath(sha256));
      const entries = pack === undefined ? undefined : readPackFile(pack);
      if (entries === undefined) throw new NexusError("module_unknown", `no bundle ${sha256} in this release`);
      return entries;
    },
  };
}
