import type { Sandbox } from "#core/contract/sandbox.ts";
import type { Log } from "#core/contract/ports.ts";
import { checkSandbox } from "./check-sandbox.ts";
import { raiseFences } from "./fences.ts";
import { createMemoryWatch } from "./memory-watch.ts";
import { createRunnerPool } from "./runner-pool.ts";
import { startRunner } from "./runner-process.ts";
import { readRunnerSource } from "./runner-source.ts";

export interface SandboxOptions {
  readonly log: Log;
  /** Runner processes at most, spares included; some 50 MB each while they are idle. */
  readonly runners?: number;
  /** Runners kept warm for a bundle that has none. */
  readonly spares?: number;
  /** A bundle's isolate is renewed after so many calls, its process after ten times as many. */
  readonly callsPerIsolate?: number;
  /** How long a call waits for a runner before it is told that all are busy. */
  readonly waitMs?: number;
  /** Calls that may wait, for all orgs together. */
  readonly waiting?: number;
  /** An idle runner is let go after this. */
  readonly idleMs?: number;
  /** What a runner process may hold before it is killed. */
  readonly memoryCapMib?: number;
  /** Whether V8 may compile module code; see `FenceOptions`. */
  readonly compiler?: boolean;
}

/**
 * Starts the runners and hands calls to them. Each call has a process that serves one bundle of one org at a time, and
 * in it a context that no other call has seen; what does not end well ends with its process.
 */
export function createSandbox(options: SandboxOptions): Sandbox {
  const fences = raiseFences({ compiler: options.compiler ?? false });
  const source = readRunnerSource();
  const memory = createMemoryWatch();
  const memoryCapMib = options.memoryCapMib ?? 256;
  const runners = options.runners ?? 8;
  const callsPerIsolate = options.callsPerIsolate ?? 50;
  const pool = createRunnerPool({
    start: () => startRunner({ fences, source, memory, memoryCapMib }),
    runners,
    spares: Math.min(options.spares ?? 2, runners),
    callsPerIsolate,
    // A new process costs 65 ms of processor: replaced every 50 calls, runners gave half the calls per second.
    callsPerRunner: callsPerIsolate * 10,
    idleMs: options.idleMs ?? 60_000,
    waitMs: options.waitMs ?? 5_000,
    waiting: options.waiting ?? 1_000,
    log: options.log,
  });
  return {
    async run(call, host, signal) {
      const { sha256, code } = call.bundle;
      const wish = { org: call.org, sha256, code, memoryMib: call.limits.memoryMib };
      const answer = await pool.take(wish, signal);
      if (answer.status !== "granted") return answer;
      const outcome = await answer.runner.run(call, host, signal);
      pool.release(answer.runner);
      return outcome;
    },
    check: (signal) => checkSandbox(pool, fences, signal),
    async [Symbol.asyncDispose]() {
      await pool[Symbol.asyncDispose]();
      memory[Symbol.dispose]();
    },
  };
}
