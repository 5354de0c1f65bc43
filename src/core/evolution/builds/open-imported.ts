import { asNexusError } from "#core/contract/errors.ts";
import { newId, type OrgId, TurnId } from "#core/contract/ids.ts";
import type { Log } from "#core/contract/ports.ts";
import type { Metering } from "#core/metering/metering.ts";
import type { ModuleImport, Store } from "#core/store/store.ts";
import type { Builds } from "./builds.ts";

export interface ImportedDeps {
  readonly store: Store;
  readonly builds: Pick<Builds, "open" | "wake">;
  /** Where the admins of an org can be told something. */
  readonly adminPlaces: Metering["adminPlaces"];
  readonly log: Log;
}

/**
 * Has every module that an import brought checked here, and people asked about it: nothing of the file is believed but
 * its bytes. Where no admin can be told yet, or too much is being built, it waits.
 */
export async function openImported(deps: ImportedDeps): Promise<void> {
  for (const wanted of await deps.store.waitingImports.find(AT_ONCE)) {
    try {
      await openOne(deps, wanted);
    } catch (err) {
      if (asNexusError(err).code === "too_many_requests") return;
      deps.log.error({ err, org: wanted.org, module: wanted.module }, "an imported module could not be taken up");
    }
  }
}

const AT_ONCE = 20;

async function openOne(deps: ImportedDeps, wanted: ModuleImport & { readonly org: OrgId }): Promise<void> {
  const { org, module, version, pack } = wanted;
  const [place] = await deps.adminPlaces(org);
  if (place === undefined) return;
  const { person } = await deps.store.people.identify(place.actor);
  const opening = await deps.builds.open({
    org,
    turn: newId(TurnId),
    author: person,
    ...place,
    by: { kind: "system", id: "nexus import" },
    need: "",
    source: { kind: "pack", name: `${module}-${version}.nexus-module`, base64: pack },
  });
  await deps.store.transaction(async (inside) => {
    await opening.commit(inside);
    await inside.forOrg(org).moduleImports.asked(module);
  });
  deps.builds.wake();
}
