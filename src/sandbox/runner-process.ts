import { spawn, type ChildProcess } from "node:child_process";
import type { Bundle } from "#core/contract/module.ts";
import type { ModuleHost, SandboxCall, SandboxOutcome } from "#core/contract/sandbox.ts";
import { answerAsk, createAllowance } from "./answer-ask.ts";
import { offerToOutOfMemoryKiller, type Fences } from "./fences.ts";
import { isTooDeep } from "./json-depth.ts";
import type { MemoryWatch } from "./memory-watch.ts";
import type { RunnerSource } from "./runner-source.ts";
import { FromRunner, type ToRunner } from "./wire.ts";

/** What a call needs of its `SandboxCall`: no org, and of the bundle only the code. */
export type Job = Pick<SandboxCall, "capability" | "input" | "limits" | "now" | "seed" | "asker" | "sample">;

/** One runner process, seen from the parent. */
export interface RunnerProcess {
  readonly pid: number;
  /** Resolves when it can take its first bundle; rejects when it ends before that. */
  readonly ready: Promise<void>;
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;
  isAlive(): boolean;
  load(code: Bundle["code"], memoryMib: number): void;
  /** Runs one call; only one at a time. After any ending but `completed` the runner has been killed. */
  run(job: Job, host: ModuleHost, signal: AbortSignal): Promise<SandboxOutcome>;
  /** Resolves to true when the runner stands ready for the next call, to false when it is gone. */
  settled(): Promise<boolean>;
  kill(): void;
}

/** Beyond the module's own time: for starting the call and bringing its answer home. */
const GRACE_MS = 300;
/** A runner that is not ready for the next call by then is still busy with what the last one left behind. */
const SETTLE_MS = 1_000;
/** Node itself needs some 60 MiB; the rest of the distance is what an isolate may be over its limit before we act. */
const NODE_MIB = 128;
/** A start takes 40 ms; one that takes this long will not come. */
const START_MS = 10_000;
const HOST_CALLS = 1_000;
const LOG_LINES = 200;

/** How a runner ends when V8 gives up on its heap, and when the runner says so itself (SIGUSR2). */
const OUT_OF_MEMORY_SIGNALS: readonly (NodeJS.Signals | null)[] = ["SIGABRT", "SIGTRAP", "SIGILL", "SIGUSR2"];

/** Starts a runner: no environment, no input or output, nothing but a channel of messages. */
export function startRunner(deps: {
  readonly fences: Fences;
  readonly source: RunnerSource;
  readonly memory: MemoryWatch;
  readonly memoryCapMib: number;
}): RunnerProcess {
  const [program = process.execPath, ...before] = deps.fences.command;
  const child = spawn(
    program,
    [
      ...before,
      ...deps.fences.nodeFlags,
      "--input-type=module",
      "--eval",
      deps.source.runner,
      deps.source.inside,
      deps.source.gather,
    ],
    // The zone is no secret, and with it a module's local time is the same on every machine.
    {
      cwd: import.meta.dirname,
      env: { TZ: "UTC" },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "json",
    },
  );
  const pid = child.pid ?? 0;
  const ready = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  let alive = pid !== 0;
  let calls = 0;
  let memoryMib = 0;
  let onMessage: ((message: FromRunner) => void) | undefined;
  let onExit: ((signal: NodeJS.Signals | null) => void) | undefined;
  let settle = Promise.withResolvers<boolean>();

  const kill = (): void => {
    alive = false;
    child.kill("SIGKILL");
  };
  const tooLate = setTimeout(kill, START_MS);
  const end = (signal: NodeJS.Signals | null, why: string): void => {
    clearTimeout(tooLate);
    alive = false;
    ready.reject(new Error(why));
    settle.resolve(false);
    onExit?.(signal);
    exited.resolve();
  };
  child.on("error", (error) => end(null, error.message));
  child.on("exit", (code, signal) => end(signal, `the runner ended (${signal ?? code ?? "?"}) before it was ready`));
  child.on("message", (raw: unknown) => {
    const read = FromRunner.safeParse(raw);
    if (!read.success) return kill();
    if (read.data.type === "ready") {
      clearTimeout(tooLate);
      offerToOutOfMemoryKiller(pid);
      ready.resolve();
    } else if (read.data.type === "idle") settle.resolve(true);
    else onMessage?.(read.data);
  });

  return {
    pid,
    ready: ready.promise,
    exited: exited.promise,
    isAlive: () => alive,
    kill,
    load(code, limitMib) {
      memoryMib = limitMib;
      tell(child, { type: "load", code: [...code], memoryMib: limitMib });
    },
    async settled() {
      const late = setTimeout(kill, SETTLE_MS);
      const isSettled = await settle.promise;
      clearTimeout(late);
      return isSettled && alive;
    },
    async run(job, host, signal) {
      calls += 1;
      const id = calls;
      settle = Promise.withResolvers();
      const answer = Promise.withResolvers<SandboxOutcome>();
      const asks = new AbortController();
      const allowance = createAllowance({ fetches: job.limits.fetches, calls: HOST_CALLS, logLines: LOG_LINES });
      onExit = (exitSignal) =>
        answer.resolve(
          OUT_OF_MEMORY_SIGNALS.includes(exitSignal)
            ? { status: "resources", what: "memory" }
            : { status: "failed", message: `the runner ended during the call (${exitSignal ?? "exit"})` },
        );
      onMessage = (message) => {
        if (!("call" in message) || message.call !== id) return;
        if (message.type === "ended") answer.resolve(readEnding(message.ended, job.limits.outputChars));
        else if (message.type === "overrun") answer.resolve({ status: "resources", what: message.what });
        else if (message.type === "log") {
          if (allowance.take("log")) host.log(message.text.slice(0, 2_000));
        } else if (message.type === "ask") {
          if (!allowance.take(message.verb)) return answer.resolve({ status: "resources", what: "calls" });
          void answerAsk(message.verb, message.args, host, asks.signal).then((text) => {
            if (!asks.signal.aborted) tell(child, { type: "answer", call: id, ask: message.ask, text });
          });
        }
      };
      const stop = (): void => answer.resolve({ status: "aborted" });
      signal.addEventListener("abort", stop, { once: true });
      const wallClock = setTimeout(() => answer.resolve({ status: "timeout" }), job.limits.timeoutMs + GRACE_MS);
      const watched = deps.memory.watch(pid, Math.max(deps.memoryCapMib, memoryMib + NODE_MIB), () =>
        answer.resolve({ status: "resources", what: "memory" }),
      );
      if (signal.aborted) stop();
      else if (alive) tell(child, { type: "call", ...travel(id, job) });
      else answer.resolve({ status: "failed", message: "the runner was gone before the call" });

      const outcome = await answer.promise;
      clearTimeout(wallClock);
      watched[Symbol.dispose]();
      signal.removeEventListener("abort", stop);
      onMessage = undefined;
      onExit = undefined;
      asks.abort();
      if (outcome.status !== "completed") kill();
      return outcome;
    },
  };
}

function travel(call: number, job: Job): Omit<Extract<ToRunner, { type: "call" }>, "type"> {
  const settings = {
    fetches: job.limits.fetches,
    calls: HOST_CALLS,
    logLines: LOG_LINES,
    outputChars: job.limits.outputChars,
    // A file is the largest thing a module may hand over; escaped as JSON it can double.
    argumentChars: 262_144 + 2 * job.limits.fileBytes,
    asker: job.asker,
    sample: job.sample,
  };
  return {
    call,
    capability: job.capability,
    input: JSON.stringify(job.input),
    settings: JSON.stringify(settings),
    nowMs: job.now.getTime(),
    seed: job.seed,
    timeoutMs: job.limits.timeoutMs,
  };
}

function readEnding(ended: Extract<FromRunner, { type: "ended" }>["ended"], outputChars: number): SandboxOutcome {
  if (ended.status !== "completed") return ended;
  if (ended.output.length > outputChars) return { status: "resources", what: "output" };
  if (isTooDeep(ended.output)) return { status: "failed", message: "the answer is nested too deeply" };
  try {
    return { status: "completed", output: JSON.parse(ended.output), cpuMs: ended.cpuMs };
  } catch {
    return { status: "failed", message: "the runner sent something that is not JSON" };
  }
}

/** A runner that has just died cannot be told anything; its exit is what the caller hears of. */
function tell(child: ChildProcess, message: ToRunner): void {
  if (child.connected) child.send(message, () => {});
}
