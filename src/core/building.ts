import { randomBytes } from "node:crypto";
import type { Audit } from "#core/audit/audit.ts";
import type { BundleEntries } from "#core/contract/bundle.ts";
import type { ChannelKey, OrgId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Gateway, Models } from "#core/contract/model.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Egress, Sandbox } from "#core/contract/sandbox.ts";
import type { Finding } from "#core/contract/validation.ts";
import type { Builds } from "#core/evolution/builds/builds.ts";
import type { ApiMaterial } from "#core/evolution/api/api-material.ts";
import type { FetchText } from "#core/evolution/api/fetch-text.ts";
import { materialOf } from "#core/evolution/api/material-of.ts";
import type { ReadableSource } from "#core/evolution/builds/builds-deps.ts";
import { createFetchText } from "#core/evolution/builds/fetch-text.ts";
import { createBuilds } from "#core/evolution/builds/create-builds.ts";
import type { Installer } from "#core/evolution/installer/installer.ts";
import { createModuleIndexes } from "#core/evolution/module-index/create-module-indexes.ts";
import type { ModuleIndexes } from "#core/evolution/module-index/module-index.ts";
import type { OpenIndex } from "#core/evolution/module-index/open-index.ts";
import type { ModelWriter } from "#core/evolution/repair/model-writer.ts";
import type { Prover } from "#core/evolution/repair/prove.ts";
import type { ModelRules } from "#core/evolution/repair/whom-to-ask.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";

/** How modules are built here, as the settings say. */
export interface BuildingSettings {
  /** Rounds of repair at most, 1 to 10. */
  readonly rounds: number;
  /** Run units one try may spend on models. */
  readonly units: number;
  readonly indexes: readonly { readonly name: string; readonly location: string; readonly key: string }[];
}

export interface BuildingDeps {
  readonly store: Store;
  readonly audit: Audit;
  readonly registry: Pick<Registry, "modules">;
  readonly installer: Pick<Installer, "stage">;
  readonly sandbox: Sandbox;
  readonly egress: Egress;
  readonly gateway: Gateway;
  readonly models: Pick<Models, "all">;
  readonly settings: BuildingSettings;
  /** The modules that come with this release without being installed. */
  readonly own?: OpenIndex | undefined;
  readonly readPack: (
    bytes: Uint8Array,
  ) => Promise<{ readonly entries: BundleEntries; readonly findings: readonly Finding[] }>;
  readonly staysInside: (org: OrgId, channel: ChannelKey) => Promise<boolean>;
  /** Which models may be asked where. */
  readonly rules: ModelRules;
  readonly receive: (org: OrgId, inbound: Inbound) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes what builds modules: from documents, from words, and from indexes; and what is proven is kept for people to decide on. */
export function createBuilding(deps: BuildingDeps): { readonly builds: Builds; readonly indexes: ModuleIndexes } {
  const { store, sandbox, egress, registry, settings, clock, log } = deps;
  const indexes = createModuleIndexes({
    indexes: settings.indexes,
    ...(deps.own && { own: deps.own }),
    egress,
    memory: store.blobs,
    clock,
    log,
  });
  const fetchText = createFetchText(egress);
  // What writes and proves is loaded with the first build: a NEXUS that builds nothing starts without.
  const prover: Prover = {
    async prove(job, keep, tell, signal) {
      const { createProver } = await import("#core/evolution/repair/create-prover.ts");
      const made = createProver({
        validate: (entries, options, ending) => sandbox.validate(entries, options, ending),
        ...(deps.models.all().length > 0 && { gateway: deps.gateway }),
        rules: deps.rules,
        rounds: settings.rounds,
        mutants: MUTANTS,
        clock,
        log,
      });
      return made.prove(job, keep, tell, signal);
    },
  };
  const modelWriter: ModelWriter = {
    async write(wish, tell, signal) {
      const { createModelWriter } = await import("#core/evolution/repair/create-model-writer.ts");
      return createModelWriter({ gateway: deps.gateway, rules: deps.rules, clock, log }).write(wish, tell, signal);
    },
  };
  const builds = createBuilds({
    ...deps,
    read: (source, signal) => readSource(source, fetchText, signal),
    async write(task, ending) {
      const { buildApart } = await import("#core/evolution/api/build-apart.ts");
      return buildApart(task, ending);
    },
    prover,
    modelWriter,
    indexes,
    installed: (org) => registry.modules(org).map(({ manifest: { name, version } }) => ({ name, version })),
    units: settings.units,
    randomBytes,
  });
  return { builds, indexes };
}

/** Fewer than the kit at the command line tries: somebody waits. */
const MUTANTS = 32;

/** Of all that is asked of an address together: who answers as slowly as they may keeps others waiting no longer. */
const DISCOVERY_MS = 120_000;

async function readSource(source: ReadableSource, fetchText: FetchText, signal: AbortSignal): Promise<ApiMaterial> {
  switch (source.kind) {
    case "url": {
      const { discover } = await import("#core/evolution/api/discover.ts");
      return discover(source.url, fetchText, AbortSignal.any([signal, AbortSignal.timeout(DISCOVERY_MS)]));
    }
    case "document":
      return materialOf(source.name, source.text, source.server);
    case "exchange":
      return source;
    default:
      return source satisfies never;
  }
}
