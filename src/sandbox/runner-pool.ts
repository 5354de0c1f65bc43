import type { Bundle } from "#core/contract/module.ts";
import type { Log } from "#core/contract/ports.ts";
import { createFairQueue } from "./fair-queue.ts";
import type { RunnerProcess } from "./runner-process.ts";

/** What a runner is wanted for. A runner never crosses from one org to another. */
export interface RunnerWish {
  readonly org: string;
  readonly bundle: Pick<Bundle, "sha256" | "code" | "wasm">;
  readonly memoryMib: number;
  /** A process that has run nothing before, and runs nothing after. */
  readonly once?: boolean;
}

export type RunnerAnswer =
  | { readonly status: "granted"; readonly runner: RunnerProcess }
  | { readonly status: "busy" }
  | { readonly status: "aborted" }
  | { readonly status: "unavailable"; readonly reason: string };

/** The runner processes: some bound to an org's bundle, some spare. */
export interface RunnerPool extends AsyncDisposable {
  take(wish: RunnerWish, signal: AbortSignal): Promise<RunnerAnswer>;
  /** Gives a runner back after its call. One that was killed is replaced. */
  release(runner: RunnerProcess): void;
  counts(): { readonly busy: number; readonly idle: number; readonly spare: number };
}

export interface RunnerPoolOptions {
  readonly start: () => RunnerProcess;
  /** Processes at most, spares included. */
  readonly runners: number;
  /** Processes kept ready for a bundle that has none. */
  readonly spares: number;
  /** After so many calls a bundle gets a new isolate in the same process. */
  readonly callsPerIsolate: number;
  /** After so many calls a runner is replaced: whatever a module has left in the process goes with it. */
  readonly callsPerRunner: number;
  readonly idleMs: number;
  readonly waitMs: number;
  /** Calls that may wait, for all orgs together. */
  readonly waiting: number;
  readonly log: Log;
}

interface Slot {
  readonly runner: RunnerProcess;
  state: "starting" | "spare" | "busy" | "settling" | "idle";
  org: string | undefined;
  bundle: string | undefined;
  calls: number;
  /** Order of last use: the smallest is let go first. */
  usedAt: number;
  retire: NodeJS.Timeout | undefined;
}

interface Waiting {
  readonly org: string;
  readonly wish: RunnerWish;
  readonly answer: (answer: RunnerAnswer) => void;
}

/** Starts the spares at once, and more runners as calls ask for them. */
export function createRunnerPool(options: RunnerPoolOptions): RunnerPool {
  const slots = new Set<Slot>();
  const queue = createFairQueue<Waiting>();
  let uses = 0;
  let isClosed = false;

  const inState = (state: Slot["state"]): Slot[] =>
    [...slots].filter((slot) => slot.state === state).sort((a, b) => a.usedAt - b.usedAt);

  const start = (): void => {
    const runner = options.start();
    const slot: Slot = {
      runner,
      state: "starting",
      org: undefined,
      bundle: undefined,
      calls: 0,
      usedAt: 0,
      retire: undefined,
    };
    slots.add(slot);
    void runner.exited.then(() => forget(slot));
    runner.ready.then(
      () => {
        slot.state = "spare";
        dispatch();
      },
      (error: unknown) => {
        forget(slot);
        if (isClosed) return;
        options.log.error({ err: error }, "a sandbox runner could not be started");
        // Whoever waits hears of it, unless another runner can still serve them. The next call tries again.
        if (slots.size === 0) {
          const reason = error instanceof Error ? error.message : "the runner could not be started";
          for (const waiting of queue.drain()) waiting.answer({ status: "unavailable", reason });
        }
      },
    );
  };
  const forget = (slot: Slot): void => {
    clearTimeout(slot.retire);
    if (!slots.delete(slot) || isClosed) return;
    dispatch();
  };
  /** The process is gone from our books at once, so that its replacement can start while the kernel clears it away. */
  const drop = (slot: Slot): void => {
    slot.runner.kill();
    clearTimeout(slot.retire);
    slots.delete(slot);
  };

  /** The best runner there is for a wish: one that knows the bundle, then a spare, then one of the same org. */
  const choose = (wish: RunnerWish): Slot | undefined => {
    if (wish.once === true) return inState("spare")[0];
    const idle = inState("idle").filter((slot) => slot.org === wish.org);
    const warm = idle.find((slot) => slot.bundle === wish.bundle.sha256);
    if (warm !== undefined) return warm;
    // A runner that knows the bundle and is about to be free takes 2 ms; any other takes 8.
    const soon = inState("settling").filter((slot) => slot.org === wish.org && slot.bundle === wish.bundle.sha256);
    if (soon.length >= queue.size() && soon.length > 0) return undefined;
    const spare = inState("spare")[0];
    return slots.size < options.runners ? (spare ?? idle[0]) : (idle[0] ?? spare);
  };
  const grant = (slot: Slot, waiting: Waiting): void => {
    const { wish } = waiting;
    clearTimeout(slot.retire);
    if (slot.bundle !== wish.bundle.sha256) slot.runner.load(wish.bundle, wish.memoryMib);
    uses += 1;
    Object.assign(slot, { state: "busy", org: wish.org, bundle: wish.bundle.sha256, usedAt: uses });
    slot.calls = wish.once === true ? options.callsPerRunner : slot.calls + 1;
    waiting.answer({ status: "granted", runner: slot.runner });
  };

  const dispatch = (): void => {
    if (isClosed) return;
    queue.serve((waiting) => {
      const slot = choose(waiting.wish);
      if (slot === undefined) return false;
      grant(slot, waiting);
      return true;
    });
    replenish();
  };
  /** Keeps the spares up while there is room. Only calls that wait are worth a runner that is warm for others. */
  const replenish = (): void => {
    const demand = queue.size() - inState("settling").length;
    let coming = inState("starting").length + inState("spare").length;
    while (coming < Math.max(options.spares, demand)) {
      if (slots.size >= options.runners) {
        const oldest = inState("idle")[0];
        if (oldest === undefined || coming >= demand) return;
        drop(oldest);
      }
      start();
      coming += 1;
    }
  };

  for (let index = 0; index < options.spares; index += 1) start();

  return {
    take(wish, signal) {
      if (isClosed) return Promise.resolve({ status: "unavailable", reason: "the sandbox is closed" });
      if (signal.aborted) return Promise.resolve({ status: "aborted" });
      if (queue.size() >= options.waiting) return Promise.resolve({ status: "busy" });
      return new Promise((resolve) => {
        const waiting: Waiting = {
          org: wish.org,
          wish,
          answer: (answer) => {
            clearTimeout(late);
            signal.removeEventListener("abort", onAbort);
            resolve(answer);
          },
        };
        const leave = (answer: RunnerAnswer): void => {
          if (queue.remove(waiting)) waiting.answer(answer);
        };
        const onAbort = (): void => leave({ status: "aborted" });
        const late = setTimeout(() => leave({ status: "busy" }), options.waitMs);
        signal.addEventListener("abort", onAbort, { once: true });
        queue.add(waiting);
        dispatch();
      });
    },
    release(runner) {
      const slot = [...slots].find((candidate) => candidate.runner === runner);
      if (slot === undefined) return;
      if (!runner.isAlive() || slot.calls >= options.callsPerRunner) {
        drop(slot);
        dispatch();
        return;
      }
      if (slot.calls % options.callsPerIsolate === 0) slot.bundle = undefined;
      slot.state = "settling";
      void runner.settled().then((isSettled) => {
        if (!slots.has(slot) || isClosed) return;
        if (!isSettled) drop(slot);
        else {
          slot.state = "idle";
          slot.retire = setTimeout(() => {
            drop(slot);
            dispatch();
          }, options.idleMs).unref();
        }
        dispatch();
      });
    },
    counts: () => ({
      busy: inState("busy").length + inState("settling").length,
      idle: inState("idle").length,
      spare: inState("spare").length,
    }),
    async [Symbol.asyncDispose]() {
      isClosed = true;
      for (const waiting of queue.drain()) waiting.answer({ status: "unavailable", reason: "the sandbox is closed" });
      const leaving = [...slots];
      for (const slot of leaving) drop(slot);
      await Promise.all(leaving.map((slot) => slot.runner.exited));
    },
  };
}
