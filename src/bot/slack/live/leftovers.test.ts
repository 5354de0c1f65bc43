import { expect, test, vi } from "vitest";
import { DIRECT, PERSON, startScriptedSlack, textReply } from "#test/slack-kit.ts";
import { LiveNote } from "./leftovers.ts";

test("a live message whose number was never learned is taken away at the next start, and no answer with it", async () => {
  const never = Promise.withResolvers<undefined>();
  await using nexus = await startScriptedSlack((inbound, { stream }) => {
    if (nexus.inbounds.length === 1) return textReply("an answer");
    stream.step({ id: "a", title: "Asking the weather", status: "running" });
    return never.promise;
  });
  using _end = { [Symbol.dispose]: () => never.resolve(undefined) };
  const { slack, memory } = nexus;
  const ours = () => slack.messages(DIRECT).filter(({ isOurs }) => isOurs);
  const { ts } = await slack.post({ channel: DIRECT, user: PERSON, text: "hello" });
  await vi.waitUntil(() => nexus.delivered.length === 1);
  slack.faults.loseResponse("chat.startStream", 1);
  await slack.post({ channel: DIRECT, user: PERSON, text: "weather?", threadTs: ts });
  await vi.waitUntil(() => ours().length === 2, { timeout: 6_000 });
  await using _next = await startScriptedSlack(() => undefined, { slack, memory });
  await vi.waitUntil(() => ours().length === 1, { timeout: 4_000 });
  expect(ours()).toMatchObject([{ text: "an answer" }]);
  expect(slack.refusals).toEqual([]);
});

test("a live message that has become the answer stays, even if the end came before that was noted", async () => {
  const held = Promise.withResolvers<void>();
  await using nexus = await startScriptedSlack(async (_, { stream }) => {
    stream.step({ id: "a", title: "Asking the weather", status: "running" });
    await held.promise;
    return textReply("sunny");
  });
  const { slack, memory } = nexus;
  const ours = () => slack.messages(DIRECT).filter(({ isOurs }) => isOurs);
  await slack.post({ channel: DIRECT, user: PERSON, text: "weather?" });
  const noted = async () => {
    const [key] = await memory.keys("live:");
    const note = key === undefined ? undefined : await memory.get(key);
    return LiveNote.safeParse(note).data?.ts === ours()[0]?.ts ? note : undefined;
  };
  await vi.waitUntil(async () => (await noted()) !== undefined, { timeout: 6_000 });
  const note = await noted();
  held.resolve();
  await vi.waitUntil(() => nexus.delivered.length === 1);
  // As the memory would be, had the process ended just after Slack took the answer.
  await memory.set("live:an interrupted turn", note ?? null);
  await using _next = await startScriptedSlack(() => undefined, { slack, memory });
  await vi.waitUntil(async () => (await memory.keys("left:")).length + (await memory.keys("live:")).length === 0);
  expect(ours()).toMatchObject([{ text: "sunny" }]);
});
