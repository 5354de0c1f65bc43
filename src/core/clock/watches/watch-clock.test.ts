import { expect, test } from "vitest";
import { newId, WatchId } from "#core/contract/ids.ts";
import { WatchPlan } from "#core/contract/watch.ts";
import { openStore } from "#core/store/store.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { createWatchClock } from "./watch-clock.ts";

const START = Date.UTC(2026, 10, 20, 15);
const MINUTE = 60_000;

/** A store with some watches, and clocks of as many processes as are wanted on it. */
async function openWatches(count: number) {
  const state = { now: START };
  const clock = () => new Date(state.now);
  const store = await openStore(":memory:", { clock });
  const actor = testActor("acme", "ada");
  const { org, person } = await store.people.identify(actor);
  const place = {
    key: "test:acme:dm",
    platform: "test",
    tenantId: "acme",
    channelId: "dm",
    kind: "dm",
    audience: "just_me",
  };
  const plan = WatchPlan.parse({
    title: "it rains",
    module: "weather",
    capability: "current",
    input: {},
    path: ["rain"],
    test: { is: "changed" },
    often: "once",
    everyMinutes: 5,
    days: 30,
    isPrivate: false,
    actor,
    place,
  });
  const ids = Array.from({ length: count }, () => newId(WatchId));
  for (const id of ids) {
    await store.forOrg(org).watches.put({ id, person, code: "ABCD", plan, endsAt: new Date(START + 30 * 86_400_000) });
  }
  const turns: string[] = [];
  const process = () =>
    createWatchClock({
      store,
      clock,
      random: () => 0,
      async receive(of, inbound) {
        const { turnId, duplicate } = await store.queue.put(of, inbound, clock());
        if (duplicate) return { accepted: false, duplicateOf: turnId };
        turns.push(inbound.kind === "due" ? inbound.id : "");
        return { accepted: true, turnId };
      },
    });
  return { store, org, ids, state, turns, process, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

test("however many processes look at once, a watch is looked at once for each time it is due", async () => {
  await using watches = await openWatches(3);
  const processes = Array.from({ length: 4 }, watches.process);
  await Promise.all(processes.map((one) => one.look()));
  await Promise.all(processes.map((one) => one.look()));
  expect(watches.turns.toSorted()).toEqual(watches.ids.map((id) => `${id}@${START}`).toSorted());
});

test("no more than a few looks are in the inbox at once, and the others come when those have been", async () => {
  await using watches = await openWatches(6);
  const one = watches.process();
  await one.look();
  await one.look();
  expect(watches.turns).toHaveLength(4);
  for (const id of watches.ids) {
    const held = await watches.store.forOrg(watches.org).watches.get(id);
    if (held === undefined || !watches.turns.includes(`${id}@${START}`)) continue;
    const later = { seen: null, nextAt: new Date(START + 5 * MINUTE), state: "on", told: false, failures: 0 } as const;
    expect(await watches.store.forOrg(watches.org).watches.looked(held, held.nextAt, later)).toBe(true);
    // The same look cannot be written down twice.
    expect(await watches.store.forOrg(watches.org).watches.looked(held, held.nextAt, later)).toBe(false);
  }
  await one.look();
  expect(new Set(watches.turns).size).toBe(6);
});

test("a look that came to nothing is given up after ten minutes, and the next is another one", async () => {
  await using watches = await openWatches(1);
  const one = watches.process();
  await one.look();
  watches.state.now += 9 * MINUTE;
  await one.look();
  watches.state.now += 2 * MINUTE;
  await one.look();
  expect(watches.turns).toHaveLength(1);
  watches.state.now += 5 * MINUTE;
  await one.look();
  expect(watches.turns).toHaveLength(2);
});

test("a clock that is set back by a year leaves nothing waiting for it", async () => {
  await using watches = await openWatches(1);
  const one = watches.process();
  watches.state.now -= 365 * 86_400_000;
  await one.look();
  expect(watches.turns).toHaveLength(1);
});
