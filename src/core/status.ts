import type { FrontEnd, StatusLine } from "#core/contract/door.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Clock } from "#core/contract/ports.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import type { AuditWatch } from "#core/audit/watch.ts";
import type { ModuleIndexes } from "#core/evolution/module-index/module-index.ts";
import type { Housekeeper } from "#core/housekeeping/housekeeper.ts";
import type { Learning } from "#core/lidm/learning.ts";
import type { ModelReport } from "#core/llm/model-report.ts";
import type { Metering } from "#core/metering/metering.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";
import { credentialStatus } from "./expiry/expiry-status.ts";
import { checkHealth, type Health, notLoadedText } from "./health.ts";
import type { SampleSwitch } from "./sample-switch.ts";

export interface StatusDeps {
  readonly store: Store;
  readonly sandbox: Sandbox;
  readonly doors: () => readonly FrontEnd[];
  readonly surroundings: () => readonly StatusLine[];
  readonly registry: Registry;
  readonly sample: SampleSwitch;
  readonly metering: Pick<Metering, "status">;
  readonly auditWatch: AuditWatch;
  readonly models: () => ModelReport;
  readonly learning: Pick<Learning, "status">;
  readonly clock: Clock;
  readonly housekeeper: Pick<Housekeeper, "status">;
  /** The module indexes that are set up beside the release's own, as they were when they were last read. */
  readonly indexes: Pick<ModuleIndexes, "lastStanding">;
}

/** Makes what NEXUS says of itself: the lines of `status`, and the checks of `/readyz`. */
export function createStatus(deps: StatusDeps) {
  const { registry, sample, metering, auditWatch } = deps;
  /** @param org whose modules are told of; left out, everybody's, which is for the operator alone */
  const status = async (org?: OrgId): Promise<readonly StatusLine[]> => {
    const modules = org === undefined ? registry.everyModule() : registry.modules(org);
    const unread = notLoadedText(registry, org);
    const credentials = org === undefined ? undefined : await credentialStatus(deps, org);
    const open = modules.filter(({ breaker }) => breaker !== "closed").map(({ manifest }) => manifest.title);
    return [
      ...deps.surroundings(),
      ...metering.status(),
      ...auditWatch.status(),
      ...deps.models().lines,
      ...deps.learning.status(),
      ...deps.housekeeper.status(),
      open.length === 0
        ? {
            state: "ready",
            name: "modules",
            detail: [...new Set(modules.map(({ manifest }) => manifest.name))].join(", "),
          }
        : { state: "failing", name: "modules", detail: `not answering: ${open.join(", ")}` },
      ...(credentials === undefined ? [] : [credentials]),
      ...(await hookStatus(deps.store, org)),
      ...(unread === undefined ? [] : [{ state: "failing" as const, name: "installed modules", detail: unread }]),
      ...deps.indexes.lastStanding().map(({ index, ok, detail }): StatusLine => {
        return { state: ok ? "ready" : "failing", name: `index ${index}`, detail };
      }),
      ...(org !== undefined && (await deps.store.forOrg(org).gates.soloSince()) !== undefined ? [SOLO] : []),
      {
        state: (await sample.on()) ? "on" : "off",
        name: "sample data",
        detail: "for modules without an account; `sample off` ends it",
      },
    ];
  };
  /** What stands in `status` as failing is a degraded mode. */
  const health = (signal: AbortSignal, org?: OrgId): Promise<Health> => {
    const surroundings = (): StatusLine[] => [...deps.surroundings(), ...metering.status(), ...auditWatch.status()];
    return checkHealth({ ...deps, surroundings }, registry, signal, org);
  };

  return { status, health };
}

/** What programs outside sent and could not be done. */
async function hookStatus(store: Store, org: OrgId | undefined): Promise<StatusLine[]> {
  const dead =
    org === undefined ? await store.dueDeliveries.dead() : (await store.forOrg(org).hooks.dead(MOST_TOLD)).length;
  if (dead === 0) return [];
  const what = dead === 1 ? "one delivery was given up" : `${dead} deliveries were given up`;
  return [{ state: "failing", name: "hooks", detail: `${what}; \`hooks dead\` shows why` }];
}

const MOST_TOLD = 1_000;

const SOLO: StatusLine = {
  state: "on",
  name: "solo mode",
  detail: "whoever asks for a module may approve it alone; `solo off` ends it",
};
