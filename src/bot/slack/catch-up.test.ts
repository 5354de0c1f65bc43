import { expect, test, vi } from "vitest";
import type { Received } from "#core/contract/door.ts";
import { newId, TurnId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import { type LoopbackSlack, type SlackOptions, startSlack } from "#test/platforms/slack/slack.ts";
import { createMemory } from "./fixtures/memory.ts";
import {
  CHANNEL,
  DIRECT,
  OTHER,
  PERSON,
  type ScriptedSlack,
  type ScriptedSlackOptions,
  startScriptedSlack,
  textReply,
} from "#test/slack-kit.ts";

const MINUTE_MS = 60_000;
const READS = ["users.conversations", "conversations.history", "conversations.replies"];

/** A workspace whose events are gone when nobody listens, and the runs of NEXUS in it, which share what is on disk. */
async function openWorkspace(options: SlackOptions = {}) {
  let nowMs = Date.now();
  const clock = () => new Date(nowMs);
  const slack = await startSlack({ waitsForApp: false, retryDelaysMs: [], clock, ...options });
  slack.addPerson({ id: PERSON, name: "Ana" });
  slack.addPerson({ id: OTHER, name: "Ben" });
  slack.addChannel({ id: CHANNEL, name: "ops", kind: "channel", members: [PERSON, OTHER] });
  slack.addChannel({ id: DIRECT, name: "ana", kind: "im", members: [PERSON] });
  const memory = createMemory();
  const turns = new Map<string, TurnId>();
  return {
    slack,
    pass: (ms: number) => void (nowMs += ms),
    start: (more: ScriptedSlackOptions = {}) =>
      startScriptedSlack(() => textReply("Here you are."), { slack, memory, turns, clock, ...more }),
    say: (text: string, more: { channel?: string; threadTs?: string } = {}) =>
      slack.post({ channel: CHANNEL, user: PERSON, text, ...more }),
    /** Resolves when all that was missed has been read: only then the mark moves. */
    caughtUp: () => vi.waitUntil(async () => (await memory.get("heard-until")) === nowMs, { timeout: 5_000 }),
    reads: () => slack.calls.filter(({ method }) => READS.includes(method)),
    [Symbol.asyncDispose]: () => slack[Symbol.asyncDispose](),
  };
}

const texts = ({ inbounds }: ScriptedSlack) =>
  inbounds.flatMap((inbound) => (inbound.kind === "message" ? inbound.text : []));
const named = ({ botUserId }: LoopbackSlack, text: string) => `<@${botUserId}> ${text}`;
const accepted = (): Received => ({ accepted: true, turnId: newId(TurnId) });

test("manner 22: what was said while NEXUS was away is answered when it is back, once", async () => {
  await using town = await openWorkspace();
  const { slack, say } = town;
  const before = await town.start();
  const { ts: followed } = await say(named(slack, "one"));
  await vi.waitUntil(() => before.delivered.length === 1);
  await before[Symbol.asyncDispose]();

  const { ts: theirs } = await say("is anybody on call?");
  await say(named(slack, "two"), { threadTs: theirs });
  await say("and tomorrow?", { threadTs: followed });
  await say(`<@${OTHER}> what do you think?`, { threadTs: followed });
  await say(named(slack, "three"));
  await say("still there?", { channel: DIRECT });
  town.pass(MINUTE_MS);

  await using after = await town.start({ core: { isFollowing: async ({ threadId }) => threadId === followed } });
  await vi.waitUntil(() => after.delivered.length === 4);
  await town.caughtUp();
  expect(texts(after).toSorted()).toEqual(["and tomorrow?", "still there?", "three", "two"]);
  expect(after.delivered.every(({ failure }) => failure === undefined)).toBe(true);
  expect(
    slack
      .messages(CHANNEL)
      .concat(slack.messages(DIRECT))
      .filter(({ isOurs }) => isOurs),
  ).toHaveLength(5);
  expect(slack.thread(CHANNEL, followed).filter(({ isOurs }) => isOurs)).toHaveLength(2);
  expect(slack.refusals).toEqual([]);
});

test("what was said in an absence is heard in the order it was said", async () => {
  await using town = await openWorkspace();
  await (await town.start())[Symbol.asyncDispose]();
  const said = Array.from({ length: 130 }, (_, index) => `question ${index}`);
  for (const text of said) await town.say(named(town.slack, text));
  await using after = await town.start();
  await vi.waitUntil(() => after.inbounds.length === said.length, { timeout: 5_000 });
  expect(texts(after)).toEqual(said);
});

test("what is older than an hour comes with its age, to be declined, and what is older still is let be", async () => {
  await using town = await openWorkspace();
  await (await town.start())[Symbol.asyncDispose]();
  await town.say(named(town.slack, "ancient"));
  town.pass(10 * MINUTE_MS);
  const askedMs = Date.now() + 10 * MINUTE_MS;
  await town.say(named(town.slack, "old"));
  town.pass(62 * MINUTE_MS);
  await using after = await town.start();
  await vi.waitUntil(() => after.inbounds.length > 0);
  expect(texts(after)).toEqual(["old"]);
  expect(Math.abs((after.inbounds[0]?.sentAtMs ?? 0) - askedMs)).toBeLessThan(MINUTE_MS);
});

test("a flood of old messages does not delay a live one", async () => {
  await using town = await openWorkspace();
  await (await town.start())[Symbol.asyncDispose]();
  for (let index = 0; index < 50; index += 1) await town.say(named(town.slack, `old ${index}`));
  const live = Promise.withResolvers<void>();
  const heard = new Set<string>();
  // The old ones are only written down once the live one is: if it waited for them, none would ever be.
  const receive = async (inbound: Inbound): Promise<Received> => {
    const text = inbound.kind === "message" ? inbound.text : "";
    if (text === "live") live.resolve();
    else await live.promise;
    heard.add(text);
    return accepted();
  };
  await using _ = await town.start({ core: { receive } });
  await vi.waitUntil(() => town.reads().some(({ method }) => method === "conversations.history"));
  const { late } = await town.say(named(town.slack, "live"));
  expect(late).toBe(false);
  await vi.waitUntil(() => heard.size === 51);
  expect([...heard][0]).toBe("live");
});

test("the very first start looks for nothing, and the next one for what was said since, though nothing had been before", async () => {
  await using town = await openWorkspace();
  await town.say(named(town.slack, "before I was here"));
  town.pass(10 * MINUTE_MS);
  const first = await town.start();
  await town.slack.settled();
  expect(town.reads()).toEqual([]);
  await first[Symbol.asyncDispose]();
  town.pass(20 * MINUTE_MS);
  await town.say("hello", { channel: DIRECT });
  await using second = await town.start();
  await vi.waitUntil(() => second.inbounds.length > 0);
  expect(texts(second)).toEqual(["hello"]);
});

test("a short break is left to Slack's own repeating, after a long one is read what was missed", async () => {
  await using town = await openWorkspace();
  const { slack } = town;
  await using nexus = await town.start();
  const breakFor = async (ms: number) => {
    slack.faults.delay("apps.connections.open", 200);
    slack.dropSockets();
    await vi.waitUntil(() => nexus.door.state().state === "failing");
    await town.say(named(slack, `after ${ms}`));
    town.pass(ms);
    await vi.waitUntil(() => nexus.door.state().state === "on");
  };
  await breakFor(10_000);
  await slack.settled();
  expect(town.reads()).toEqual([]);
  await breakFor(40_000);
  // Looking back a little further than the break costs nothing, and finds what the first one had lost.
  await vi.waitUntil(() => nexus.inbounds.length === 2);
  expect(texts(nexus)).toEqual(["after 10000", "after 40000"]);
});

test("a Slack that asks to wait is waited for, and answers go on meanwhile", async () => {
  await using town = await openWorkspace();
  const { slack } = town;
  await (await town.start())[Symbol.asyncDispose]();
  await town.say(named(slack, "missed"));
  slack.faults.rateLimit("conversations.history", { times: 1, retryAfterS: 1 });
  await using after = await startScriptedAtRealTime(town);
  await vi.waitUntil(() => slack.calls.some(({ error }) => error === "ratelimited"));
  await town.say("live", { channel: DIRECT });
  await vi.waitUntil(() => after.delivered.length === 2, { timeout: 5_000 });
  expect(texts(after)).toEqual(["live", "missed"]);
});

/** The pauses Slack asks for are real ones, so the clock has to go. */
function startScriptedAtRealTime(town: Awaited<ReturnType<typeof openWorkspace>>) {
  return town.start({ clock: () => new Date() });
}

test("what could not be read before NEXUS ended again is read at the next start", async () => {
  await using town = await openWorkspace();
  const { slack } = town;
  await (await town.start())[Symbol.asyncDispose]();
  await town.say(named(slack, "missed"));
  town.pass(15 * MINUTE_MS);
  slack.faults.fail("conversations.history", "internal_error", 2);
  const second = await town.start();
  await vi.waitUntil(() => slack.calls.filter(({ error }) => error === "internal_error").length === 2);
  await second[Symbol.asyncDispose]();
  town.pass(15 * MINUTE_MS);
  await using third = await town.start();
  await vi.waitUntil(() => third.inbounds.length === 1);
  expect(texts(third)).toEqual(["missed"]);
});

test("a place that NEXUS may not read does not keep the others from being read", async () => {
  await using town = await openWorkspace({
    scopes: "app_mentions:read chat:write commands im:history im:read im:write channels:history users:read".split(" "),
  });
  const { slack } = town;
  slack.addChannel({ id: "G0SECRET", name: "secret", kind: "private", members: [PERSON] });
  const first = await town.start();
  await town.say(named(slack, "hello"));
  await town.say("hello", { channel: DIRECT });
  await town.say(named(slack, "hello"), { channel: "G0SECRET" });
  await vi.waitUntil(() => first.delivered.length === 3);
  await first[Symbol.asyncDispose]();
  await town.say(named(slack, "missed"));
  await town.say("missed too", { channel: DIRECT });
  await using second = await town.start();
  await vi.waitUntil(() => second.inbounds.length === 2);
  expect(texts(second).toSorted()).toEqual(["missed", "missed too"]);
});

test("a busy hour writes what it has to remember once, and not with every message", async () => {
  const memory = createMemory();
  const written: string[] = [];
  const counting = {
    ...memory,
    set: (key: string, value: Parameters<typeof memory.set>[1]) => (written.push(key), memory.set(key, value)),
  };
  await using town = await openWorkspace();
  const nexus = await town.start({ memory: counting });
  for (let index = 0; index < 30; index += 1) await town.say(named(town.slack, `question ${index}`));
  await vi.waitUntil(() => nexus.delivered.length === 30, { timeout: 5_000 });
  await nexus[Symbol.asyncDispose]();
  expect(written.filter((key) => key === "took-part")).toHaveLength(1);
  expect(written.filter((key) => key === "heard-until").length).toBeLessThanOrEqual(2);
});
