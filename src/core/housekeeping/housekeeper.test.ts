import { expect, test, vi } from "vitest";
import { NexusError } from "#core/contract/errors.ts";
import { openStore, type Store } from "#core/store/store.ts";
import { SILENT } from "#test/silent-log.ts";
import { createHousekeeper } from "./housekeeper.ts";
import type { Job } from "./job.ts";

const START = new Date("2026-11-24T12:00:00Z");
const MINUTE_MS = 60_000;

function movable() {
  let now = START;
  return {
    clock: () => now,
    forward: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
  };
}

function counting(name: string, more: Partial<Job> = {}) {
  let runs = 0;
  const job: Job = {
    name,
    what: "counts",
    every: { ms: 10 * MINUTE_MS },
    mostMs: MINUTE_MS,
    run: () => Promise.resolve(`${++runs} counted`),
    ...more,
  };
  return { job, runs: () => runs };
}

const keeper = (store: Store, time: ReturnType<typeof movable>, jobs: readonly Job[], holder = "one") =>
  createHousekeeper({ store, jobs, timeZone: "Europe/Lisbon", holder, clock: time.clock, log: SILENT });

test("a job is done when its time has come, and what came of it can be seen", async () => {
  const time = movable();
  await using store = await openStore(":memory:", { clock: time.clock });
  const { job, runs } = counting("count");
  const housekeeper = keeper(store, time, [job]);
  await housekeeper.begin();
  await housekeeper.look();
  expect(runs()).toBe(0);
  time.forward(10 * MINUTE_MS);
  await housekeeper.look();
  await vi.waitUntil(async () => (await housekeeper.list())[0]?.last !== undefined);
  expect(await housekeeper.list()).toEqual([
    {
      name: "count",
      what: "counts",
      isRunning: false,
      failures: 0,
      nextAt: new Date("2026-11-24T12:20:00Z"),
      last: { startedAt: time.clock(), endedAt: time.clock(), outcome: "done", result: "1 counted" },
    },
  ]);
});

test("a job of the day is done at its time by the clock of this NEXUS, summer and winter", async () => {
  const time = movable();
  await using store = await openStore(":memory:", { clock: time.clock });
  const housekeeper = keeper(store, time, [counting("night", { every: { at: "03:40" } }).job]);
  await housekeeper.begin();
  const [night] = await housekeeper.list();
  expect(night?.nextAt).toEqual(new Date("2026-11-25T03:40:00Z"));
});

test("two processes on one database never do a job twice", async () => {
  const time = movable();
  await using store = await openStore(":memory:", { clock: time.clock });
  const { job, runs } = counting("count");
  const both = ["one", "other"].map((holder) => keeper(store, time, [job], holder));
  for (const housekeeper of both) await housekeeper.begin();
  for (let round = 1; round <= 5; round++) {
    time.forward(10 * MINUTE_MS);
    await Promise.all(both.map((housekeeper) => housekeeper.look()));
    await vi.waitUntil(async () => (await both[0]?.list())?.every(({ isRunning }) => !isRunning));
    expect(runs()).toBe(round);
  }
});

test("a job whose process died is taken up by another once its time is over", async () => {
  const time = movable();
  await using store = await openStore(":memory:", { clock: time.clock });
  const stuck = counting("count", { run: () => new Promise(() => undefined) });
  const first = keeper(store, time, [stuck.job], "dead");
  await first.begin();
  time.forward(10 * MINUTE_MS);
  await first.look();
  const { job, runs } = counting("count");
  const second = keeper(store, time, [job], "alive");
  await second.begin();
  await second.look();
  expect(runs()).toBe(0);
  time.forward(3 * MINUTE_MS);
  await second.look();
  await vi.waitUntil(() => runs() === 1);
});

test("what failed is tried again within the hour, and stands in the status once it failed twice", async () => {
  const time = movable();
  await using store = await openStore(":memory:", { clock: time.clock });
  const full = new NexusError("disk_full", "no room");
  const { job } = counting("night", { every: { at: "03:40" }, run: () => Promise.reject(full) });
  const housekeeper = keeper(store, time, [job]);
  await housekeeper.begin();
  await expect(housekeeper.run("night")).rejects.toBe(full);
  expect((await housekeeper.list())[0]?.nextAt).toEqual(new Date("2026-11-24T13:00:00Z"));
  await housekeeper.look();
  expect(housekeeper.status()).toEqual([]);
  await expect(housekeeper.run("night")).rejects.toBe(full);
  await housekeeper.look();
  expect(housekeeper.status()).toEqual([
    { state: "failing", name: "job night", detail: expect.stringContaining("disk_full") },
  ]);
});

test("a job that there is not, and one that runs already, are named", async () => {
  const time = movable();
  await using store = await openStore(":memory:", { clock: time.clock });
  const { promise, resolve } = Promise.withResolvers<string>();
  const slow = counting("slow", { run: () => promise });
  const [one, other] = ["one", "other"].map((holder) => keeper(store, time, [slow.job], holder));
  await one?.begin();
  await expect(one?.run("tidy")).rejects.toMatchObject({ code: "job_unknown" });
  const first = one?.run("slow");
  await vi.waitUntil(async () => (await one?.list())?.[0]?.isRunning);
  await expect(other?.run("slow")).rejects.toMatchObject({ say: "That job is being done already." });
  resolve("done at last");
  await expect(first).resolves.toBe("done at last");
});

test("what runs is told when NEXUS stops, and is waited for", async () => {
  const time = movable();
  await using store = await openStore(":memory:", { clock: time.clock });
  const patient = counting("patient", {
    atStart: true,
    run: (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(new Error("told to stop")));
      }),
  });
  const housekeeper = keeper(store, time, [patient.job]);
  await housekeeper.begin();
  await housekeeper.end();
  expect((await housekeeper.list())[0]).toMatchObject({ isRunning: false, last: { outcome: "failed" } });
  await expect(housekeeper.run("patient")).rejects.toThrow();
});
