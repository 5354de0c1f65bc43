import { NexusError } from "#core/contract/errors.ts";
import type { Models } from "#core/contract/model.ts";
import { actorRef, type Principal } from "#core/contract/principal.ts";
import { pageFrom } from "#core/contract/programs/page.ts";
import type { RoutingConfig, RoutingVersion } from "#core/contract/programs/routing.ts";
import type { Programs } from "#core/contract/programs.ts";
import { ROUTING, toRouting, writeRoutingIn } from "#core/orchestrator/models/routing.ts";
import type { AdminDeps } from "./admin-deps.ts";
import { noSuchModel, noSuchVersion, requireInstalled } from "./not-here.ts";

type RoutingPrograms = Pick<Programs, "getRouting" | "routingHistory" | "putRouting" | "revertRouting">;

/** What programs do with how people's words are matched to modules. The next message goes by what was written last. */
export function createRoutingPrograms(
  { store, registry, audit, authorise }: AdminDeps,
  models: Pick<Models, "find">,
): RoutingPrograms {
  const write = async (principal: Principal, known: number, config: RoutingConfig): Promise<RoutingVersion> => {
    const { org } = principal;
    const by = actorRef(principal);
    await store.transaction(async (inside) => {
      const newest = await writeRoutingIn(inside, audit, org, { actor: by }, { known, config });
      if (newest !== undefined) throw changedMeanwhile(known, newest);
    });
    return toRouting(await store.forOrg(org).orgConfigs.current(ROUTING));
  };

  return {
    async getRouting(principal) {
      await authorise(principal, "routing.read");
      return toRouting(await store.forOrg(principal.org).orgConfigs.current(ROUTING));
    },
    async routingHistory(principal, { after, limit }) {
      await authorise(principal, "routing.read");
      const before = after !== undefined && /^\d{1,9}$/.test(after) ? Number(after) : undefined;
      const found = await store.forOrg(principal.org).orgConfigs.history(ROUTING, before, limit + 1);
      return pageFrom(found.map(toRouting), ({ version }) => String(version), limit);
    },
    async putRouting(principal, { known, config }) {
      await authorise(principal, "routing.manage");
      requireInstalled(registry, principal.org, config.excludedModules);
      requireProvided(models, config);
      return write(principal, known, config);
    },
    async revertRouting(principal, { known, version = Math.max(known - 1, 0) }) {
      await authorise(principal, "routing.manage");
      const earlier = version === 0 ? undefined : await store.forOrg(principal.org).orgConfigs.get(ROUTING, version);
      if (version !== 0 && earlier === undefined) throw noSuchVersion(version);
      return write(principal, known, toRouting(earlier).config);
    },
  };
}

/** A list of models that nobody provides would answer nothing, and nobody would know why. */
function requireProvided(models: Pick<Models, "find">, { tiers }: RoutingConfig): void {
  const orders = [tiers.models, ...Object.values(tiers.channels).map((channel) => channel.models ?? {})];
  const unknown = orders
    .flatMap((order) => Object.values(order).flat())
    .find((name) => models.find(name) === undefined);
  if (unknown !== undefined) throw noSuchModel(unknown);
}

function changedMeanwhile(known: number, now: number): NexusError {
  return new NexusError("conflict", `version ${known} is not the newest, ${now} is`, {
    say: `It has been changed in the meantime: the newest version is ${now}.`,
  });
}
