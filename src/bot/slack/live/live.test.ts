import { expect, test, vi } from "vitest";
import { CHANNEL, DIRECT, PERSON, startScriptedSlack, textReply } from "#test/slack-kit.ts";
import { LiveNote } from "./leftovers.ts";

test("manner 33: a question is seen to be heard within half a second, and the sign goes with the answer", async () => {
  const held = Promise.withResolvers<void>();
  await using nexus = await startScriptedSlack(async () => {
    await held.promise;
    return textReply("done");
  });
  const { slack } = nexus;
  const asked = performance.now();
  const { ts } = await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> hello` });
  await vi.waitUntil(() => slack.status(CHANNEL, ts) === "processing", { interval: 5 });
  expect(performance.now() - asked).toBeLessThan(500);
  held.resolve();
  await vi.waitUntil(() => slack.status(CHANNEL, ts) === "active");
  await vi.waitUntil(async () => (await nexus.memory.keys("sign:")).length === 0);
  expect(slack.refusals).toEqual([]);
});

test("where Slack knows no agent sessions, the sign is a pair of eyes on the message", async () => {
  const held = Promise.withResolvers<void>();
  await using nexus = await startScriptedSlack(async () => {
    await held.promise;
    return textReply("done");
  });
  const { slack } = nexus;
  slack.faults.fail("agents.sessions.setStatus", "unknown_method", 100);
  slack.faults.fail("assistant.threads.setStatus", "unknown_method", 100);
  const { ts } = await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> hello` });
  await vi.waitUntil(() => slack.reactions(CHANNEL, ts).some(({ name }) => name === "eyes"));
  held.resolve();
  await vi.waitUntil(() => slack.reactions(CHANNEL, ts).length === 0);
  await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> again` });
  await vi.waitUntil(() => nexus.delivered.length === 2);
  expect(slack.calls.filter(({ method }) => method === "agents.sessions.setStatus")).toHaveLength(1);
});

test("manner 40: a quick answer shows no steps", async () => {
  await using nexus = await startScriptedSlack((_, { stream }) => {
    stream.step({ id: "a", title: "Asking the weather", status: "running" });
    return textReply("sunny");
  });
  await nexus.slack.post({ channel: DIRECT, user: PERSON, text: "weather?" });
  await vi.waitUntil(() => nexus.delivered.length === 1);
  expect(nexus.slack.calls.filter(({ method }) => method === "chat.postMessage")).toHaveLength(1);
});

test("manner 35: streamed text is in order, with nothing lost or doubled, under a slow Slack", async () => {
  const pieces = Array.from({ length: 6 }, (_, index) => `${`piece ${index}`.padEnd(99, ".")} `);
  await using nexus = await startScriptedSlack(async (_, { stream }) => {
    // Several pieces come while Slack is still busy with one before.
    for (const piece of pieces) {
      stream.text(piece);
      let looks = 0;
      await vi.waitUntil(() => (looks += 1) > 2, { interval: 10 });
    }
    await vi.waitUntil(() => streamed().includes("piece 5"), { timeout: 5_000 });
    return textReply(pieces.join(""));
  });
  const { slack } = nexus;
  const streamed = (): string => slack.messages(CHANNEL).find(({ streaming }) => streaming)?.streaming?.markdown ?? "";
  slack.faults.delay("chat.startStream", 60);
  slack.faults.delay("chat.appendStream", 60);
  await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> tell me` });
  await vi.waitUntil(() => nexus.delivered.length === 1, { timeout: 10_000 });
  expect(streamed().trim()).toBe(pieces.join("").trim());
  expect(slack.messages(CHANNEL).filter(({ isOurs }) => isOurs)).toHaveLength(1);
  expect(slack.refusals).toEqual([]);
});

test("where Slack cannot stream, text is posted and changed instead", async () => {
  const held = Promise.withResolvers<void>();
  await using nexus = await startScriptedSlack(async (_, { stream }) => {
    stream.text("The weather in <!channel> Lisbon is ");
    await held.promise;
    return textReply("sunny");
  });
  const { slack } = nexus;
  slack.faults.fail("chat.startStream", "unknown_method", 100);
  const ours = () => slack.messages(DIRECT).filter(({ isOurs }) => isOurs);
  await slack.post({ channel: DIRECT, user: PERSON, text: "weather?" });
  await vi.waitUntil(() => ours().length === 1, { timeout: 4_000 });
  held.resolve();
  await vi.waitUntil(() => nexus.delivered.length === 1);
  expect(ours()).toMatchObject([{ text: "sunny" }]);
  expect(slack.refusals.filter(({ error }) => error !== "unknown_method")).toEqual([]);
});

test("manner 38: what a crash left working is taken away at the next start", async () => {
  const never = Promise.withResolvers<void>();
  await using nexus = await startScriptedSlack(async (_, { stream }) => {
    stream.step({ id: "a", title: "Asking the weather", status: "running" });
    await never.promise;
    return undefined;
  });
  using _end = { [Symbol.dispose]: () => never.resolve() };
  const { slack, memory } = nexus;
  const { ts } = await slack.post({ channel: DIRECT, user: PERSON, text: "weather?" });
  const ours = () => slack.messages(DIRECT).filter(({ isOurs }) => isOurs);
  await vi.waitUntil(() => ours().length === 1 && slack.status(DIRECT, ts) === "processing", { timeout: 4_000 });
  // What is seen there is noted a moment later.
  await vi.waitUntil(async () => {
    const [live = "", sign] = [...(await memory.keys("live:")), ...(await memory.keys("sign:"))];
    return sign !== undefined && LiveNote.safeParse(await memory.get(live)).data?.ts === ours()[0]?.ts;
  });
  // The process is gone without a word: another one begins with the same memory.
  await using next = await startScriptedSlack(() => undefined, { slack, memory });
  await vi.waitUntil(() => ours().length === 0 && slack.status(DIRECT, ts) === "active");
  const left = async () => (await memory.keys("")).filter((key) => /^(live|left|sign):/.test(key));
  await vi.waitUntil(async () => (await left()).length === 0);
  expect(next.door.state().state).toBe("on");
});

test("a turn for one person leaves nothing of its steps before the others", async () => {
  const held = Promise.withResolvers<void>();
  await using nexus = await startScriptedSlack(async (_, { stream }) => {
    stream.step({ id: "a", title: "Adding up", status: "running" });
    await held.promise;
    return textReply("you spent 5.00", { visibility: "only_actor" });
  });
  const { slack } = nexus;
  const ours = () => slack.messages(CHANNEL).filter(({ isOurs }) => isOurs);
  await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> my spending` });
  await vi.waitUntil(() => ours().length === 1, { timeout: 4_000 });
  held.resolve();
  await vi.waitUntil(() => nexus.delivered.length === 1);
  expect(ours()).toEqual([]);
  expect(slack.ephemerals(PERSON)).toMatchObject([{ text: "you spent 5.00" }]);
});
