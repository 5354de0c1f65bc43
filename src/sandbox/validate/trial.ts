import type { OrgId } from "#core/contract/ids.ts";
import type { JsonObject } from "#core/contract/json.ts";
import type { Capability } from "#core/contract/manifest.ts";
import type { Bundle, Nexus } from "#core/contract/module.ts";
import type { ModuleHost, SandboxCall, SandboxOutcome } from "#core/contract/sandbox.ts";
import { type Ending, readOutcome } from "./ending.ts";
import { createScriptedFiles, type ScriptedFiles } from "./scripted-files.ts";
import { createScriptedHost, type Trace } from "./scripted-host.ts";
import type { Source } from "./scripted-source.ts";

/**
 * Runs one call of a module behind the fences, as `Sandbox.run` does.
 * @param openHost a host that nothing was asked of yet: the call may be made a second time, which then counts
 */
export type RunCall = (call: SandboxCall, openHost: () => ModuleHost, signal: AbortSignal) => Promise<SandboxOutcome>;

/** What trials run in. */
export interface TrialDeps {
  readonly run: RunCall;
  readonly bundle: Bundle;
  /** Whose run it is; nobody's. */
  readonly org: OrgId;
}

/** One call of a module in a world that is all script: the same each time it is run. */
export interface Trial {
  readonly capability: Capability;
  readonly input: JsonObject;
  readonly now: Date;
  readonly seed: string;
  readonly asker: Nexus["asker"];
  readonly sample: Nexus["sample"];
  /** The module's own files, and what came with the message under `input/`. */
  readonly files: Readonly<Record<string, string>>;
  /** Sources as they are at the beginning: they may count. */
  readonly openSource: () => Source;
  readonly credentials: boolean;
}

/** How a trial went. */
export interface TrialEnd {
  readonly outcome: SandboxOutcome;
  readonly ending: Ending;
  readonly trace: Trace;
  /** The module's own files as a real run would leave them. */
  readonly files: ReadonlyMap<string, string>;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMib: number;
  readonly outputChars: number;
}

/** How a trial is run other than as usual. */
export interface TrialUse {
  readonly run?: RunCall;
  readonly timeoutMs?: number;
}

/**
 * Runs a trial and reads how it ended.
 * @throws the reason of `signal`, and NexusError sandbox_unavailable | module_busy when there is nothing to run it
 */
export async function runTrial(deps: TrialDeps, trial: Trial, use: TrialUse, signal: AbortSignal): Promise<TrialEnd> {
  const startedAtMs = performance.now();
  const { outcome, trace, files, before } = await makeCall(deps, trial, use, signal);
  signal.throwIfAborted();
  const wallMs = performance.now() - startedAtMs;
  const ending = readOutcome(outcome, use.timeoutMs ?? deps.bundle.manifest.limits.timeoutMs, files.problem());
  const ran = outcome.status === "completed" ? outcome : undefined;
  return {
    outcome,
    ending,
    trace,
    // A call that does not succeed leaves no trace in its files.
    files: ending.kind === "answer" ? files.own() : before,
    wallMs,
    cpuMs: ran?.cpuMs ?? 0,
    peakMib: ran?.peakMib ?? 0,
    outputChars: ran === undefined ? 0 : JSON.stringify(ran.output).length,
  };
}

/** What a call of a trial left behind, whatever came of it. */
interface World {
  readonly trace: Trace;
  readonly files: ScriptedFiles;
  /** The module's own files before the call. */
  readonly before: ReadonlyMap<string, string>;
}

/** Makes the call of a trial, in a host that is all script. */
export async function makeCall(
  deps: TrialDeps,
  trial: Trial,
  use: TrialUse,
  signal: AbortSignal,
): Promise<World & { readonly outcome: SandboxOutcome }> {
  const { bundle, org } = deps;
  const { limits } = bundle.manifest;
  const { capability, input, now, seed, asker, sample } = trial;
  const worlds: World[] = [];
  const outcome = await (use.run ?? deps.run)(
    {
      org,
      bundle,
      capability: capability.name,
      input,
      limits: { ...limits, timeoutMs: use.timeoutMs ?? limits.timeoutMs },
      now,
      seed,
      asker,
      sample,
      origin: "stranger",
    },
    () => {
      const { host, ...world } = openWorld(bundle, trial);
      worlds.push(world);
      return host;
    },
    signal,
  );
  const world = worlds.at(-1) ?? openWorld(bundle, trial);
  // What it asked for the first time it was made is held against it too.
  const denied = worlds.flatMap(({ trace }) => trace.denied);
  return { ...world, trace: { ...world.trace, denied }, outcome };
}

function openWorld({ manifest, data }: Bundle, trial: Trial): World & { readonly host: ModuleHost } {
  // As in a real run, what came with a message only reaches a capability that takes files.
  const takesFiles = Object.values(trial.capability.slots).some(({ type }) => type === "file");
  const given = Object.entries(trial.files).filter(([path]) => takesFiles || !path.startsWith("input/"));
  const files = createScriptedFiles({
    files: Object.fromEntries(given),
    bundle: data,
    fileBytes: manifest.limits.fileBytes,
  });
  const before = new Map(files.own());
  const source = trial.openSource();
  return {
    ...createScriptedHost({ manifest, effect: trial.capability.effect, source, files, credentials: trial.credentials }),
    files,
    before,
  };
}
