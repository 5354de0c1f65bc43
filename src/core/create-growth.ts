import { randomBytes } from "node:crypto";
import { NexusError } from "#core/contract/errors.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import { openImported } from "#core/evolution/builds/open-imported.ts";
import { createCurriculum } from "#core/evolution/curriculum/create-curriculum.ts";
import { createInstaller } from "#core/evolution/installer/create-installer.ts";
import { createHealthWatch } from "#core/evolution/installer/health/health-watch.ts";
import type { Registry } from "#core/registry/registry.ts";
import { createBuilding } from "./building.ts";
import type { CoreDeps } from "./core-deps.ts";
import type { DoorWays } from "./door-ways.ts";
import type { createGroundFloor } from "./ground-floor.ts";
import { createBuildRules, createDraftingRules, createStaysInside } from "./memory-upkeep.ts";
import { createProposalUpkeep } from "./proposal-upkeep.ts";
import { createRevocationUpkeep } from "./revocation-upkeep.ts";

interface GrowthDeps {
  readonly core: CoreDeps;
  readonly ground: ReturnType<typeof createGroundFloor>;
  readonly registry: Registry;
  readonly doorWays: DoorWays;
  readonly receive: (org: OrgId, inbound: Inbound) => Promise<unknown>;
}

/** Makes what brings modules that are not there yet: needs, builds, installing, and what is watched and taken back. */
export function createGrowth({ core, ground, registry, doorWays, receive }: GrowthDeps) {
  const { store, clock, log } = core;
  const { metering, rights } = ground;
  const installer = createInstaller({ ...ground, store, registry, clock, log });
  const { builds, indexes } = createBuilding({
    ...ground,
    store,
    registry,
    installer,
    sandbox: core.sandbox,
    egress: core.egress,
    settings: core.building ?? { rounds: 4, units: 5, indexes: [] },
    own: core.ownIndex,
    readPack: core.readPack ?? noPacks,
    staysInside: createStaysInside({ store, rights }),
    rules: createBuildRules({ store, rights }),
    receive,
    clock,
    log,
  });
  const healthWatch = createHealthWatch({
    ...ground,
    store,
    registry,
    settings: core.health ?? { revert: true, watchMinutes: 60 },
    receive,
    adminPlaces: (org) => metering.adminPlaces(org),
    clock,
    log,
  });
  const curriculum = createCurriculum({
    ...doorWays,
    store,
    settings: core.curriculum ?? { perWeek: 3 },
    timeZone: core.defaults.timeZone,
    async modules(org) {
      const off = await store.forOrg(org).moduleStates.off();
      return registry.modules(org).map(({ manifest }) => ({ manifest, isOff: off.has(manifest.name) }));
    },
    builds,
    indexes,
    drafting: { ...ground, where: createDraftingRules({ ...ground, store }) },
    randomBytes,
    clock,
    log,
  });
  return {
    installer,
    builds,
    indexes,
    healthWatch,
    curriculum,
    proposalUpkeep: createProposalUpkeep({ ...ground, store, curriculum, receive, clock, log }),
    revocationUpkeep: createRevocationUpkeep({ ...ground, store, registry, installer, indexes, receive, clock, log }),
    /** Takes up modules that an import brought. */
    openImported: () => openImported({ store, builds, adminPlaces: (org) => metering.adminPlaces(org), log }),
  };
}

function noPacks(): Promise<never> {
  return Promise.reject(new NexusError("file_format", "packs are not read here"));
}
