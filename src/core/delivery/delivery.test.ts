import { expect, test, vi } from "vitest";
import { emailPlace } from "#core/contract/email-place.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { TurnId } from "#core/contract/ids.ts";
import { LEASE_MS } from "#core/store/inbox.ts";
import { testConversation, testMessage } from "#test/platforms/test-message.ts";
import { echo, openHouse, recordingDoor, say, textOf } from "#test/delivery-kit.ts";
import type { Turn } from "./turn.ts";

const start = new Date("2026-03-02T09:00:00Z");
const fresh = { sentAtMs: start.getTime() };
const clock = () => start;
const summaries = (door: ReturnType<typeof recordingDoor>) => door.shown.map((outbound) => outbound.reply.summary);

test("messages of a conversation are answered in order, and a repeated one is answered once", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor();
  await using delivery = house.deliver({ doors: () => [door] });
  await delivery.start();
  const first = await delivery.receive(house.org, testMessage({ id: "1", ...fresh }));
  for (const id of ["2", "1", "3", "2"]) await delivery.receive(house.org, testMessage({ id, ...fresh }));

  await vi.waitUntil(() => door.shown.length === 3);
  expect(summaries(door)).toEqual(["1", "2", "3"]);
  const again = await delivery.receive(house.org, testMessage({ id: "1", ...fresh }));
  expect(first.accepted && again).toEqual({ accepted: false, duplicateOf: first.accepted && first.turnId });
});

test("a slow conversation overlaps with others but never with itself", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor();
  const gate = Promise.withResolvers<void>();
  const running = new Set<string>();
  async function handle(turn: Turn) {
    const { key } = turn.inbound.conversation;
    expect(running.has(key)).toBe(false);
    running.add(key);
    if (textOf(turn.inbound) === "slow") await gate.promise;
    running.delete(key);
    return echo(turn);
  }
  await using delivery = house.deliver({ doors: () => [door], handle });
  await delivery.start();
  await delivery.receive(house.org, testMessage({ id: "slow", channel: "a", ...fresh }));
  await delivery.receive(house.org, testMessage({ id: "behind", channel: "a", ...fresh }));
  await delivery.receive(house.org, testMessage({ id: "quick", channel: "b", ...fresh }));

  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)).toEqual(["quick"]);
  gate.resolve();
  await vi.waitUntil(() => door.shown.length === 3);
  expect(summaries(door)).toEqual(["quick", "slow", "behind"]);
});

test("no more turns run at once than are allowed", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor();
  let running = 0;
  let most = 0;
  async function handle(turn: Turn) {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    return echo(turn);
  }
  await using delivery = house.deliver({ doors: () => [door], handle, concurrency: 3 });
  const ids = Array.from({ length: 20 }, (_, index) => String(index));
  for (const id of ids) await delivery.receive(house.org, testMessage({ id, channel: id, ...fresh }));
  await delivery.start();
  await vi.waitUntil(() => door.shown.length === 20);
  expect(most).toBe(3);
});

test("what a turn wants to keep is kept together with its replies, or not at all", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor();
  let attempts = 0;
  await using delivery = house.deliver({
    doors: () => [door],
    handle: async (turn) => ({
      replies: [say("kept")],
      commit: async (inside) => {
        attempts += 1;
        await inside.forOrg(turn.org).conversations.save(turn.inbound.conversation.key, { attempts });
        throw new NexusError("cannot_do", "the commit failed");
      },
    }),
  });
  await delivery.start();
  const inbound = testMessage({ id: "1", ...fresh });
  await delivery.receive(house.org, inbound);
  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)[0]).toContain("No installed module does that.");
  expect(await house.store.forOrg(house.org).conversations.get(inbound.conversation.key)).toEqual({});
});

test("a turn that fails is tried again, and after three tries the person gets an apology and the next answer", async () => {
  let now = start;
  await using house = await openHouse(() => now);
  const door = recordingDoor();
  const attempts: number[] = [];
  await using delivery = house.deliver({
    doors: () => [door],
    clock: () => now,
    handle: async (turn) => {
      if (textOf(turn.inbound) !== "broken") return echo(turn);
      attempts.push(turn.attempt);
      now = new Date(now.getTime() + 10_000);
      throw new TypeError("x is not a function");
    },
  });
  await delivery.start();
  const received = await delivery.receive(house.org, testMessage({ id: "broken", ...fresh }));
  await delivery.receive(house.org, testMessage({ id: "fine", ...fresh }));

  const shownTwo = vi.waitUntil(() => door.shown.length === 2);
  await vi.waitUntil(() => {
    now = new Date(now.getTime() + 1_000);
    return door.shown.length > 0;
  });
  await shownTwo;
  expect(attempts).toEqual([1, 2, 3]);
  expect(summaries(door)[0]).toContain("Something went wrong on my side.");
  expect(JSON.stringify(door.shown[0]?.reply)).not.toContain("x is not a function");
  expect(summaries(door)[1]).toBe("fine");
  expect(await house.store.deadLetters.list(house.org, 10)).toMatchObject([
    { turnId: received.accepted && received.turnId, code: "internal", detail: "x is not a function" },
  ]);
});

test("an error that trying again cannot help is told at once", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor();
  let calls = 0;
  await using delivery = house.deliver({
    doors: () => [door],
    handle: async () => {
      calls += 1;
      throw new NexusError("module_unknown", "no such module", { say: "There is no module called tea." });
    },
  });
  await delivery.start();
  await delivery.receive(house.org, testMessage({ id: "1", ...fresh }));
  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)[0]).toContain("There is no module called tea.");
  expect(calls).toBe(1);
});

test("a message handled after ten minutes is answered with its age, one after an hour is visibly declined", async () => {
  const now = new Date(start.getTime() + 61 * 60_000);
  await using house = await openHouse(() => now);
  const door = recordingDoor();
  const handled: [string, number | undefined][] = [];
  await using delivery = house.deliver({
    doors: () => [door],
    clock: () => now,
    handle: async (turn) => {
      handled.push([textOf(turn.inbound), turn.delayedMs]);
      return echo(turn);
    },
  });
  const minutesAgo = (minutes: number) => ({ sentAtMs: now.getTime() - minutes * 60_000 });
  await delivery.receive(house.org, testMessage({ id: "too old", ...minutesAgo(61) }));
  await delivery.receive(house.org, testMessage({ id: "late", ...minutesAgo(12) }));
  await delivery.receive(house.org, testMessage({ id: "in time", ...minutesAgo(9) }));
  await delivery.start();

  await vi.waitUntil(() => door.shown.length === 3);
  expect(handled).toEqual([
    ["late", 12 * 60_000],
    ["in time", undefined],
  ]);
  expect(summaries(door)[0]).toContain("The message waited too long and was not acted on.");
  expect(door.shown.map((outbound) => outbound.delayedMs)).toEqual([61 * 60_000, 12 * 60_000, undefined]);
  expect(await house.store.deadLetters.list(house.org, 10)).toMatchObject([{ code: "expired" }]);
});

test("what became due of itself is carried out however long it waited: whether it is still wanted is its own affair", async () => {
  const now = new Date(start.getTime() + 300 * 60_000);
  await using house = await openHouse(() => now);
  const door = recordingDoor();
  let over = 0;
  await using delivery = house.deliver({
    doors: () => [door],
    clock: () => now,
    handle: async () => ({ replies: [say("done")] }),
    onTurnOver: () => void (over += 1),
  });
  const { dedupeKeys, actor, conversation } = testMessage({ id: "due" });
  const due = {
    kind: "due",
    what: "reminder",
    id: "one",
    dedupeKeys,
    actor,
    conversation,
    sentAtMs: start.getTime(),
  } as const;
  await delivery.receive(house.org, due);
  await delivery.start();
  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)).toEqual(["done"]);
  await vi.waitUntil(() => over === 1);
});

test("a person can stop what runs, and what was ready so far is shown", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor();
  const begun = Promise.withResolvers<void>();
  await using delivery = house.deliver({
    doors: () => [door],
    handle: async (turn) => {
      begun.resolve();
      await new Promise((resolve) => turn.signal.addEventListener("abort", resolve, { once: true }));
      expect(turn.signal.reason).toMatchObject({ code: "stopped" });
      return { replies: [say("half of it")] };
    },
  });
  await delivery.start();
  const { key } = testConversation("acme", "general");
  expect(delivery.stop(key)).toBe(false);
  await delivery.receive(house.org, testMessage({ id: "1", ...fresh }));
  await begun.promise;
  expect(delivery.stop(testConversation("acme", "elsewhere").key)).toBe(false);
  expect(delivery.stop(key)).toBe(true);
  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)).toEqual(["half of it"]);
});

test("a stopped turn that ends in an error says that it was stopped, and is not tried again", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor();
  const begun = Promise.withResolvers<void>();
  await using delivery = house.deliver({
    doors: () => [door],
    handle: async (turn) => {
      begun.resolve();
      await new Promise((resolve) => turn.signal.addEventListener("abort", resolve, { once: true }));
      throw new Error("socket hang up");
    },
  });
  await delivery.start();
  await delivery.receive(house.org, testMessage({ id: "1", ...fresh }));
  await begun.promise;
  delivery.stop(testConversation("acme", "general").key);
  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)[0]).toContain("You stopped this.");
  expect(await house.store.deadLetters.list(house.org, 10)).toEqual([]);
});

test("a finished step is not run again when its turn is tried again", async () => {
  let now = start;
  await using house = await openHouse(() => now);
  const door = recordingDoor();
  const calls = { read: 0, pay: 0 };
  await using delivery = house.deliver({
    doors: () => [door],
    clock: () => now,
    handle: async (turn) => {
      const rate = await turn.step("read", { repeatable: true }, async () => (calls.read += 1));
      const receipt = await turn.step("pay", { repeatable: false }, async () => ({ number: (calls.pay += 1) }));
      if (turn.attempt < 3) throw new Error("failed after the steps");
      return { replies: [say(`rate ${rate}, receipt ${receipt.number}`)] };
    },
  });
  await delivery.start();
  await delivery.receive(house.org, testMessage({ id: "1", ...fresh }));
  await vi.waitUntil(() => {
    now = new Date(now.getTime() + 1_000);
    return door.shown.length === 1;
  });
  expect(summaries(door)).toEqual(["rate 1, receipt 1"]);
  expect(calls).toEqual({ read: 1, pay: 1 });
});

test("a step that may have had its effect is not done twice: the person is told", async () => {
  let now = start;
  await using house = await openHouse(() => now);
  const door = recordingDoor();
  let calls = 0;
  await using delivery = house.deliver({
    doors: () => [door],
    clock: () => now,
    handle: async (turn) => {
      await turn.step("pay", { repeatable: false }, async () => {
        calls += 1;
        throw new Error("the line broke after the request was sent");
      });
      return echo(turn);
    },
  });
  await delivery.start();
  await delivery.receive(house.org, testMessage({ id: "1", ...fresh }));
  await vi.waitUntil(() => {
    now = new Date(now.getTime() + 1_000);
    return door.shown.length === 1;
  });
  expect(calls).toBe(1);
  expect(summaries(door)[0]).toContain("may already have done this");
  expect(await house.store.deadLetters.list(house.org, 10)).toMatchObject([{ code: "step_uncertain" }]);
});

test("a step that was only preparing is done again, and one that had said it begins is not", async () => {
  let now = start;
  await using house = await openHouse(() => now);
  const door = recordingDoor();
  const calls = { prepared: 0, sent: 0 };
  await using delivery = house.deliver({
    doors: () => [door],
    clock: () => now,
    handle: async (turn) => {
      await turn.step("pay", { repeatable: false, begins: "when_said" }, async (begin) => {
        calls.prepared += 1;
        if (turn.attempt === 1) throw new Error("no runner was free");
        await begin();
        calls.sent += 1;
        throw new Error("the line broke after the request was sent");
      });
      return echo(turn);
    },
  });
  await delivery.start();
  await delivery.receive(house.org, testMessage({ id: "1", ...fresh }));
  await vi.waitUntil(() => {
    now = new Date(now.getTime() + 1_000);
    return door.shown.length === 1;
  });
  expect(calls).toEqual({ prepared: 2, sent: 1 });
  expect(summaries(door)[0]).toContain("may already have done this");
});

test("what the last process was working on is done by the next one, ahead of what came later", async () => {
  await using house = await openHouse(clock);
  await house.store.queue.put(house.org, testMessage({ id: "1", ...fresh }), start);
  await house.store.queue.claim("the dead process", 1, start);
  const door = recordingDoor();
  await using delivery = house.deliver({ doors: () => [door] });
  await delivery.receive(house.org, testMessage({ id: "2", ...fresh }));
  await delivery.start();
  await vi.waitUntil(() => door.shown.length === 2);
  expect(summaries(door)).toEqual(["1", "2"]);
});

test("a turn begun before a long outage is finished rather than declined, because it has had an effect", async () => {
  const now = new Date(start.getTime() + 2 * 3_600_000);
  await using house = await openHouse(() => now);
  const { turnId } = await house.store.queue.put(house.org, testMessage({ id: "1", ...fresh }), start);
  await house.store.queue.claim("the dead process", 1, start);
  await house.store.steps.finish(house.org, turnId, "pay", 7);
  const door = recordingDoor();
  await using delivery = house.deliver({
    doors: () => [door],
    clock: () => now,
    handle: async (turn) => {
      const receipt = await turn.step("pay", { repeatable: false }, async () => 0);
      return { replies: [say(`receipt ${receipt}`)] };
    },
  });
  await delivery.start();
  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)).toEqual(["receipt 7"]);
});

test("what was to be mailed and failed is kept for whoever runs NEXUS, and nobody is mailed an apology", async () => {
  await using house = await openHouse(() => start);
  const mails = { ...recordingDoor(), platform: "email" as const };
  await using delivery = house.deliver({
    doors: () => [mails, recordingDoor()],
    handle: async (turn) => {
      if (turn.inbound.kind === "due") throw new NexusError("cannot_do", "the words could not be found");
      return { replies: [], elsewhere: [{ ...place, reply: say("a mail") }] };
    },
  });
  const { actor } = testMessage({ id: "1", ...fresh });
  const place = { actor, conversation: emailPlace(house.org, "ada@example.org", "just_me") };
  await delivery.start();
  const due = { kind: "due", what: "expiry_notice", id: "1" } as const;
  await delivery.receive(house.org, { ...due, ...place, dedupeKeys: ["1"], sentAtMs: start.getTime() });
  await vi.waitUntil(async () => (await house.store.deadLetters.list(house.org, 10)).length === 1);
  await delivery.receive(house.org, testMessage({ id: "2", ...fresh }));
  await vi.waitUntil(() => mails.shown.length > 0);
  expect(summaries(mails)).toEqual(["a mail"]);
});

test("a message that ends the process every time is given up with an apology", async () => {
  await using house = await openHouse(clock);
  await house.store.queue.put(house.org, testMessage({ id: "poison", ...fresh }), start);
  for (let crash = 1; crash <= 8; crash += 1) {
    await house.store.queue.releaseOthers(`process ${crash}`);
    await house.store.queue.claim(`process ${crash}`, 1, start);
  }
  const door = recordingDoor();
  let calls = 0;
  await using delivery = house.deliver({
    doors: () => [door],
    handle: (turn) => {
      calls += 1;
      return echo(turn);
    },
  });
  await delivery.start();
  await vi.waitUntil(() => door.shown.length === 1);
  expect(calls).toBe(0);
  expect(summaries(door)[0]).toContain("Something went wrong on my side.");
});

test("a turn whose lease was taken over while it slept leaves no trace", async () => {
  let now = start;
  await using house = await openHouse(() => now);
  const doors = { zombie: recordingDoor(), next: recordingDoor() };
  const asleep = Promise.withResolvers<void>();
  const awake = Promise.withResolvers<void>();
  const zombie = house.deliver({
    doors: () => [],
    handle: async () => {
      asleep.resolve();
      await awake.promise;
      return { replies: [say("from the zombie")] };
    },
  });
  await zombie.start();
  await zombie.receive(house.org, testMessage({ id: "1", ...fresh }));
  await asleep.promise;

  now = new Date(start.getTime() + LEASE_MS);
  await using next = house.deliver({ doors: () => [doors.next], clock: () => now });
  await next.start();
  await vi.waitUntil(() => doors.next.shown.length === 1);
  awake.resolve();
  await zombie.drain(5_000);
  await next.drain(5_000);
  expect(summaries(doors.next)).toEqual(["1"]);
});

test("on shutdown running turns are finished and shown, and nothing new is begun", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor();
  const gate = Promise.withResolvers<void>();
  const handled: string[] = [];
  const delivery = house.deliver({
    doors: () => [door],
    handle: async (turn) => {
      handled.push(textOf(turn.inbound));
      await gate.promise;
      return echo(turn);
    },
  });
  await delivery.start();
  await delivery.receive(house.org, testMessage({ id: "running", ...fresh }));
  await vi.waitUntil(() => handled.length === 1);
  const drained = delivery.drain(10_000);
  expect(await delivery.receive(house.org, testMessage({ id: "later", channel: "b", ...fresh }))).toMatchObject({
    accepted: true,
  });
  gate.resolve();
  await drained;
  expect(summaries(door)).toEqual(["running"]);
  expect(handled).toEqual(["running"]);

  await using next = house.deliver({ doors: () => [door] });
  await next.start();
  await vi.waitUntil(() => door.shown.length === 2);
  expect(summaries(door)).toEqual(["running", "later"]);
});

test("a turn cut short by a shutdown is not answered “stopped” but run by the next process", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor();
  const begun = Promise.withResolvers<TurnId>();
  const delivery = house.deliver({
    doors: () => [door],
    handle: async (turn) => {
      begun.resolve(turn.turnId);
      await new Promise((resolve) => turn.signal.addEventListener("abort", resolve, { once: true }));
      return { replies: [say("stopped half-way")] };
    },
  });
  await delivery.start();
  await delivery.receive(house.org, testMessage({ id: "1", ...fresh }));
  await begun.promise;
  await delivery.drain(0);
  expect(door.shown).toEqual([]);

  await using next = house.deliver({ doors: () => [door] });
  await next.start();
  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)).toEqual(["1"]);
  expect(door.shown[0]?.turnId).toBe(await begun.promise);
});

test("a turn that does not heed the shutdown cannot complete after it", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor();
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const returned = Promise.withResolvers<void>();
  const delivery = house.deliver({
    doors: () => [],
    handle: async () => {
      begun.resolve();
      await gate.promise;
      returned.resolve();
      return { replies: [say("too late")] };
    },
  });
  await delivery.start();
  await delivery.receive(house.org, testMessage({ id: "1", ...fresh }));
  await begun.promise;
  await delivery.drain(0);
  await using next = house.deliver({ doors: () => [door] });
  await next.start();
  gate.resolve();
  await returned.promise;
  await vi.waitUntil(() => door.shown.length === 1);
  await next.drain(5_000);
  expect(summaries(door)).toEqual(["1"]);
});

test("a turn that can be neither ended nor given back is tried again long before its lease runs out", async () => {
  await using house = await openHouse(clock);
  let refusals = 0;
  /** A disk without room for as long as `refusals` says. */
  const full = () => {
    refusals -= 1;
    return refusals >= 0 && Promise.reject(new NexusError("disk_full", "the disk is full"));
  };
  const { queue } = house.store;
  const store = {
    ...house.store,
    queue: {
      ...queue,
      release: async (...args: Parameters<typeof queue.release>) => (await full()) || queue.release(...args),
    },
    transaction: async <T>(work: Parameters<typeof house.store.transaction<T>>[0]) =>
      (await full()) || house.store.transaction(work),
  };
  const door = recordingDoor();
  let now = start.getTime();
  await using delivery = house.deliver({ store, doors: () => [door], clock: () => new Date(now) });
  await delivery.start();
  refusals = 4;
  await delivery.receive(house.org, testMessage({ id: "1", ...fresh }));
  await vi.waitUntil(() => refusals <= 0);
  now += LEASE_MS / 2;
  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)).toEqual(["1"]);
});
