import { expect, test, vi } from "vitest";
import type { DeliveryProbe, FrontEnd, Outbound } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { OutboxId } from "#core/contract/ids.ts";
import { TurnId, newId } from "#core/contract/ids.ts";
import { testActor, testConversation, testMessage } from "#test/platforms/test-message.ts";
import { openHouse, recordingDoor, refFor, say, silent } from "#test/delivery-kit.ts";

const start = new Date("2026-03-02T09:00:00Z");
const fresh = { sentAtMs: start.getTime() };
const clock = () => start;
const hour = 3_600_000;
const summaries = (door: ReturnType<typeof recordingDoor>) => door.shown.map((outbound) => outbound.reply.summary);

type House = Awaited<ReturnType<typeof openHouse>>;

function addReply(house: House, summary: string, channel = "general"): Promise<OutboxId> {
  const conversation = testConversation("acme", channel);
  const message = { conversation, actor: testActor("acme", "ada"), reply: say(summary), sentAtMs: start.getTime() };
  const expiresAt = new Date(start.getTime() + hour);
  return house.store.outbox.add(house.org, newId(TurnId), message, start, expiresAt);
}

const untilAborted: FrontEnd["deliver"] = (_outbound, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

test.each<[DeliveryProbe["state"], string[]]>([
  ["delivered", ["second"]],
  ["absent", ["first", "second"]],
  ["unknown", ["first", "second"]],
])("a reply whose sending was cut short and that the platform calls %s is handled so", async (state, expected) => {
  await using house = await openHouse(clock);
  const id = await addReply(house, "first");
  await addReply(house, "second");
  expect(await house.store.outbox.claim("test", 10, start)).toMatchObject([{ id }]);

  const probed: Outbound[] = [];
  const door = recordingDoor({
    probe: async (outbound) => {
      probed.push(outbound);
      return state === "delivered" ? { state, ref: refFor(outbound) } : { state };
    },
  });
  await using delivery = house.deliver({ doors: () => [door] });
  await delivery.start();
  await vi.waitUntil(() => door.shown.at(-1)?.reply.summary === "second");
  expect(summaries(door)).toEqual(expected);
  expect(probed.map((outbound) => outbound.id)).toEqual([id]);
});

test("a reply not yet begun at the crash is simply sent, and a sent one is not sent again", async () => {
  await using house = await openHouse(clock);
  await addReply(house, "sent");
  await addReply(house, "pending");
  const [sending] = await house.store.outbox.claim("test", 10, start);
  if (!sending) throw new Error("nothing was claimed");
  const ref = { platform: "test", tenantId: "acme", channelId: "general", messageId: "1", ephemeral: false } as const;
  await house.store.outbox.settle(sending, { state: "sent", ref }, start);

  const door = recordingDoor({ probe: () => Promise.reject(new Error("there is nothing to ask about")) });
  await using delivery = house.deliver({ doors: () => [door] });
  await delivery.start();
  await vi.waitUntil(() => door.shown.length === 1);
  await delivery.drain(5_000);
  expect(summaries(door)).toEqual(["pending"]);
});

test("while a platform refuses one conversation its order is kept, and others are served", async () => {
  let now = start;
  await using house = await openHouse(() => now);
  let isRefusing = true;
  const door = recordingDoor({
    deliver: async (outbound) => {
      if (isRefusing && outbound.conversation.channelId === "busy") throw new NexusError("rate_limited", "429");
      return refFor(outbound);
    },
  });
  await using delivery = house.deliver({ doors: () => [door], clock: () => now });
  await delivery.start();
  for (const id of ["1", "2", "3"]) await delivery.receive(house.org, testMessage({ id, channel: "busy", ...fresh }));
  await delivery.receive(house.org, testMessage({ id: "other", channel: "calm", ...fresh }));
  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)).toEqual(["other"]);

  isRefusing = false;
  now = new Date(start.getTime() + 10_000);
  await vi.waitUntil(() => door.shown.length === 4);
  expect(summaries(door)).toEqual(["other", "1", "2", "3"]);
});

test("a platform that hangs does not delay the replies of another", async () => {
  await using house = await openHouse(clock);
  const hanging: FrontEnd = { ...recordingDoor({ deliver: untilAborted }), platform: "slack" };
  const door = recordingDoor();
  const slack = { ...testConversation("acme", "slack"), platform: "slack" } as const;
  const message = { conversation: slack, actor: testActor("acme", "ada"), reply: say("hangs"), sentAtMs: 0 };
  await house.store.outbox.add(house.org, newId(TurnId), message, start, new Date(start.getTime() + hour));
  await addReply(house, "flows");
  await using delivery = house.deliver({ doors: () => [hanging, door], concurrency: 1 });
  await delivery.start();
  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)).toEqual(["flows"]);
});

test("a failing platform is asked less and less often, not in a loop", async () => {
  await using house = await openHouse(clock);
  let calls = 0;
  let looks = 0;
  const door = recordingDoor({
    deliver: () => {
      calls += 1;
      throw new NexusError("upstream_unavailable", "no route");
    },
  });
  await addReply(house, "1");
  const doors = () => {
    looks += 1;
    return [door];
  };
  await using delivery = house.deliver({ doors });
  await delivery.start();
  // The clock stands still, so the second try is never due however often the sender looks.
  await vi.waitUntil(() => looks > 20);
  expect(calls).toBe(1);
});

test("after a timeout the platform is asked before the reply is sent again", async () => {
  let now = start;
  await using house = await openHouse(() => now);
  let deliveries = 0;
  const door = recordingDoor({
    deliver: async () => {
      deliveries += 1;
      throw new NexusError("upstream_unavailable", "the answer never came");
    },
    probe: async (outbound) => ({ state: "delivered", ref: refFor(outbound) }),
  });
  await addReply(house, "1");
  await addReply(house, "2", "general");
  await using delivery = house.deliver({ doors: () => [door], clock: () => now });
  await delivery.start();
  await vi.waitUntil(() => {
    now = new Date(now.getTime() + 1_000);
    return deliveries === 2;
  });
  await vi.waitUntil(async () => {
    now = new Date(now.getTime() + 1_000);
    return (await house.store.outbox.prune(new Date(now.getTime() + 1), 10)) > 0;
  });
  expect(deliveries).toBe(2);
});

test("a platform too busy to be asked is asked again, and what had arrived is not sent twice", async () => {
  let now = start;
  await using house = await openHouse(() => now);
  const id = await addReply(house, "had arrived");
  await addReply(house, "next");
  await house.store.outbox.claim("test", 1, start);
  let probes = 0;
  const door = recordingDoor({
    probe: async (outbound) => {
      probes += 1;
      if (probes === 1) throw new NexusError("rate_limited", "429");
      expect(outbound.id).toBe(id);
      return { state: "delivered", ref: refFor(outbound) };
    },
  });
  await using delivery = house.deliver({ doors: () => [door], clock: () => now });
  await delivery.start();
  await vi.waitUntil(() => {
    now = new Date(now.getTime() + 1_000);
    return door.shown.length > 0;
  });
  expect(summaries(door)).toEqual(["next"]);
  expect(probes).toBe(2);
});

test("where a door may not look whether a reply arrived, it is sent", async () => {
  await using house = await openHouse(clock);
  await addReply(house, "1");
  await house.store.outbox.claim("test", 1, start);
  const door = recordingDoor({ probe: () => Promise.reject(new NexusError("credential_rejected", "missing_scope")) });
  await using delivery = house.deliver({ doors: () => [door] });
  await delivery.start();
  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)).toEqual(["1"]);
});

test("a reply that can never be shown is put aside, and the next one is shown", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor({
    deliver: async (outbound) => {
      if (outbound.reply.summary === "bad") throw new NexusError("not_found", "channel_not_found");
      return refFor(outbound);
    },
  });
  const id = await addReply(house, "bad");
  await addReply(house, "good");
  await using delivery = house.deliver({ doors: () => [door] });
  await delivery.start();
  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)).toEqual(["good"]);
  expect(await house.store.deadLetters.list(house.org, 10)).toMatchObject([
    { outboxId: id, code: "not_found", detail: "channel_not_found" },
  ]);
});

test("a redrawing that comes too late is told in the log, and alarms nobody", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor({
    deliver: async (outbound) => {
      if (outbound.reply.summary === "late") throw new NexusError("expired", "it cannot be changed any more");
      return refFor(outbound);
    },
  });
  await addReply(house, "late");
  await addReply(house, "good");
  const told: string[] = [];
  const log = {
    ...silent,
    info: (_fields: object, text: string) => void told.push(text),
    error: (_fields: object, text: string) => void told.push(`alarm: ${text}`),
  };
  await using delivery = house.deliver({ doors: () => [door], log });
  await delivery.start();
  await vi.waitUntil(() => door.shown.length === 1);
  expect(told).toEqual(["a reply came too late to be shown"]);
});

test("a reply without a door waits for it, and after an hour is given up", async () => {
  let now = start;
  await using house = await openHouse(() => now);
  const door = recordingDoor();
  let doors: (typeof door)[] = [];
  await using delivery = house.deliver({ doors: () => doors, clock: () => now });
  await delivery.start();
  await addReply(house, "too late", "a");
  now = new Date(start.getTime() + hour);
  await vi.waitUntil(async () => (await house.store.deadLetters.list(house.org, 10)).length === 1);
  expect(await house.store.deadLetters.list(house.org, 10)).toMatchObject([{ code: "expired" }]);

  now = start;
  await addReply(house, "in time", "a");
  doors = [door];
  await vi.waitUntil(() => door.shown.length === 1);
  expect(summaries(door)).toEqual(["in time"]);
});

test("a sending cut short by a shutdown is probed by the next process", async () => {
  await using house = await openHouse(clock);
  const begun = Promise.withResolvers<void>();
  const hanging = recordingDoor({
    deliver: (outbound, signal) => {
      begun.resolve();
      return untilAborted(outbound, signal);
    },
  });
  await addReply(house, "1");
  const delivery = house.deliver({ doors: () => [hanging] });
  await delivery.start();
  await begun.promise;
  await delivery.drain(0);

  const probed: OutboxId[] = [];
  const door = recordingDoor({
    probe: async (outbound) => {
      probed.push(outbound.id);
      return { state: "absent" };
    },
  });
  await using next = house.deliver({ doors: () => [door] });
  await next.start();
  await vi.waitUntil(() => door.shown.length === 1);
  expect(probed).toHaveLength(1);
});

test("a reply shown but not yet recorded is recorded later and never shown again", async () => {
  await using house = await openHouse(clock);
  let failures = 0;
  const { outbox } = house.store;
  const store = {
    ...house.store,
    outbox: {
      ...outbox,
      settle: (...args: Parameters<typeof outbox.settle>) => {
        failures += 1;
        if (failures <= 3) return Promise.reject(new NexusError("disk_full", "the disk is full"));
        return outbox.settle(...args);
      },
    },
  };
  const door = recordingDoor();
  await addReply(house, "1");
  await addReply(house, "2");
  await using delivery = house.deliver({ store, doors: () => [door] });
  await delivery.start();
  await vi.waitUntil(() => door.shown.length === 2);
  expect(summaries(door)).toEqual(["1", "2"]);
});
