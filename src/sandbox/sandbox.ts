import type { Fence, FenceName } from "#core/contract/validation.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import { checkSandbox } from "./check-sandbox.ts";
import { createCompiler } from "./compile.ts";
import { createEngines, type EngineChoice, type Engines } from "./engines/engines.ts";
import type { Launcher } from "./launch/cell.ts";
import { logFences } from "./launch/log-fences.ts";
import { createLocalLauncher } from "./launch/local-launcher.ts";
import { checkMinimum, requireFences } from "./launch/minimum.ts";
import { buildOf } from "./launch/service/protocol.ts";
import { createSocketLauncher } from "./launch/service/socket-launcher.ts";
import { listPrograms } from "./programs.ts";
import { createRunnerPools } from "./runner-pools.ts";
import type { SandboxOptions } from "./sandbox-options.ts";
import { createValidator } from "./validate/validate.ts";

/** Fences that keep strange code from other people's data, whatever else is up. */
export const DEFAULT_MINIMUM: readonly FenceName[] = ["process", "environment", "files", "network", "memory"];

/**
 * Starts the runners and hands calls to them. Each call has a process that serves one bundle of one org at a time, and
 * in it a context that no other call has seen; what does not end well ends with its process.
 */
export function createSandbox(options: SandboxOptions): Sandbox {
  const engines = createEngines({ choice: choiceOf(options) });
  const launcher = options.launcher ?? openLauncher(options.socket, engines);
  const minimum = options.minimum ?? DEFAULT_MINIMUM;
  const pools = createRunnerPools({ launcher, engines, options });
  const missing = () => checkMinimum(launcher.fences(engines.scripts.program), minimum);
  const validator = createValidator({ launcher, engines, pools, missing, version: options.version });
  const compile = createCompiler(launcher);
  if (engines.fallback !== undefined) {
    options.log.warn({ why: engines.fallback }, "modules run in QuickJS: slower, and without Intl");
  }
  void launcher.ready().then(() => logFences(launcher.fences(engines.scripts.program), missing(), options.log));
  return {
    async run(call, host, signal) {
      if (call.origin !== "own") {
        await launcher.ready();
        const { program } = engines.forBundle(call.bundle);
        const lacking = checkMinimum(launcher.fences(program), minimum);
        if (lacking.length > 0) return { status: "unavailable", reason: explain(lacking) };
      }
      return pools.run(engines.forBundle(call.bundle), call, host, { once: false }, signal);
    },
    async validate(entries, validation, signal) {
      await launcher.ready();
      return await validator.validate(entries, validation, signal);
    },
    async compile(entries, signal) {
      await launcher.ready();
      requireFences(missing());
      return await compile(entries, signal);
    },
    retire: (sha256) => pools.retire(sha256),
    async check(signal) {
      await launcher.ready();
      const fences = launcher.fences(engines.scripts.program);
      const { name } = engines.scripts;
      const engine = engines.fallback === undefined ? { name } : { name, why: engines.fallback };
      return { ...(await checkSandbox(pools, engines, fences, signal)), fences, missing: missing(), engine };
    },
    async [Symbol.asyncDispose]() {
      await pools[Symbol.asyncDispose]();
      await launcher[Symbol.asyncDispose]();
    },
  };
}

/** The engine is looked for on this machine, so only where processes start on it. */
function choiceOf({ engine = "auto", socket, launcher }: SandboxOptions): EngineChoice {
  return engine === "auto" && (socket !== undefined || launcher !== undefined) ? "v8" : engine;
}

/** What starts fenced processes: the runner service at `socket`, or without one this process itself. */
export function openLauncher(socket: string | undefined, engines: Engines): Launcher {
  if (socket === undefined) return createLocalLauncher();
  return createSocketLauncher({ socketPath: socket, build: buildOf(listPrograms(engines)) });
}

function explain(lacking: readonly Fence[]): string {
  const names = lacking.map(({ name }) => name).join(", ");
  // One cause takes all of them down while a runner service is away.
  const causes = [...new Set(lacking.map(({ why }) => why ?? "not on this machine"))].join("; ");
  return `fences that strangers' code needs are down: ${names} (${causes})`.slice(0, 1_000);
}
