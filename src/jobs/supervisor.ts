import { randomUUID } from "node:crypto";
import { setTimeout as after } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type Bree from "bree";
import { NexusError } from "#core/contract/errors.ts";
import type { HeavyTask, HeavyWork } from "#core/contract/heavy-work.ts";
import { HeavyAnswer } from "#core/contract/heavy-thread.ts";
import type { Log } from "#core/contract/ports.ts";

export interface SupervisorOptions {
  /** How often a thread that ended without an answer is started again. */
  readonly restarts?: number;
  /** How long the first of these waits, and each after it twice as long as the one before; ms. */
  readonly backoffMs?: number;
  /** How long what runs is given at the end to let go; ms. */
  readonly stopMs?: number;
}

interface Running {
  readonly answered: (answer: HeavyAnswer) => void;
  readonly ended: (why: unknown) => void;
}

/**
 * Makes what does heavy work: Bree runs each task in a thread, which is started anew when it crashes. When all is taken
 * down threads are asked to let go, and ended once they have had their time.
 */
export function createSupervisor(
  { restarts = 2, backoffMs = 1_000, stopMs = 5_000 }: SupervisorOptions,
  log: Log,
): HeavyWork & AsyncDisposable {
  const running = new Map<string, Running>();
  const busy = new Set<string>();
  const ending = new AbortController();
  let bree: Promise<Bree> | undefined;

  // Hardly any minute of a NEXUS has heavy work in it.
  const supervisor = (): Promise<Bree> =>
    (bree ??= import("bree").then(
      ({ default: Supervisor }) =>
        new Supervisor({
          root: false,
          doRootCheck: false,
          logger: false,
          acceptedExtensions: [".ts"],
          removeCompleted: true,
          jobs: [],
          errorHandler: (error, { name }) => running.get(name)?.ended(error),
          workerMessageHandler: ({ name, message }) => {
            const answer = HeavyAnswer.safeParse(message);
            if (answer.success) running.get(name)?.answered(answer.data);
          },
        }),
    ));

  async function once({ name, program, order, timeoutMs }: HeavyTask, signal: AbortSignal): Promise<HeavyAnswer> {
    const threads = await supervisor();
    signal.throwIfAborted();
    // Of one name Bree runs one, and what is ending still has it.
    const job = `${name}-${randomUUID()}`;
    const over = Promise.withResolvers<HeavyAnswer>();
    // It may be over before anybody waits for it.
    over.promise.catch(() => undefined);
    running.set(job, { answered: over.resolve, ended: over.reject });
    const gone = (deleted: string): void => {
      if (deleted === job) over.reject(new Error(`the thread of ${name} ended without an answer`));
    };
    const tooLong = new NexusError("internal", `${name} took longer than ${timeoutMs} ms`);
    const timer = setTimeout(() => over.reject(tooLong), timeoutMs);
    const abort = (): void => over.reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    threads.on("worker deleted", gone);
    try {
      await threads.add({ name: job, path: fileURLToPath(program), worker: { env: {}, workerData: { order } } });
      await threads.run(job);
      return await over.promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      threads.off("worker deleted", gone);
      await letGo(threads, job);
      running.delete(job);
    }
  }

  async function letGo(threads: Bree, job: string): Promise<void> {
    const worker = threads.workers.get(job);
    if (worker !== undefined) {
      const gone = Promise.withResolvers<void>();
      const onDeleted = (deleted: string): void => {
        if (deleted === job) gone.resolve();
      };
      threads.on("worker deleted", onDeleted);
      worker.postMessage("cancel");
      await Promise.race([gone.promise, after(stopMs, undefined, { ref: false })]);
      threads.off("worker deleted", onDeleted);
      await worker.terminate();
    }
    if (threads.config.jobs.some((one) => typeof one === "object" && "name" in one && one.name === job)) {
      await threads.remove(job);
    }
  }

  return {
    async run(task, given) {
      const signal = AbortSignal.any([given, ending.signal]);
      signal.throwIfAborted();
      if (busy.has(task.name)) throw new NexusError("internal", `${task.name} runs already`);
      busy.add(task.name);
      try {
        for (let start = 0; ; start++) {
          try {
            return settled(await once(task, signal));
          } catch (error) {
            signal.throwIfAborted();
            if (error instanceof NexusError || start >= restarts) throw error;
            log.warn({ err: error, task: task.name, start }, "a thread crashed and is started again");
            await after(backoffMs * 2 ** start, undefined, { signal });
          }
        }
      } finally {
        busy.delete(task.name);
      }
    },
    async [Symbol.asyncDispose]() {
      ending.abort(new NexusError("internal", "NEXUS is stopping"));
      const threads = await bree;
      if (threads === undefined) return;
      const late = after(stopMs + 1_000, undefined, { ref: false });
      await Promise.race([Promise.all([...running.keys()].map((job) => letGo(threads, job))), late]);
      // It waits for a word that a thread which has ended cannot say.
      await Promise.race([threads.stop(), late]);
    },
  };
}

function settled(answer: HeavyAnswer): unknown {
  if (answer.kind === "answer") return answer.answer;
  throw new NexusError(answer.code, answer.detail, { say: answer.say, hint: answer.hint });
}
