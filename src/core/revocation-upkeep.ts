import type { ModuleIndexes } from "#core/evolution/module-index/module-index.ts";
import type { Installer } from "#core/evolution/installer/installer.ts";
import type { OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Metering } from "#core/metering/metering.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";

export interface RevocationUpkeepDeps {
  readonly store: Store;
  readonly registry: Pick<Registry, "orgs">;
  readonly installer: Pick<Installer, "revoke">;
  readonly indexes: Pick<ModuleIndexes, "revoked">;
  readonly metering: Pick<Metering, "adminPlaces">;
  readonly receive: (org: OrgId, inbound: Inbound) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes the work that asks the indexes what they have taken back, and takes it back here: at once, and without asking. */
export function createRevocationUpkeep(deps: RevocationUpkeepDeps): { look(signal: AbortSignal): Promise<void> } {
  return {
    async look(signal) {
      const revoked = await deps.indexes.revoked(signal);
      if (revoked.size === 0) return;
      for (const org of deps.registry.orgs()) {
        const own = deps.store.forOrg(org);
        const live = new Set((await own.moduleInstalls.live()).map(({ sha256 }) => sha256));
        const known = await own.moduleRevocations.all();
        for (const [sha256, why] of revoked) {
          signal.throwIfAborted();
          if (known.has(sha256) || (await own.moduleBundles.get(sha256)) === undefined) continue;
          await takeBack(deps, org, sha256, why);
          if (live.has(sha256)) await tell(deps, org, sha256);
        }
      }
    },
  };
}

async function takeBack({ store, installer, log }: RevocationUpkeepDeps, org: OrgId, sha256: Sha256, why: string) {
  const change = await installer.revoke(org, sha256, why);
  await store.transaction((inside) => change.commit(inside));
  await change.afterwards();
  log.warn({ org, sha256, why }, "a module was taken back by its publisher");
}

/** Admins hear of what ran here until now. */
async function tell(deps: RevocationUpkeepDeps, org: OrgId, sha256: Sha256): Promise<void> {
  const [place] = await deps.metering.adminPlaces(org);
  if (place === undefined) return; // `versions` says it to whoever asks
  await deps.receive(org, {
    kind: "due",
    what: "module_revoked",
    id: sha256,
    dedupeKeys: [`module-revoked:${sha256}`],
    sentAtMs: deps.clock().getTime(),
    ...place,
  });
}
