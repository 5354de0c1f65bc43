import type { FenceName } from "#core/contract/validation.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import { checkSandbox } from "./check-sandbox.ts";
import { createEngines } from "./engines/engines.ts";
import { createLocalLauncher } from "./launch/local-launcher.ts";
import { checkMinimum } from "./launch/minimum.ts";
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
  const launcher = options.launcher ?? createLocalLauncher();
  const engines = createEngines();
  const minimum = options.minimum ?? DEFAULT_MINIMUM;
  const pools = createRunnerPools({ launcher, engines, options });
  const missing = () => checkMinimum(launcher.fences(engines.scripts.program), minimum);
  const validator = createValidator({ launcher, engines, pools, missing });
  return {
    async run(call, host, signal) {
      const lacking = call.origin === "own" ? [] : missing();
      if (lacking.length > 0) {
        const names = lacking.map(({ name }) => name).join(", ");
        return { status: "unavailable", reason: `this machine lacks fences that strangers' code needs: ${names}` };
      }
      return pools.run(engines.forBundle(call.bundle), call, host, { once: false }, signal);
    },
    validate: validator.validate,
    async check(signal) {
      const fences = launcher.fences(engines.scripts.program);
      return { ...(await checkSandbox(pools, engines.scripts, fences, signal)), fences, missing: missing() };
    },
    async [Symbol.asyncDispose]() {
      await pools[Symbol.asyncDispose]();
      await launcher[Symbol.asyncDispose]();
    },
  };
}
