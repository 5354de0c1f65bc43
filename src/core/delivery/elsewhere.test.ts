import { expect, test, vi } from "vitest";
import type { Inbound } from "#core/contract/message.ts";
import { NexusError } from "#core/contract/errors.ts";
import { GateId, newId } from "#core/contract/ids.ts";
import type { Reply } from "#core/contract/reply.ts";
import { echo, openHouse, recordingDoor, say } from "#test/delivery-kit.ts";
import { testActor, testConversation, testMessage } from "#test/platforms/test-message.ts";

const start = new Date("2026-03-02T09:00:00Z");
const fresh = { sentAtMs: start.getTime() };
const clock = () => start;
const actor = testActor("acme", "ada");
const gate = newId(GateId);
const card = (state: "open" | "closed"): Reply => ({ ...say(`card ${state}`), card: { gate, state } });

test("a card is posted where it belongs, and redrawn in place once it is decided", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor();
  const ops = testConversation("acme", "ops");
  await using delivery = house.deliver({
    doors: () => [door],
    async handle(turn) {
      if (turn.inbound.kind === "message" && turn.inbound.text === "ask") {
        return { replies: [say("asked")], elsewhere: [{ conversation: ops, actor, reply: card("open") }] };
      }
      const cards = await house.store.outbox.cardsOf(turn.org, gate);
      const redrawn = cards.map(({ id, ...place }) => ({ ...place, reply: card("closed"), edits: id }));
      return { replies: [say("decided")], elsewhere: redrawn };
    },
  });
  await delivery.start();
  await delivery.receive(house.org, testMessage({ id: "ask", ...fresh }));
  await vi.waitUntil(() => door.shown.length === 2);
  await delivery.receive(house.org, testMessage({ id: "decide", ...fresh }));
  await vi.waitUntil(() => door.shown.length === 4);

  const inOps = door.shown.filter(({ conversation }) => conversation.channelId === "ops");
  expect(inOps.map(({ reply }) => reply.summary)).toEqual(["card open", "card closed"]);
  expect(inOps[1]?.edits).toMatchObject({ channelId: "ops", messageId: inOps[0]?.id });
  // A redrawing is not a card of its own: a later decision would redraw it again.
  expect(await house.store.outbox.cardsOf(house.org, gate)).toHaveLength(1);
});

test("what was never shown is not redrawn", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor({
    deliver: async (outbound) => {
      if (outbound.edits === undefined && outbound.reply.card)
        throw new NexusError("platform_refused", "no such channel");
      throw new NexusError("internal", "this should not be reached");
    },
  });
  const { turnId } = await house.store.queue.put(house.org, testMessage({ id: "1", ...fresh }), start);
  const place = { conversation: testConversation("acme", "ops"), actor, sentAtMs: start.getTime() };
  const soon = new Date(start.getTime() + 60_000);
  const id = await house.store.outbox.add(house.org, turnId, { ...place, reply: card("open") }, start, soon);
  const redrawn = { ...place, reply: card("closed"), edits: id };
  await house.store.outbox.add(house.org, turnId, redrawn, start, soon);
  await using delivery = house.deliver({ doors: () => [door] });
  await delivery.start();
  await vi.waitUntil(async () => (await house.store.deadLetters.list(house.org, 10)).length === 2);
  const letters = await house.store.deadLetters.list(house.org, 10);
  expect(letters.map(({ code }) => code).toSorted()).toEqual(["expired", "platform_refused"]);
  expect(await house.store.outbox.refOf(house.org, id)).toBeUndefined();
  expect(door.shown).toEqual([]);
});

test.each(["refused", "never shown in time"])(
  "core is told of a card that was %s, so that its request can end",
  async (how) => {
    let now = start;
    await using house = await openHouse(() => now);
    const due: Inbound[] = [];
    const refusing = recordingDoor({
      deliver: () => Promise.reject(new NexusError("platform_refused", "the channel is archived")),
    });
    await using delivery = house.deliver({
      doors: () => (how === "refused" ? [refusing] : []),
      clock: () => now,
      handle: async (turn) => {
        if (turn.inbound.kind !== "due")
          return {
            replies: [],
            elsewhere: [{ conversation: testConversation("acme", "ops"), actor, reply: card("open") }],
          };
        due.push(turn.inbound);
        return { replies: [] };
      },
    });
    await delivery.start();
    await delivery.receive(house.org, testMessage({ id: "ask", ...fresh }));
    await vi.waitUntil(
      async () => (await house.store.outbox.cardsOf(house.org, gate)).length === 1 || due.length === 1,
    );
    if (how !== "refused") now = new Date(start.getTime() + 3_700_000);
    await vi.waitUntil(() => due.length === 1);
    expect(due).toMatchObject([{ what: "card_undelivered", id: gate }]);
  },
);

test("what answers a message names that message, and what answers none does not", async () => {
  await using house = await openHouse(clock);
  const door = recordingDoor();
  const source = {
    platform: "test",
    tenantId: "acme",
    channelId: "general",
    messageId: "17.5",
    ephemeral: false,
  } as const;
  await using delivery = house.deliver({ doors: () => [door], handle: echo });
  await delivery.start();
  await delivery.receive(house.org, { ...testMessage({ id: "1", ...fresh }), source });
  await delivery.receive(house.org, testMessage({ id: "2", ...fresh }));
  await vi.waitUntil(() => door.shown.length === 2);
  expect(door.shown.map((outbound) => outbound.source)).toEqual([source, undefined]);
});
