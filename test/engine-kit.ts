import { newId, OrgId } from "#core/contract/ids.ts";
import type { Limits } from "#core/contract/manifest.ts";
import type { ModuleHost, SandboxOutcome } from "#core/contract/sandbox.ts";
import { bareHost } from "#sandbox/bare-host.ts";
import { createEngines, type Engines } from "#sandbox/engines/engines.ts";
import { createLocalLauncher } from "#sandbox/launch/local-launcher.ts";
import type { Launcher } from "#sandbox/launch/cell.ts";
import { createRunnerPools, type PooledCall, type RunnerPools } from "#sandbox/runner-pools.ts";
import { handMadeBundle } from "./hand-made-bundle.ts";
import { callOf, runOf } from "./sandbox-call.ts";
import { SILENT } from "./silent-log.ts";

/** The engines that run scripts. */
export const SCRIPT_ENGINES = ["v8", "quickjs"] as const;

/** The limits of calls that name no others. */
export const LIMITS: Limits = { timeoutMs: 2_000, memoryMib: 32, fetches: 5, outputChars: 25_000, fileBytes: 0 };

/** Runs a module, or the body of its function, in a fenced process of an engine. */
export interface EngineKit extends AsyncDisposable {
  readonly launcher: Launcher;
  readonly engines: Engines;
  readonly pools: RunnerPools;
  run(
    engine: (typeof SCRIPT_ENGINES)[number],
    code: string | Readonly<Record<string, string>>,
    more?: Partial<PooledCall>,
    host?: ModuleHost,
  ): Promise<SandboxOutcome>;
}

/** Starts runners of both engines as they are wanted. */
export function startEngines(): EngineKit {
  const launcher = createLocalLauncher();
  const engines = createEngines({ choice: "v8" });
  const pools = createRunnerPools({
    launcher,
    engines,
    options: { log: SILENT, runners: 3, spares: 0, waitMs: 30_000 },
  });
  return {
    launcher,
    engines,
    pools,
    run(engine, code, more = {}, host = quietHost()) {
      const bundle = handMadeBundle(typeof code === "string" ? runOf(code) : code);
      const call = { ...callOf(bundle, { org, limits: LIMITS }), ...more };
      return pools.run(engines.named[engine], call, host, { once: false }, new AbortController().signal);
    },
    async [Symbol.asyncDispose]() {
      await pools[Symbol.asyncDispose]();
      await launcher[Symbol.asyncDispose]();
    },
  };
}

/** A host that answers politely and remembers nothing. */
export function quietHost(more: Partial<ModuleHost> = {}): ModuleHost {
  return bareHost({ fetch: async (url) => ({ ok: true, status: 200, headers: {}, body: url }), ...more });
}

const org = newId(OrgId);
