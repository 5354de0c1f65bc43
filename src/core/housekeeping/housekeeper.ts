import type { StatusLine } from "#core/contract/door.ts";
import { asNexusError, NexusError } from "#core/contract/errors.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Store, StoredJob } from "#core/store/store.ts";
import type { Job, JobView } from "./job.ts";
import { nextTime } from "./next-time.ts";

/** Does the jobs of a NEXUS, each once at its time, however many processes there are. */
export interface Housekeeper {
  /** Notes which jobs there are, and begins those of each start. */
  begin(): Promise<void>;
  /** Begins what is due, and does not wait for it. */
  look(): Promise<void>;
  /**
   * Does a job now. @returns what came of it
   * @throws NexusError job_unknown; internal when it runs already; or what it failed with
   */
  run(name: string): Promise<string>;
  list(): Promise<JobView[]>;
  /** A line for each job that has failed twice in a row. */
  status(): readonly StatusLine[];
  /** Stops what runs, and resolves when it has ended. */
  end(): Promise<void>;
}

export interface HousekeeperDeps {
  readonly store: Pick<Store, "jobs">;
  readonly jobs: readonly Job[];
  /** By whose clock “at 03:40” is; IANA. */
  readonly timeZone: string;
  /** Names this process. */
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes what does the jobs. */
export function createHousekeeper({ store, jobs, timeZone, holder, clock, log }: HousekeeperDeps): Housekeeper {
  const ending = new AbortController();
  const running = new Map<string, Promise<string>>();
  const failing = new Map<string, string>();

  async function carryOut(job: Job): Promise<string> {
    const began = clock();
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(job.mostMs)]);
    const ended = async (outcome: "done" | "failed", result: string): Promise<void> => {
      const now = clock();
      const regular = nextTime(job, now, timeZone);
      const again = new Date(now.getTime() + AGAIN_MS);
      const nextAt = outcome === "failed" && again < regular ? again : regular;
      await store.jobs.end(job.name, { holder, now, nextAt, outcome, result });
    };
    try {
      const result = await job.run(signal);
      await ended("done", result);
      log.info({ job: job.name, ms: clock().getTime() - began.getTime(), result }, "a job is done");
      return result;
    } catch (error) {
      const { code, say } = asNexusError(error);
      if (!ending.signal.aborted) log.error({ err: error, job: job.name }, "a job failed");
      await ended("failed", ending.signal.aborted ? "NEXUS was stopped meanwhile" : `${code}: ${say}`);
      throw error;
    }
  }

  /** @param due false: whenever its time is */
  async function take(job: Job, due: boolean): Promise<{ done: Promise<string> } | undefined> {
    if (ending.signal.aborted || running.has(job.name)) return undefined;
    const now = clock();
    const until = new Date(now.getTime() + job.mostMs + GRACE_MS);
    if (!(await store.jobs.claim(job.name, { holder, now, until, due }))) return undefined;
    const done = carryOut(job).finally(() => running.delete(job.name));
    running.set(job.name, done);
    done.catch(() => undefined);
    return { done };
  }

  const known = async (): Promise<Map<string, StoredJob>> =>
    new Map((await store.jobs.all(clock())).map((stored) => [stored.name, stored]));

  function noteFailures(stored: ReadonlyMap<string, StoredJob>): void {
    failing.clear();
    for (const { name } of jobs) {
      const { failures = 0, result = "" } = stored.get(name) ?? {};
      if (failures >= FAILED_OFTEN) failing.set(name, result);
    }
  }

  return {
    async begin() {
      const now = clock();
      for (const job of jobs) {
        const first = nextTime(job, now, timeZone);
        // A job whose time was changed, or a clock that was far ahead, must not keep it from being done.
        await store.jobs.know(job.name, first, first);
      }
      for (const job of jobs) if (job.atStart) await take(job, false);
      noteFailures(await known());
    },
    async look() {
      const now = clock();
      const stored = await known();
      for (const job of jobs) {
        const { nextAt } = stored.get(job.name) ?? {};
        if (nextAt !== undefined && nextAt <= now) await take(job, true);
      }
      noteFailures(stored);
    },
    async run(name) {
      const job = jobs.find((one) => one.name === name);
      if (job === undefined) throw new NexusError("job_unknown", `no job ${name}`);
      const done = running.get(name) ?? (await take(job, false))?.done;
      if (done !== undefined) return done;
      throw new NexusError("job_unknown", `${name} runs in another process`, {
        say: "That job is being done already.",
        hint: "`jobs` says what came of it.",
      });
    },
    async list() {
      const stored = await known();
      return jobs.flatMap((job) => {
        const found = stored.get(job.name);
        return found === undefined ? [] : [toView(job, found)];
      });
    },
    status: () =>
      [...failing].map(([name, result]) => ({
        state: "failing",
        name: `job ${name}`,
        detail: `failed more than once: ${result}`,
      })),
    async end() {
      ending.abort();
      await Promise.allSettled(running.values());
    },
  };
}

/** For a process that is stopped for a while, and goes on. */
const GRACE_MS = 60_000;
/** When a job that failed is tried again, where its next time is further off. */
const AGAIN_MS = 60 * 60_000;
const FAILED_OFTEN = 2;

function toView({ name, what }: Job, stored: StoredJob): JobView {
  const { startedAt, endedAt, outcome, result = "" } = stored;
  const last =
    startedAt === undefined || endedAt === undefined || outcome === undefined
      ? undefined
      : { startedAt, endedAt, outcome, result };
  return {
    name,
    what,
    nextAt: stored.nextAt,
    isRunning: stored.isRunning,
    failures: stored.failures,
    ...(last !== undefined && { last }),
  };
}
