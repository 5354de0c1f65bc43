import type { Sha256 } from "#core/contract/ids.ts";
import type { ModuleHost, SandboxCall, SandboxOutcome } from "#core/contract/sandbox.ts";
import type { EngineName } from "#core/contract/validation.ts";
import type { Engine } from "./engines/engine.ts";
import type { Engines } from "./engines/engines.ts";
import type { Launcher } from "./launch/cell.ts";
import { RETIRE_CPU_S } from "./launch/limits.ts";
import { createRunnerPool, type RunnerPool } from "./runner-pool.ts";
import { startRunner, type Job } from "./runner-process.ts";
import type { SandboxOptions } from "./sandbox-options.ts";

/** What a call needs to be run by whichever engine. */
export type PooledCall = Job &
  Pick<SandboxCall, "org"> & { readonly bundle: Pick<SandboxCall["bundle"], "sha256" | "code" | "wasm"> };

/** One pool of runners for each engine that has been wanted. */
export interface RunnerPools extends AsyncDisposable {
  run(
    engine: Engine,
    call: PooledCall,
    host: ModuleHost,
    use: { /** A process of its own, ended after. */ readonly once: boolean },
    signal: AbortSignal,
  ): Promise<SandboxOutcome>;
  /**
   * The same in a memory in which nothing has run. Other calls of the same org may have used its process; a call that does
   * not complete in such a one is made again in a process that has run nothing before, and only that counts.
   * @param openHost a host that nothing was asked of yet, for each time the call is made
   */
  runAfresh(engine: Engine, call: PooledCall, openHost: () => ModuleHost, signal: AbortSignal): Promise<SandboxOutcome>;
  /** Lets go of every process that has these bytes in it, once its call is over. */
  retire(sha256: Sha256): void;
}

/** Starts the spares of the engine for scripts at once; other engines start when they are first wanted. */
export function createRunnerPools(deps: {
  readonly launcher: Launcher;
  readonly engines: Engines;
  readonly options: SandboxOptions;
}): RunnerPools {
  const { launcher, options } = deps;
  const runners = options.runners ?? 8;
  // Each call has a context of its own; this bounds what could gather in the isolate and the process around it.
  const callsPerIsolate = options.callsPerIsolate ?? 250;
  const pools = new Map<EngineName, RunnerPool>();

  const open = (engine: Engine, spares: number): RunnerPool => {
    const known = pools.get(engine.name);
    if (known !== undefined) return known;
    const pool = createRunnerPool({
      start: () => startRunner({ launcher, engine, memoryCapMib: options.memoryCapMib ?? 256 }),
      now: () => performance.now(),
      runners,
      spares: Math.min(spares, runners),
      callsPerIsolate,
      // A new process costs 65 ms of processor: replaced every 50 calls, runners gave half the calls per second.
      callsPerRunner: callsPerIsolate * 2,
      busyMsPerRunner: RETIRE_CPU_S * 1_000,
      idleMs: options.idleMs ?? 60_000,
      // As long as a process takes to start: waiting less than that, a call is served sooner by the runner it waits for.
      growMs: 60,
      waitMs: options.waitMs ?? 5_000,
      waiting: options.waiting ?? 1_000,
      retryMs: 1_000,
      log: options.log,
    });
    pools.set(engine.name, pool);
    return pool;
  };
  open(deps.engines.scripts, options.spares ?? 2);

  /**
   * @param own what of the runner nothing has run in before
   * @returns also whether nothing had run in the whole process
   */
  const make = async (
    engine: Engine,
    call: PooledCall,
    host: ModuleHost,
    own: "process" | "memory" | "context",
    signal: AbortSignal,
  ): Promise<{ readonly outcome: SandboxOutcome; readonly isFirst: boolean }> => {
    const pool = open(engine, 0);
    const { bundle } = call;
    const { memoryMib } = call.limits;
    const answer = await pool.take({ org: call.org, bundle, memoryMib, once: own === "process" }, signal);
    if (answer.status !== "granted") return { outcome: answer, isFirst: true };
    const { runner, isFirst } = answer;
    if (own === "memory" && !isFirst && engine.sharesHeap) runner.load(bundle, memoryMib);
    const outcome = await runner.run(call, host, signal);
    pool.release(runner);
    return { outcome, isFirst };
  };

  return {
    async run(engine, call, host, { once }, signal) {
      return (await make(engine, call, host, once ? "process" : "context", signal)).outcome;
    },
    async runAfresh(engine, call, openHost, signal) {
      const { outcome, isFirst } = await make(engine, call, openHost(), "memory", signal);
      if (isFirst || outcome.status === "completed" || outcome.status === "aborted") return outcome;
      return (await make(engine, call, openHost(), "process", signal)).outcome;
    },
    retire(sha256) {
      for (const pool of pools.values()) pool.retire(sha256);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...pools.values()].map((pool) => pool[Symbol.asyncDispose]()));
    },
  };
}
