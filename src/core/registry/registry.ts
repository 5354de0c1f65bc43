import { NexusError, asNexusError } from "#core/contract/errors.ts";
import type { ModuleName, OrgId, Sha256 } from "#core/contract/ids.ts";
import type { AdapterRunResult, Invocation } from "#core/contract/invocation.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import type { BundleOrigin } from "#core/contract/sandbox.ts";
import type { BreakerState } from "./breaker.ts";
import { fail, noFacts } from "./facts.ts";
import { about, type Installed, installHouse } from "./installed.ts";
import { loadOrgModules, type NotLoaded } from "./org-modules.ts";
import type { RegistryDeps } from "./registry-deps.ts";
import { runInvocation } from "./run-invocation.ts";
import { createRunCounts } from "./run-counts.ts";

export interface ModuleState {
  readonly manifest: Manifest;
  readonly sha256: Sha256;
  /** `own` came with this release; `stranger` was installed by this org. */
  readonly origin: BundleOrigin;
  readonly state: "ready" | "off";
  /** The worst of its hosts'. */
  readonly breaker: BreakerState;
  /** Since when one of its hosts has not been answering. */
  readonly downSince: Date | undefined;
}

/** Which modules each org has, and the one way to run them. */
export interface Registry {
  /** The modules of an org: those of this release and those it installed. */
  modules(org: OrgId): readonly ModuleState[];
  /** The modules that every org has. */
  houseModules(): readonly ModuleState[];
  /** Every module there is, whoever has it: for what concerns NEXUS as a whole, and no person of an org. */
  everyModule(): readonly ModuleState[];
  /** Orgs that have modules of their own. */
  orgs(): readonly OrgId[];
  /** What is installed and is not run, and why. */
  notLoaded(): readonly NotLoaded[];
  /** What a module consists of, by path: its manifest, and its code as it is compiled, types taken off. */
  source(org: OrgId, module: ModuleName): ReadonlyMap<string, string>;
  /**
   * Reads again what an org has installed. Calls that run end on the version they began with; those that begin from now
   * on have the new one.
   * @throws what reading threw: then nothing that the org installed is run until it can be read
   */
  refresh(org: OrgId): Promise<void>;
  /** Has somebody told of every change to what an org has; `refresh` waits for them. */
  listen(listener: (org: OrgId) => Promise<void>): void;
  /** How many calls of a module run in an org now, whatever the version. */
  running(org: OrgId, module: ModuleName): number;
  /**
   * Runs one capability. Whatever goes wrong is a result.
   * @throws the reason of `signal`; NexusError disk_full, when it may be tried again
   */
  invoke(invocation: Invocation, signal: AbortSignal): Promise<AdapterRunResult>;
}

/**
 * Makes the registry of the modules given and of those that orgs have installed.
 * @throws NexusError module_invalid when two of those given have one name
 */
export async function createRegistry(deps: RegistryDeps): Promise<Registry> {
  const { clock, log, sandbox } = deps;
  const house = installHouse(deps);
  const held = await loadOrgModules({ house, installed: deps.installed, clock, log });
  const counts = createRunCounts((module) => letGo(module));
  // A process that has the bytes of a version in it has no more use for them once no org has it and no call runs.
  const letGo = ({ sha256, origin }: Installed): void => {
    if (origin === "stranger" && !held.isLive(sha256) && counts.of(sha256) === 0) sandbox.retire(sha256);
  };
  const listeners: ((org: OrgId) => Promise<void>)[] = [];
  const tell = (listener: (org: OrgId) => Promise<void>, org: OrgId): Promise<void> =>
    listener(org).catch((err: unknown) => log.error({ err, org }, "a change to what an org has was not taken note of"));
  const refreshing = new Map<OrgId, Promise<void>>();
  const refreshNow = async (org: OrgId): Promise<void> => {
    try {
      for (const module of await held.refresh(org)) letGo(module);
    } finally {
      await Promise.all(listeners.map((listener) => tell(listener, org)));
    }
  };

  async function run(
    invocation: Invocation,
    module: Installed,
    capability: Capability,
    signal: AbortSignal,
  ): Promise<AdapterRunResult> {
    using _counted = counts.begin(invocation.org, module);
    try {
      return await runInvocation({ ...deps, module, capability }, invocation, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = asNexusError(thrown);
      // The turn is tried again once there is room. What reads is done again; an effect that had begun never is.
      if (error.code === "disk_full") throw error;
      const fields = { err: thrown, turn: invocation.turn, module: invocation.module };
      // A file too large is the person's to mend; what nobody foresaw is ours.
      if (error.code === "internal") log.error(fields, "a module could not be run");
      else log.warn(fields, "a module run was given up");
      return fail(error, { ...noFacts(invocation, clock()), ...about(module) });
    }
  }

  return {
    modules: (org) => [...held.of(org).values()].map(stateOf),
    houseModules: () => [...house.values()].map(stateOf),
    everyModule: () => [
      ...[...house.values()].map(stateOf),
      ...held.orgs().flatMap((org) => [...held.of(org).values()].filter(isInstalled).map(stateOf)),
    ],
    orgs: () => held.orgs(),
    notLoaded: () => held.notLoaded(),
    source(org, name) {
      const module = held.of(org).get(name);
      if (module === undefined) return new Map();
      const code = module.code.runs === "sandbox" ? module.code.bundle.code : [];
      return new Map([["manifest.json", JSON.stringify(module.manifest, undefined, 2)], ...code]);
    },
    refresh(org) {
      // One after the other, so that what was read last is what counts.
      const before = refreshing.get(org) ?? Promise.resolve();
      const next = before.then(
        () => refreshNow(org),
        () => refreshNow(org),
      );
      refreshing.set(org, next);
      return next.finally(() => refreshing.get(org) === next && refreshing.delete(org));
    },
    listen: (listener) => void listeners.push(listener),
    running: (org, module) => counts.running(org, module),
    async invoke(invocation, signal) {
      signal.throwIfAborted();
      const module = held.of(invocation.org).get(invocation.module);
      const capability = module?.manifest.capabilities.find(({ name }) => name === invocation.capability);
      if (module === undefined || capability === undefined) {
        return fail(new NexusError("module_unknown", "no such capability"), noFacts(invocation, clock()));
      }
      const result = await run(invocation, module, capability, signal);
      const { org, person, module: name } = invocation;
      deps.onOutcome?.({ org, person, module: name, sha256: module.sha256, version: module.manifest.version, result });
      return result;
    },
  };
}

function isInstalled({ origin }: Installed): boolean {
  return origin === "stranger";
}

function stateOf({ manifest, sha256, origin, breaker }: Installed): ModuleState {
  const own = manifest.hosts.map(({ host }) => breaker(host));
  const states = own.map((one) => one.state());
  return {
    manifest,
    sha256,
    origin,
    state: "ready",
    breaker: states.includes("open") ? "open" : states.includes("half_open") ? "half_open" : "closed",
    downSince: own.map((one) => one.openSince()).find((since) => since !== undefined),
  };
}
