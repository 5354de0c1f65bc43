import type { Sha256 } from "#core/contract/ids.ts";
import type { Log } from "#core/contract/ports.ts";
import { createFairQueue } from "./fair-queue.ts";
import type { RunnerProcess } from "./runner-process.ts";
import { chooseVictim, type Demand, mustYield, readDemand } from "./runner-demand.ts";
import { chooseSlot, createSlots, type RunnerWish, type Slot, type Slots } from "./runner-slots.ts";

export type RunnerAnswer =
  | {
      readonly status: "granted";
      readonly runner: RunnerProcess;
      /** It has run nothing before. */
      readonly isFirst: boolean;
    }
  | { readonly status: "busy" }
  | { readonly status: "aborted" }
  | { readonly status: "unavailable"; readonly reason: string };

/** The runner processes: some bound to an org's bundle, some spare. */
export interface RunnerPool extends AsyncDisposable {
  take(wish: RunnerWish, signal: AbortSignal): Promise<RunnerAnswer>;
  /** Gives a runner back after its call. One that was killed is replaced. */
  release(runner: RunnerProcess): void;
  /** Lets go of every process that has these bytes in it: at once, or when its call is over. */
  retire(sha256: Sha256): void;
  counts(): { readonly busy: number; readonly idle: number; readonly spare: number; readonly starting: number };
}

export interface RunnerPoolOptions {
  readonly start: () => RunnerProcess;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  /** Processes at most, spares included. */
  readonly runners: number;
  /** Processes kept ready for a bundle that has none. */
  readonly spares: number;
  /** After so many calls a bundle gets a new isolate in the same process. */
  readonly callsPerIsolate: number;
  /** After so many calls a runner is replaced: whatever a module has left in the process goes with it. */
  readonly callsPerRunner: number;
  /** A runner that was busy for so long is replaced. It can have used no more processor than that. */
  readonly busyMsPerRunner: number;
  readonly idleMs: number;
  /** A call that has waited so long is worth another process, although its org has one. */
  readonly growMs: number;
  readonly waitMs: number;
  /** Calls that may wait, for all orgs together; an org below its share of them always may. */
  readonly waiting: number;
  /** How long after a start that failed the spares are tried again; each further failure doubles it, up to a minute. */
  readonly retryMs: number;
  readonly log: Log;
}

interface Waiting {
  readonly org: string;
  readonly wish: RunnerWish;
  readonly answer: (answer: RunnerAnswer) => void;
}

const MAX_RETRY_MS = 60_000;

/** Starts the spares at once, and more runners as calls ask for them. */
export function createRunnerPool(options: RunnerPoolOptions): RunnerPool {
  const slots: Slots = createSlots(options);
  const queue = createFairQueue<Waiting>();
  /** They have waited for `growMs`, or need a process of their own. */
  const pressing = new Set<Waiting>();
  let uses = 0;
  let isClosed = false;
  /** Starts that failed since the last that did not. */
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;

  const demand = (): Demand =>
    readDemand(
      slots,
      options.runners,
      queue.orgs(),
      pressing.values().map(({ org }) => org),
    );

  const start = (): void => {
    const slot = slots.add(options.start());
    slot.runner.ready.then(
      () => {
        failures = 0;
        clearTimeout(retry);
        slot.state = "spare";
        dispatch();
      },
      (error: unknown) => fail(slot, error),
    );
    void slot.runner.exited.then(() => {
      // While it starts, `ready` tells more.
      if (slot.state !== "starting" && slots.remove(slot)) dispatch();
    });
  };
  const fail = (slot: Slot, error: unknown): void => {
    slots.remove(slot);
    if (isClosed) return;
    failures += 1;
    const said = { err: error, failures };
    // The first of an outage is news; those that follow say the same.
    if (failures === 1) options.log.error(said, "a sandbox runner could not be started");
    else options.log.debug(said, "a sandbox runner still cannot be started");
    clearTimeout(retry);
    const delayMs = Math.min(MAX_RETRY_MS, options.retryMs * 2 ** (failures - 1));
    retry = setTimeout(() => replenish(true), delayMs).unref();
    if (slots.coming() > 0) return;
    const has = slots.byOrg();
    // Whoever has no other runner to hope for hears of it. The next call tries again.
    const reason = error instanceof Error ? error.message : "the runner could not be started";
    for (const waiting of queue.drain(({ org, wish }) => wish.once === true || !has.has(org))) {
      waiting.answer({ status: "unavailable", reason });
    }
  };
  /** The process is gone from our books at once, so that its replacement can start while the kernel clears it away. */
  const drop = (slot: Slot): void => {
    slot.runner.kill();
    slots.remove(slot);
  };

  const grant = (slot: Slot, waiting: Waiting): void => {
    const { wish } = waiting;
    clearTimeout(slot.retire);
    if (slot.wish?.bundle.sha256 !== wish.bundle.sha256) slot.runner.load(wish.bundle, wish.memoryMib);
    uses += 1;
    slot.state = "busy";
    slot.wish = wish;
    slot.usedAt = uses;
    slot.busySince = options.now();
    slot.calls += 1;
    waiting.answer({ status: "granted", runner: slot.runner, isFirst: slot.calls === 1 });
  };
  const dispatch = (): void => {
    if (isClosed) return;
    queue.serve((waiting) => {
      const slot = chooseSlot(slots, waiting.wish, demand().starved);
      if (slot === undefined) return false;
      grant(slot, waiting);
      return true;
    });
    replenish(false);
  };
  /**
   * Starts what is wanted while there is room, and makes room where it is due.
   * @param isTry whether to find out if processes start again
   */
  const replenish = (isTry: boolean): void => {
    if (isClosed) return;
    const now = demand();
    const target = failures === 0 ? Math.max(options.spares, now.wanted + slots.reserve) : isTry ? 1 : 0;
    while (slots.coming() < target) {
      if (slots.size() >= options.runners) {
        const victim = chooseVictim(slots, now);
        if (victim === undefined) return;
        drop(victim);
      }
      start();
    }
  };

  for (let index = 0; index < options.spares; index += 1) start();

  return {
    take(wish, signal) {
      if (isClosed) return Promise.resolve({ status: "unavailable", reason: "the sandbox is closed" });
      if (signal.aborted) return Promise.resolve({ status: "aborted" });
      const share = options.waiting / (queue.orgs().length + 1);
      if (queue.size() >= options.waiting && queue.sizeOf(wish.org) >= share) {
        return Promise.resolve({ status: "busy" });
      }
      const answer = Promise.withResolvers<RunnerAnswer>();
      let isAnswered = false;
      const waiting: Waiting = {
        org: wish.org,
        wish,
        answer: (given) => {
          isAnswered = true;
          pressing.delete(waiting);
          answer.resolve(given);
        },
      };
      if (wish.once === true) pressing.add(waiting);
      queue.add(waiting);
      dispatch();
      if (isAnswered) return answer.promise;
      replenish(true);
      return waitFor(waiting, answer.promise, signal);
    },
    release(runner) {
      const slot = slots.of(runner);
      if (slot === undefined) return;
      slot.busyMs += options.now() - slot.busySince;
      const isSpent =
        slot.wish?.once === true ||
        slot.isRetired ||
        slot.calls >= options.callsPerRunner ||
        slot.busyMs >= options.busyMsPerRunner;
      if (!runner.isAlive() || isSpent) {
        drop(slot);
        dispatch();
        return;
      }
      // At once, while nobody waits for it.
      if (slot.wish !== undefined && slot.calls % options.callsPerIsolate === 0) {
        runner.load(slot.wish.bundle, slot.wish.memoryMib);
      }
      slot.state = "settling";
      void runner.settled().then((isSettled) => {
        if (isClosed || slots.of(runner) === undefined) return;
        const isFull = slots.size() >= options.runners;
        if (!isSettled || slot.isRetired || (isFull && mustYield(slots, slot, demand()))) drop(slot);
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
    retire(sha256) {
      for (const slot of slots.all()) {
        if (slot.wish?.bundle.sha256 !== sha256) continue;
        slot.isRetired = true;
        if (slot.state === "idle") drop(slot);
      }
      dispatch();
    },
    counts: () => ({
      busy: slots.count("busy") + slots.count("settling"),
      idle: slots.count("idle"),
      spare: slots.count("spare"),
      starting: slots.count("starting"),
    }),
    async [Symbol.asyncDispose]() {
      isClosed = true;
      clearTimeout(retry);
      for (const waiting of queue.drain()) waiting.answer({ status: "unavailable", reason: "the sandbox is closed" });
      const leaving = slots.all();
      for (const slot of leaving) drop(slot);
      await Promise.all(leaving.map((slot) => slot.runner.exited));
    },
  };

  async function waitFor(waiting: Waiting, answer: Promise<RunnerAnswer>, signal: AbortSignal): Promise<RunnerAnswer> {
    const leave = (given: RunnerAnswer): void => {
      if (queue.remove(waiting)) waiting.answer(given);
    };
    const onAbort = (): void => leave({ status: "aborted" });
    const late = setTimeout(() => leave({ status: "busy" }), options.waitMs);
    const grow = setTimeout(() => {
      pressing.add(waiting);
      dispatch();
    }, options.growMs);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await answer;
    } finally {
      clearTimeout(late);
      clearTimeout(grow);
      signal.removeEventListener("abort", onAbort);
    }
  }
}
