import { expect, test, vi } from "vitest";
import type { StreamPort } from "#core/contract/door.ts";
import {
  CHANNEL,
  DIRECT,
  PERSON,
  type Script,
  type ScriptedSlackOptions,
  startScriptedSlack,
  textReply,
} from "#test/slack-kit.ts";

/** A question whose turn lasts until it is let go, and what it shows meanwhile. */
async function startLongTurn(steps: (stream: StreamPort) => void, options: ScriptedSlackOptions = {}) {
  const held = Promise.withResolvers<void>();
  const nexus = await startScriptedSlack(async (_, { stream }) => {
    steps(stream);
    await held.promise;
    return textReply("sunny");
  }, options);
  const ours = (channel = DIRECT) => nexus.slack.messages(channel).filter(({ isOurs }) => isOurs);
  return { nexus, slack: nexus.slack, ours, letGo: () => held.resolve() };
}

const long = { timeout: 6_000 };

test("manner 34: a long turn shows its steps as a plan, under Slack's own Stop, and becomes the answer", async () => {
  const more = Promise.withResolvers<void>();
  const turn = await startLongTurn((stream) => {
    stream.step({ id: "a", title: "Asking <!here> the weather", status: "running" });
    void more.promise.then(() => {
      stream.step({ id: "a", title: "Asking <!here> the weather", status: "done" });
      stream.step({ id: "b", title: "Drawing", status: "running" });
    });
  });
  await using nexus = turn.nexus;
  const { slack, ours } = turn;
  const { ts } = await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> weather?` });
  await vi.waitUntil(() => ours(CHANNEL).length === 1, long);
  const streaming = () => ours(CHANNEL)[0]?.streaming;
  expect(streaming()).toMatchObject({
    open: true,
    taskDisplayMode: "plan",
    chunks: [{ type: "task_update", id: "a", title: expect.stringContaining("the weather"), status: "in_progress" }],
  });
  expect(slack.status(CHANNEL, ts)).toBe("processing");
  more.resolve();
  await vi.waitUntil(() => streaming()?.chunks.length === 3, long);
  expect(streaming()?.chunks.slice(1)).toMatchObject([
    { id: "a", status: "complete" },
    { id: "b", status: "in_progress" },
  ]);
  turn.letGo();
  await vi.waitUntil(() => nexus.delivered.length === 1);
  expect(ours(CHANNEL)).toMatchObject([{ text: "sunny", edited: true, streaming: { open: false } }]);
  expect(slack.refusals).toEqual([]);
});

test("manner 37: Slack's own Stop ends the plan, and the message says that it was stopped", async () => {
  const stopped = Promise.withResolvers<void>();
  const script: Script = async (_, { stream }) => {
    stream.step({ id: "a", title: "Asking the weather", status: "running" });
    await stopped.promise;
    stream.step({ id: "a", title: "Asking the weather", status: "failed" });
    return textReply("Okay, I stopped.");
  };
  const stop = () => {
    stopped.resolve();
    return true;
  };
  await using nexus = await startScriptedSlack(script, { core: { stop } });
  const { slack } = nexus;
  const ours = () => slack.messages(DIRECT).filter(({ isOurs }) => isOurs);
  const { ts } = await slack.post({ channel: DIRECT, user: PERSON, text: "weather?" });
  await vi.waitUntil(() => ours().length === 1, long);
  await slack.stopSession({ channel: DIRECT, threadTs: ts, user: PERSON });
  await vi.waitUntil(() => nexus.delivered.length === 1);
  expect(ours()).toMatchObject([{ text: "Okay, I stopped.", edited: true }]);
  await vi.waitUntil(() => slack.status(DIRECT, ts) === "active");
  expect(slack.refusals).toEqual([]);
});

test("the words of an answer follow its steps in the same message", async () => {
  const words = "It is sunny in Lisbon. ".repeat(5);
  const turn = await startLongTurn((stream) => {
    stream.step({ id: "a", title: "Asking the weather", status: "done" });
    stream.text(words);
  });
  await using nexus = turn.nexus;
  const { slack, ours } = turn;
  await slack.post({ channel: DIRECT, user: PERSON, text: "weather?" });
  await vi.waitUntil(() => ours()[0]?.streaming?.markdown === words, long);
  expect(ours()[0]?.streaming?.chunks.map(({ type }) => type)).toEqual(["task_update", "markdown_text"]);
  turn.letGo();
  await vi.waitUntil(() => nexus.delivered.length === 1);
  expect(ours()).toMatchObject([{ text: "sunny" }]);
  expect(slack.refusals).toEqual([]);
});

test("where Slack has no Stop of its own, the steps are a message with a button that stops them", async () => {
  const turn = await startLongTurn((stream) => {
    stream.step({ id: "a", title: "Asking the weather", status: "running" });
  });
  await using nexus = turn.nexus;
  const { slack, ours } = turn;
  slack.faults.fail("agents.sessions.setStatus", "unknown_method", 100);
  await slack.post({ channel: DIRECT, user: PERSON, text: "weather?" });
  await vi.waitUntil(() => ours().length === 1, long);
  expect(JSON.stringify(ours()[0]?.blocks)).toMatch(/"plan".*Asking the weather.*n1\.stp\./s);
  turn.letGo();
  await vi.waitUntil(() => nexus.delivered.length === 1);
  expect(ours()).toMatchObject([{ text: "sunny", edited: true, streaming: undefined }]);
  expect(JSON.stringify(ours())).not.toContain("n1.stp.");
});

test("where Slack can neither stream steps nor draw them, they are small print", async () => {
  const turn = await startLongTurn((stream) => {
    stream.step({ id: "a", title: "Asking the weather", status: "running" });
  });
  await using nexus = turn.nexus;
  const { slack, ours } = turn;
  slack.faults.fail("chat.startStream", "unknown_method", 1);
  slack.faults.fail("chat.postMessage", "invalid_blocks", 1);
  await slack.post({ channel: DIRECT, user: PERSON, text: "weather?" });
  await vi.waitUntil(() => ours().length === 1, long);
  expect(JSON.stringify(ours()[0]?.blocks)).toMatch(/Now: Asking the weather.*n1\.stp\./s);
  turn.letGo();
  await vi.waitUntil(() => nexus.delivered.length === 1);
  expect(ours()).toMatchObject([{ text: "sunny" }]);
});
