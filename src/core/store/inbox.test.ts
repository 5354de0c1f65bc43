import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Claim } from "#core/contract/queue.ts";
import { testActor, testConversation, testMessage } from "#test/platforms/test-message.ts";
import { LEASE_MS } from "./inbox.ts";
import { openStore, type Store } from "./store.ts";

const start = new Date("2026-03-02T09:00:00Z");
const later = (ms: number): Date => new Date(start.getTime() + ms);

async function openInbox() {
  const store = await openStore(":memory:", { clock: () => start });
  const { org } = await store.people.identify(testActor("acme", "ada"));
  return { store, queue: store.queue, org, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

const texts = (claims: readonly Claim[]) =>
  claims.map(({ inbound }) => (inbound.kind === "message" ? inbound.text : inbound.kind));

test("messages of one conversation are handed out one at a time, in the order they came", async () => {
  await using inbox = await openInbox();
  const { queue, org } = inbox;
  for (const id of ["1", "2", "3"]) await queue.put(org, testMessage({ id }), start);

  const [first, ...none] = await queue.claim("me", 10, start);
  expect(none).toEqual([]);
  expect(await queue.claim("me", 10, start)).toEqual([]);
  expect(first && (await queue.complete(first, start))).toBe(true);
  expect(texts(await queue.claim("me", 10, start))).toEqual(["2"]);
});

test("a conversation that is being worked on does not hold up another", async () => {
  await using inbox = await openInbox();
  const { queue, org } = inbox;
  await queue.put(org, testMessage({ id: "slow", channel: "a" }), start);
  expect(await queue.claim("me", 10, start)).toHaveLength(1);
  await queue.put(org, testMessage({ id: "quick", channel: "b" }), start);
  expect(texts(await queue.claim("me", 10, start))).toEqual(["quick"]);
});

test("a message delivered again under any of its names is one message", async () => {
  await using inbox = await openInbox();
  const { queue, org } = inbox;
  const event = testMessage({ id: "m1" });
  const first = await queue.put(org, { ...event, dedupeKeys: ["event:1", "message:1"] }, start);
  const again = await queue.put(org, { ...event, dedupeKeys: ["message:1", "retry:1"] }, start);
  const third = await queue.put(org, { ...event, dedupeKeys: ["retry:1"] }, start);

  expect(first.duplicate).toBe(false);
  expect([again, third]).toEqual([
    { turnId: first.turnId, duplicate: true },
    { turnId: first.turnId, duplicate: true },
  ]);
  expect(await queue.claim("me", 10, start)).toHaveLength(1);
});

test("many deliveries of the same message at the same moment are one message", async () => {
  await using inbox = await openInbox();
  const { queue, org } = inbox;
  const puts = await Promise.all(Array.from({ length: 20 }, () => queue.put(org, testMessage({ id: "m" }), start)));
  expect(puts.filter((put) => !put.duplicate)).toHaveLength(1);
  expect(new Set(puts.map((put) => put.turnId)).size).toBe(1);
});

test("a turn whose holder died is handed out again when its lease ends, ahead of what came after it", async () => {
  await using inbox = await openInbox();
  const { queue, org } = inbox;
  await queue.put(org, testMessage({ id: "1" }), start);
  await queue.put(org, testMessage({ id: "2" }), start);
  await queue.claim("dead", 1, start);

  expect(await queue.claim("me", 10, later(LEASE_MS - 1))).toEqual([]);
  const claims = await queue.claim("me", 10, later(LEASE_MS));
  expect(texts(claims)).toEqual(["1"]);
  expect(claims[0]?.attempt).toBe(2);
});

test("a holder that wakes up after losing its lease can neither finish, prolong nor give back the turn", async () => {
  await using inbox = await openInbox();
  const { queue, org } = inbox;
  await queue.put(org, testMessage({ id: "1" }), start);
  const [zombie] = await queue.claim("zombie", 1, start);
  const [claim] = await queue.claim("me", 1, later(LEASE_MS));
  if (!zombie || !claim) throw new Error("nothing was claimed");

  expect(await queue.complete(zombie, later(LEASE_MS))).toBe(false);
  expect(await queue.renew(zombie, later(LEASE_MS))).toBe(false);
  await queue.release(zombie, later(LEASE_MS));
  expect(await queue.claim("third", 1, later(LEASE_MS))).toEqual([]);
  expect(await queue.complete(claim, later(LEASE_MS))).toBe(true);
});

test("a lease that is renewed in time is kept", async () => {
  await using inbox = await openInbox();
  const { queue, org } = inbox;
  await queue.put(org, testMessage({ id: "1" }), start);
  const [claim] = await queue.claim("me", 1, start);
  expect(claim && (await queue.renew(claim, later(20_000)))).toBe(true);
  expect(await queue.claim("other", 1, later(LEASE_MS + 10_000))).toEqual([]);
  expect(await queue.claim("other", 1, later(LEASE_MS + 20_000))).toHaveLength(1);
});

test("a turn given back waits for its time, and its conversation waits with it", async () => {
  await using inbox = await openInbox();
  const { queue, org } = inbox;
  await queue.put(org, testMessage({ id: "1" }), start);
  await queue.put(org, testMessage({ id: "2" }), start);
  const [claim] = await queue.claim("me", 1, start);
  if (claim) await queue.release(claim, later(1_000));
  expect(await queue.claim("me", 10, later(999))).toEqual([]);
  expect(texts(await queue.claim("me", 10, later(1_000)))).toEqual(["1"]);
});

test("after a restart everything the dead process held is free at once", async () => {
  await using inbox = await openInbox();
  const { queue, org } = inbox;
  await queue.put(org, testMessage({ id: "1", channel: "a" }), start);
  await queue.put(org, testMessage({ id: "2", channel: "b" }), start);
  await queue.claim("before", 10, start);
  expect(await queue.releaseOthers("after")).toBe(2);
  expect(texts(await queue.claim("after", 10, start))).toEqual(["1", "2"]);
  expect(await queue.releaseOthers("after")).toBe(0);
});

test("handled messages are forgotten after a while, unhandled ones never", async () => {
  await using inbox = await openInbox();
  const { queue, org } = inbox;
  await queue.put(org, testMessage({ id: "done" }), start);
  await queue.put(org, testMessage({ id: "open" }), start);
  const [claim] = await queue.claim("me", 1, start);
  if (claim) await queue.complete(claim, start);
  expect(await queue.prune(later(1), 100)).toBe(1);
  expect((await queue.put(org, testMessage({ id: "open" }), start)).duplicate).toBe(true);
  expect((await queue.put(org, testMessage({ id: "done" }), start)).duplicate).toBe(false);
});

type Command =
  | { do: "put"; channel: string }
  | { do: "claim"; limit: number }
  | { do: "complete"; pick: number }
  | { do: "release"; pick: number; delayMs: number }
  | { do: "crash" }
  | { do: "wait"; ms: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("put" as const), channel: fc.constantFrom("a", "b", "c") }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("claim" as const), limit: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("complete" as const), pick: fc.nat(10) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("release" as const), pick: fc.nat(10), delayMs: fc.nat(5_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "crash" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(2 * LEASE_MS) }) },
);

test("whatever happens, no conversation has two turns at once and each is finished once, in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
      await using inbox = await openInbox();
      await checkOrder(inbox.store, inbox.org, commands);
    }),
    { numRuns: 60 },
  );
});

async function checkOrder(
  { queue }: Store,
  org: Awaited<ReturnType<typeof openInbox>>["org"],
  commands: readonly Command[],
): Promise<void> {
  const put: Record<string, string[]> = {};
  const finished: Record<string, string[]> = {};
  let claims: Claim[] = [];
  let nowMs = start.getTime();
  let holder = 0;

  async function finish(claim: Claim): Promise<void> {
    if (!(await queue.complete(claim, new Date(nowMs)))) return;
    (finished[claim.conversationKey] ??= []).push(...texts([claim]));
  }
  async function run(command: Command, index: number): Promise<void> {
    const at = (pick: number): Claim | undefined => claims[pick % Math.max(claims.length, 1)];
    switch (command.do) {
      case "put": {
        const inbound = testMessage({ id: String(index), channel: command.channel });
        await queue.put(org, inbound, new Date(nowMs));
        (put[inbound.conversation.key] ??= []).push(String(index));
        return;
      }
      case "claim": {
        const fresh = await queue.claim(String(holder), command.limit, new Date(nowMs));
        expect(new Set(fresh.map((claim) => claim.conversationKey)).size).toBe(fresh.length);
        claims.push(...fresh);
        return;
      }
      case "complete": {
        const claim = at(command.pick);
        if (claim) await finish(claim);
        return;
      }
      case "release": {
        const claim = at(command.pick);
        if (claim) await queue.release(claim, new Date(nowMs + command.delayMs));
        return;
      }
      case "crash":
        // The claims of before the crash stay in the list: their holder may be a zombie that still tries to finish.
        holder += 1;
        await queue.releaseOthers(String(holder));
        return;
      case "wait":
        nowMs += command.ms;
        return;
      default:
        command satisfies never;
    }
  }

  for (const [index, command] of commands.entries()) await run(command, index);
  nowMs += LEASE_MS + 5_000;
  for (;;) {
    claims = await queue.claim("last", 10, new Date(nowMs));
    if (claims.length === 0) break;
    for (const claim of claims) await finish(claim);
  }
  expect(finished).toEqual(put);
}

test("a conversation is followed from the first thing said to NEXUS in it, not from before", async () => {
  await using inbox = await openInbox();
  const { queue, org } = inbox;
  const called = testMessage({ id: "called", sentAtMs: 5_000 });
  await queue.put(org, called, start);
  const { key } = called.conversation;
  expect(await queue.knows(org, key, 4_999)).toBe(false);
  expect(await queue.knows(org, key, 5_000)).toBe(true);
  expect(await queue.knows(org, testConversation("acme", "elsewhere").key, 9_000)).toBe(false);
});
