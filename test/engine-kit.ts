import { createHash } from "node:crypto";
import { newId, OrgId, Sha256 } from "#core/contract/ids.ts";
import type { Limits } from "#core/contract/manifest.ts";
import type { Log } from "#core/contract/ports.ts";
import type { ModuleHost, SandboxOutcome } from "#core/contract/sandbox.ts";
import { createEngines, type Engines } from "#sandbox/engines/engines.ts";
import { createLocalLauncher } from "#sandbox/launch/local-launcher.ts";
import { createRunnerPools, type PooledCall, type RunnerPools } from "#sandbox/runner-pools.ts";

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** The engines that run scripts. */
export const SCRIPT_ENGINES = ["v8", "quickjs"] as const;

/** The limits of calls that name no others. */
export const LIMITS: Limits = { timeoutMs: 2_000, memoryMib: 32, fetches: 5, outputChars: 25_000, fileBytes: 0 };

/** Runs a module, or the body of its function, in a fenced process of an engine. */
export interface EngineKit extends AsyncDisposable {
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
    engines,
    pools,
    run(engine, code, more = {}, host = quietHost()) {
      const files =
        typeof code === "string" ? { "module.ts": `export async function run(input, nexus) { ${code} }` } : code;
      return pools.run(engines.named[engine], callOf(files, more), host, { once: false }, new AbortController().signal);
    },
    async [Symbol.asyncDispose]() {
      await pools[Symbol.asyncDispose]();
      await launcher[Symbol.asyncDispose]();
    },
  };
}

/** A host that answers politely and remembers nothing. */
export function quietHost(more: Partial<ModuleHost> = {}): ModuleHost {
  return {
    fetch: async (url) => ({ ok: true, status: 200, headers: {}, body: url }),
    log: () => {},
    cacheGet: async () => undefined,
    cacheSet: async () => {},
    fileList: async () => [],
    fileRead: async () => undefined,
    fileWrite: async () => {},
    fileRemove: async () => {},
    ...more,
  };
}

const org = newId(OrgId);

function callOf(files: Readonly<Record<string, string>>, more: Partial<PooledCall>): PooledCall {
  const code = new Map(Object.entries(files));
  const hash = createHash("sha256").update(JSON.stringify([...code]));
  return {
    org,
    bundle: { sha256: Sha256.parse(hash.digest("hex")), code },
    capability: "run",
    input: {},
    limits: LIMITS,
    now: new Date("2026-03-04T05:06:07Z"),
    seed: "seed",
    asker: { locale: "en-CA", timeZone: "America/Toronto" },
    sample: "off",
    ...more,
  };
}
