import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { GatePolicy } from "#core/contract/gate.ts";
import { newId, TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import { personRef } from "#core/contract/principal.ts";
import { openStore } from "#core/store/store.ts";
import { testActor, testConversation } from "#test/platforms/test-message.ts";
import { type Ballot, createApproval, type Gate } from "./approval.ts";
import { newCode } from "#core/contract/short-code.ts";
import { subjectHash } from "./subject-hash.ts";

const POLICY: GatePolicy = { approvals: 1, role: "operator", notAuthor: false, expiresAfterMinutes: 60 };
const SUBJECT: Json = { what: "paint", colour: "green" };

async function openRoom() {
  let now = new Date("2026-11-20T15:00:00Z");
  const clock = () => now;
  const store = await openStore(":memory:", { clock });
  const approval = createApproval({ store, clock, randomBytes, witness: async () => undefined });
  const { org, person: author } = await store.people.identify(testActor("acme", "ada"));
  const open = async (change: { subject?: Json; topic?: string; policy?: GatePolicy } = {}): Promise<Gate> => {
    const opening = await approval.open({
      org,
      turn: newId(TurnId),
      kind: "effect",
      topic: "the fence",
      title: "Paint the fence",
      subject: SUBJECT,
      facts: {},
      policy: POLICY,
      author,
      actor: testActor("acme", "ada"),
      conversation: testConversation("acme", "general"),
      by: personRef(author),
      right: "viewer",
      ...change,
    });
    await store.transaction((inside) => opening.commit(inside));
    return opening.gate;
  };
  const voter = async (name: string) => {
    const { person } = await store.people.identify(testActor("acme", name));
    return { person, by: personRef(person) };
  };
  const ballot = async (name: string, change: Partial<Ballot> = {}): Promise<Ballot> => ({
    ...(await voter(name)),
    displayName: name,
    role: "operator",
    verdict: "approve",
    turn: newId(TurnId),
    subject: SUBJECT,
    ...change,
  });
  return {
    store,
    approval,
    org,
    open,
    ballot,
    wait: (minutes: number) => void (now = new Date(now.getTime() + minutes * 60_000)),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

test("the hash of a subject does not depend on how its keys are ordered, and on everything else", () => {
  expect(subjectHash({ a: 1, b: [true, null, { c: "é", d: 2 }] })).toBe(
    subjectHash({ b: [true, null, { d: 2, c: "é" }], a: 1 }),
  );
  const different: Json[] = [
    {},
    [],
    null,
    "",
    0,
    { a: 1 },
    { a: "1" },
    { a: [1] },
    [1, 2],
    [2, 1],
    { a: 1, b: 1 },
    "{}",
  ];
  expect(new Set(different.map(subjectHash)).size).toBe(different.length);
});

test("codes are four letters that nobody confuses", () => {
  const codes = Array.from({ length: 2_000 }, () => newCode(randomBytes));
  for (const code of codes) expect(code).toMatch(/^[34679ACDEFGHJKMNPQRTUWXY]{4}$/);
  expect(new Set(codes).size).toBeGreaterThan(1_980);
});

test("of fifty people who approve at once, exactly one decides", async () => {
  await using room = await openRoom();
  const gate = await room.open();
  const ballots = await Promise.all(Array.from({ length: 50 }, (_, index) => room.ballot(`operator ${index}`)));
  const outcomes = await Promise.all(ballots.map((ballot) => room.approval.vote(room.org, gate.id, ballot)));
  expect(outcomes.filter(({ state }) => state === "decided")).toHaveLength(1);
  expect(outcomes.filter(({ state }) => state === "closed")).toHaveLength(49);
  expect((await room.approval.get(room.org, gate.id))?.votes).toHaveLength(1);
});

test("APV-013: one person who approves twice is one person", async () => {
  await using room = await openRoom();
  const gate = await room.open({ policy: { ...POLICY, approvals: 2 } });
  const bob = await room.ballot("bob");
  expect((await room.approval.vote(room.org, gate.id, bob)).state).toBe("counted");
  expect((await room.approval.vote(room.org, gate.id, { ...bob, turn: newId(TurnId) })).state).toBe("repeated");
  const decided = await room.approval.vote(room.org, gate.id, await room.ballot("cleo"));
  expect(decided).toMatchObject({ state: "decided", gate: { state: "approved" } });
});

test("the turn that decided is told so again when it is tried again after a crash; any other is told it is closed", async () => {
  await using room = await openRoom();
  const gate = await room.open();
  const bob = await room.ballot("bob");
  expect((await room.approval.vote(room.org, gate.id, bob)).state).toBe("decided");
  expect((await room.approval.vote(room.org, gate.id, bob)).state).toBe("decided");
  expect((await room.approval.vote(room.org, gate.id, { ...bob, turn: newId(TurnId) })).state).toBe("closed");
});

test("what is no longer what was asked for is refused, whoever approves it", async () => {
  await using room = await openRoom();
  for (const subject of [{ what: "paint", colour: "red" }, undefined]) {
    const gate = await room.open();
    const outcome = await room.approval.vote(room.org, gate.id, await room.ballot("bob", { subject }));
    expect(outcome).toMatchObject({ state: "changed", gate: { state: "superseded" } });
  }
});

test("a newer request about the same thing takes the place of the older, and is named to whoever decides on that", async () => {
  await using room = await openRoom();
  const older = await room.open();
  const newer = await room.open();
  await room.open({ topic: "the gate" });
  expect((await room.approval.waiting(room.org)).map(({ topic }) => topic)).toEqual(["the fence", "the gate"]);
  const outcome = await room.approval.vote(room.org, older.id, await room.ballot("bob"));
  expect(outcome).toMatchObject({ state: "closed", gate: { state: "superseded" }, newer: { id: newer.id } });
});

test("a request that was drawn over by another in the meantime is not made", async () => {
  await using room = await openRoom();
  const request = {
    org: room.org,
    turn: newId(TurnId),
    kind: "effect",
    topic: "the fence",
    title: "Paint the fence",
    subject: SUBJECT,
    facts: {},
    policy: POLICY,
    author: (await room.ballot("ada")).person,
    actor: testActor("acme", "ada"),
    conversation: testConversation("acme", "general"),
    by: { kind: "person", id: "ada" },
    right: "viewer",
  } as const;
  const slow = await room.approval.open(request);
  await room.open();
  await expect(room.store.transaction((inside) => slow.commit(inside))).rejects.toThrow("came in between");
  expect(await room.approval.waiting(room.org)).toHaveLength(1);
});

test("what is overdue comes up once it is, and ends as not done; a vote after the time counts for nothing", async () => {
  await using room = await openRoom();
  const gate = await room.open();
  expect(await room.approval.overdue()).toEqual([]);
  expect(await room.approval.expire(room.org, gate.id, newId(TurnId))).toBeUndefined();
  room.wait(60);
  expect((await room.approval.vote(room.org, gate.id, await room.ballot("bob"))).state).toBe("expired");
  const [due] = await room.approval.overdue();
  expect(due?.inbound).toMatchObject({ kind: "due", what: "gate_expired", id: gate.id, actor: { id: "ada" } });
  const turn = newId(TurnId);
  expect((await room.approval.expire(room.org, gate.id, turn))?.state).toBe("expired");
  expect((await room.approval.expire(room.org, gate.id, turn))?.state).toBe("expired");
  expect(await room.approval.expire(room.org, gate.id, newId(TurnId))).toBeUndefined();
  expect(await room.approval.overdue()).toEqual([]);
});

test("an approval of one org is nothing to another", async () => {
  await using room = await openRoom();
  const gate = await room.open();
  const { org: other } = await room.store.people.identify(testActor("other", "mallory"));
  expect(await room.approval.get(other, gate.id)).toBeUndefined();
  expect(await room.approval.byCode(other, gate.code)).toBeUndefined();
  expect((await room.approval.vote(other, gate.id, await room.ballot("bob"))).state).toBe("unknown");
  expect(await room.approval.withdraw(other, gate.id, newId(TurnId))).toBeUndefined();
  expect((await room.approval.byCode(room.org, gate.code))?.state).toBe("open");
});
