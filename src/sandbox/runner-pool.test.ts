import { describe, expect, test, vi } from "vitest";
import { Sha256 } from "#core/contract/ids.ts";
import type { SandboxOutcome } from "#core/contract/sandbox.ts";
import { SILENT } from "#test/silent-log.ts";
import { createRunnerPool, type RunnerAnswer, type RunnerPool, type RunnerPoolOptions } from "./runner-pool.ts";
import type { RunnerProcess } from "./runner-process.ts";

const never = new AbortController().signal;
const completed: SandboxOutcome = { status: "completed", output: null, cpuMs: 0, peakMib: 0 };

/** A runner that does what the test says: the pool's own rules are what is tried here, by order and not by time. */
interface Scripted extends RunnerProcess {
  readonly number: number;
  readonly loads: string[];
}

function script(options: Partial<RunnerPoolOptions> & { failing?: () => boolean }) {
  const started: Scripted[] = [];
  const clock = { ms: 0 };
  const start = (): Scripted => {
    const exited = Promise.withResolvers<void>();
    const isBroken = options.failing?.() ?? false;
    let alive = true;
    const kill = (): void => {
      alive = false;
      exited.resolve();
    };
    if (isBroken) kill();
    const loads: string[] = [];
    const runner: Scripted = {
      number: started.length + 1,
      loads,
      ready: isBroken ? Promise.reject(new Error("no runner starts here")) : Promise.resolve(),
      exited: exited.promise,
      isAlive: () => alive,
      load: ({ code }) => loads.push([...code.keys()].join()),
      run: () => Promise.resolve(completed),
      settled: () => Promise.resolve(alive),
      kill,
    };
    started.push(runner);
    return runner;
  };
  const pool = createRunnerPool({
    start,
    now: () => clock.ms,
    runners: 4,
    spares: 0,
    callsPerIsolate: 50,
    callsPerRunner: 500,
    busyMsPerRunner: 120_000,
    idleMs: 60_000,
    growMs: 5,
    waitMs: 2_000,
    waiting: 1_000,
    retryMs: 10,
    log: SILENT,
    ...options,
  });
  return { pool, started, clock };
}

function wish(org: string, bundle = "one") {
  return { org, bundle: { sha256: digest(bundle), code: new Map([[bundle, ""]]) }, memoryMib: 32 };
}

function digest(name: string): Sha256 {
  return Sha256.parse(Buffer.from(name).toString("hex").padEnd(64, "0"));
}

function granted(answer: RunnerAnswer): RunnerProcess {
  if (answer.status !== "granted") throw new Error(`the pool answered ${answer.status}`);
  return answer.runner;
}

async function take(pool: RunnerPool, org: string, bundle?: string): Promise<RunnerProcess> {
  return granted(await pool.take(wish(org, bundle), never));
}

describe("who is served when", () => {
  test.each([1, 2, 3, 4, 8])(
    "an org with 1,000 waiting calls keeps another waiting for one call of each runner at most, with %i runners",
    async (runners) => {
      const { pool } = script({ runners, spares: Math.min(2, runners) });
      const order: string[] = [];
      const call = async (org: string): Promise<void> => {
        const runner = await take(pool, org);
        order.push(org);
        await Promise.resolve();
        pool.release(runner);
      };
      const flood = Array.from({ length: 1_000 }, () => call("big"));
      await vi.waitUntil(() => order.length > 20);
      const before = order.length;
      await call("small");
      expect(order.indexOf("small") - before).toBeLessThanOrEqual(runners);
      await Promise.all(flood);
      expect(order).toHaveLength(1_001);
      await pool[Symbol.asyncDispose]();
    },
  );

  test("five orgs that all want more than there is are served in turn", async () => {
    const { pool } = script({ runners: 2 });
    const order: string[] = [];
    const call = async (org: string): Promise<void> => {
      const runner = await take(pool, org);
      order.push(org);
      pool.release(runner);
    };
    const orgs = ["a", "b", "c", "d", "e"];
    await Promise.all(orgs.flatMap((org) => Array.from({ length: 6 }, () => call(org))));
    for (const org of orgs) expect(order.filter((each) => each === org)).toHaveLength(6);
    // Nobody's first call waits for anybody's third.
    for (const org of orgs) expect(order.indexOf(org)).toBeLessThan(2 * orgs.length);
    await pool[Symbol.asyncDispose]();
  });

  test("a full queue turns away the org that filled it, and nobody else", async () => {
    const { pool } = script({ runners: 1, waiting: 10 });
    const first = await take(pool, "big");
    const waiting = Array.from({ length: 10 }, () => pool.take(wish("big"), never));
    expect(await pool.take(wish("big"), never)).toEqual({ status: "busy" });
    const other = pool.take(wish("small"), never);
    pool.release(first);
    expect((await other).status).toBe("granted");
    await pool[Symbol.asyncDispose]();
    await Promise.all(waiting);
  });

  test("a call that is given up while it waits is told so and takes no runner", async () => {
    const { pool } = script({ runners: 1 });
    const first = await take(pool, "a");
    const stop = new AbortController();
    const second = pool.take(wish("a"), stop.signal);
    stop.abort();
    expect(await second).toEqual({ status: "aborted" });
    pool.release(first);
    await vi.waitUntil(() => pool.counts().idle === 1);
    await pool[Symbol.asyncDispose]();
  });
});

describe("which runner serves", () => {
  test("a bundle is loaded once for fifty calls, and again before the next is waiting for it", async () => {
    const { pool, started } = script({ callsPerIsolate: 50 });
    for (let index = 0; index < 120; index += 1) pool.release(await take(pool, "a"));
    expect(started).toHaveLength(1);
    expect(started[0]?.loads).toHaveLength(3);
    await pool[Symbol.asyncDispose]();
  });

  test("a runner never serves two orgs, and two bundles of one org only one after the other", async () => {
    const { pool, started } = script({ runners: 2 });
    const served = new Map<RunnerProcess, Set<string>>();
    for (const org of ["a", "b", "a", "c", "b", "a", "c"]) {
      const runner = await take(pool, org);
      served.set(runner, (served.get(runner) ?? new Set()).add(org));
      pool.release(runner);
    }
    for (const orgs of served.values()) expect(orgs.size).toBe(1);
    expect(started.length).toBeGreaterThan(2);
    await pool[Symbol.asyncDispose]();
  });

  test("after its calls, or after its time, a runner is replaced", async () => {
    const { pool, started, clock } = script({ callsPerRunner: 3, busyMsPerRunner: 1_000 });
    for (let index = 0; index < 4; index += 1) pool.release(await take(pool, "a"));
    expect(started).toHaveLength(2);
    expect(started[0]?.isAlive()).toBe(false);
    const long = await take(pool, "a");
    clock.ms += 2_000;
    pool.release(long);
    expect(long.isAlive()).toBe(false);
    expect(await take(pool, "a")).toMatchObject({ number: 3 });
    await pool[Symbol.asyncDispose]();
  });

  test("what is to run once runs in a process that has run nothing, and that ends after it", async () => {
    const { pool } = script({ spares: 1 });
    pool.release(await take(pool, "a"));
    const seen = new Set<RunnerProcess>();
    for (let index = 0; index < 3; index += 1) {
      const runner = granted(await pool.take({ ...wish("a"), once: true }, never));
      expect(runner).toMatchObject({ loads: ["one"] });
      seen.add(runner);
      pool.release(runner);
      expect(runner.isAlive()).toBe(false);
    }
    expect(seen.size).toBe(3);
    await pool[Symbol.asyncDispose]();
  });

  test.each([1, 2, 4, 8])(
    "an org whose idle runners are all %i there are gives one up for what it wants to run once",
    async (runners) => {
      const { pool } = script({ runners, spares: Math.min(2, runners), waitMs: 500 });
      // One stays spare when there are four or more.
      const bundles = Array.from({ length: runners < 4 ? runners : runners - 1 }, (_, index) => `bundle ${index}`);
      const held = await Promise.all(bundles.map((bundle) => take(pool, "a", bundle)));
      for (const runner of held) pool.release(runner);
      const once = await pool.take({ ...wish("a"), once: true }, never);
      expect(once.status).toBe("granted");
      await pool[Symbol.asyncDispose]();
    },
  );

  test("short waits start no process: a busy runner serves its org's next calls itself", async () => {
    const { pool, started } = script({ growMs: 1_000 });
    const calls = Array.from({ length: 30 }, async () => pool.release(await take(pool, "a")));
    await Promise.all(calls);
    expect(started).toHaveLength(1);
    await pool[Symbol.asyncDispose]();
  });

  test("a long wait is worth another process, up to the last one kept for orgs without any", async () => {
    const { pool, started } = script({ runners: 4, spares: 1 });
    const held = [await take(pool, "a")];
    const more = [pool.take(wish("a"), never), pool.take(wish("a"), never), pool.take(wish("a"), never)];
    held.push(granted(await Promise.race(more)));
    await vi.waitUntil(() => pool.counts().busy === 3);
    expect(started).toHaveLength(4);
    // The fourth is for whoever comes.
    expect(pool.counts().spare).toBe(1);
    expect((await pool.take(wish("b"), never)).status).toBe("granted");
    await pool[Symbol.asyncDispose]();
  });

  test("an org that calls again and again keeps its runner while another waits for more", async () => {
    const { pool, started } = script({ runners: 2, growMs: 1 });
    const held = await take(pool, "big");
    const waiting = Array.from({ length: 5 }, () => pool.take(wish("big"), never));
    for (let index = 0; index < 20; index += 1) {
      pool.release(await take(pool, "small"));
      // Long enough for the waiting calls to press.
      await vi.waitUntil(() => pool.counts().idle === 1);
    }
    expect(started).toHaveLength(2);
    pool.release(held);
    await pool[Symbol.asyncDispose]();
    await Promise.all(waiting);
  });
});

describe("when processes do not start", () => {
  test("calls are told why, nothing spins, and it is over when they start again", async () => {
    const machine = { isBroken: true };
    const errors: unknown[] = [];
    const { pool, started } = script({
      spares: 2,
      retryMs: 20,
      failing: () => machine.isBroken,
      log: { ...SILENT, error: (fields) => errors.push(fields) },
    });
    for (let index = 0; index < 3; index += 1) {
      const answer = await pool.take(wish("a"), never);
      expect(answer).toEqual({ status: "unavailable", reason: "no runner starts here" });
    }
    expect(started.length).toBeLessThan(8);
    expect(errors).toMatchObject([{ failures: 1 }]);
    machine.isBroken = false;
    expect((await pool.take(wish("a"), never)).status).toBe("granted");
    await vi.waitUntil(() => pool.counts().spare === 2);
    await pool[Symbol.asyncDispose]();
  });

  test("spares come back by themselves", async () => {
    const machine = { isBroken: true };
    const { pool } = script({ spares: 2, failing: () => machine.isBroken });
    await vi.waitUntil(() => pool.counts().starting === 0);
    machine.isBroken = false;
    await vi.waitUntil(() => pool.counts().spare === 2);
    await pool[Symbol.asyncDispose]();
  });

  test("a closed pool says so", async () => {
    const { pool } = script({});
    const runner = await take(pool, "a");
    await pool[Symbol.asyncDispose]();
    expect(runner.isAlive()).toBe(false);
    expect(await pool.take(wish("a"), never)).toEqual({ status: "unavailable", reason: "the sandbox is closed" });
  });
});

describe("LIF-006: bytes that nobody has installed any more", () => {
  test("are in no process that waits for a call, and every other runner stays warm", async () => {
    const { pool, started } = script({});
    for (const [org, bundle] of [
      ["a", "old"],
      ["a", "new"],
      ["b", "old"],
    ] as const) {
      pool.release(await take(pool, org, bundle));
      await vi.waitUntil(() => pool.counts().busy === 0);
    }
    const stays = started.filter(({ loads }) => loads.at(-1) !== "old");
    pool.retire(digest("old"));
    expect(started.filter((runner) => runner.isAlive())).toEqual(stays);
    await pool[Symbol.asyncDispose]();
  });

  test("leave with the call that has them, which ends as it began", async () => {
    const { pool } = script({});
    const runner = await take(pool, "a", "old");
    pool.retire(digest("old"));
    expect(runner.isAlive()).toBe(true);
    pool.release(runner);
    await vi.waitUntil(() => !runner.isAlive());
    const settling = await take(pool, "a", "older");
    pool.release(settling);
    pool.retire(digest("older"));
    await vi.waitUntil(() => !settling.isAlive());
    await pool[Symbol.asyncDispose]();
  });
});
