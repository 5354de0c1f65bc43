import { expect, test, vi } from "vitest";
import type { Inbound } from "#core/contract/message.ts";
import type { Part } from "#core/contract/reply.ts";
import { DEFAULT_SCOPES, startSlack } from "#test/platforms/slack/slack.ts";
import {
  CHANNEL,
  DIRECT,
  PERSON,
  type ScriptedSlack,
  type ScriptedSlackOptions,
  startScriptedSlack,
  textReply,
} from "#test/slack-kit.ts";
import { createMemory } from "./fixtures/memory.ts";

const unlimited = new AbortController().signal;
const answers = () => textReply("Here you are.");
const file: Part = { type: "file", name: "list.csv", mimeType: "text/csv", text: "a,b\n", description: "All rows" };

async function ask(nexus: ScriptedSlack, channel = CHANNEL): Promise<Inbound> {
  const before = nexus.delivered.length;
  await nexus.slack.post({ channel, user: PERSON, text: `<@${nexus.slack.botUserId}> hello` });
  await vi.waitUntil(() => nexus.delivered.length > before);
  const inbound = nexus.inbounds.at(-1);
  if (inbound === undefined) throw new Error("nothing came in");
  return inbound;
}

test("manner 65: a missing permission is named with the place to add it, and the rest goes on", async () => {
  const scopes = "app_mentions:read assistant:write chat:write commands im:history im:read im:write".split(" ");
  await using nexus = await startScriptedSlack(answers, { slackOptions: { scopes } });
  expect(nexus.door.state()).toMatchObject({
    state: "failing",
    detail: expect.stringMatching(/users:read.*OAuth & Permissions.*reinstall/),
  });
  await ask(nexus, DIRECT);
  expect(nexus.delivered[0]?.failure).toBeUndefined();
});

test("a file that NEXUS was not permitted to attach is named to the person with the permission, below the answer", async () => {
  const scopes = DEFAULT_SCOPES.filter((scope) => scope !== "files:write");
  await using nexus = await startScriptedSlack(answers, { slackOptions: { scopes } });
  const inbound = await ask(nexus);
  const reply = textReply("The list.", { parts: [{ type: "text", markdown: "The list." }, file] });
  await nexus.door.deliver(nexus.outbound(inbound, reply), unlimited);
  const said = nexus.slack.messages(CHANNEL).flatMap(({ isOurs, text }) => (isOurs ? text : []));
  expect(said).toEqual([
    "Here you are.",
    "The list.",
    expect.stringMatching(/`list\.csv`.*`files:write`.*https:\/\/api\.slack\.com\/apps/),
  ]);
  await nexus.door.deliver(nexus.outbound(inbound, { ...reply, visibility: "only_actor" }), unlimited);
  expect(nexus.slack.ephemerals(PERSON).map(({ text }) => text)).toEqual([
    "The list.",
    expect.stringContaining("files:write"),
  ]);
});

test("an event the app does not subscribe to is named with the place to add it, and steps get a button that stops them", async () => {
  const held = Promise.withResolvers<void>();
  await using nexus = await startScriptedSlack(
    async (_, { stream }) => {
      stream.step({ id: "a", title: "Asking the weather", status: "running" });
      await held.promise;
      return textReply("sunny");
    },
    { slackOptions: { events: ["app_mention", "message.im"] } },
  );
  const ours = () => nexus.slack.messages(DIRECT).filter(({ isOurs }) => isOurs);
  await nexus.slack.post({ channel: DIRECT, user: PERSON, text: "weather?" });
  await vi.waitUntil(() => nexus.door.state().state === "failing");
  expect(nexus.door.state().detail).toMatch(/agent_session_stopped under Event Subscriptions/);
  await vi.waitUntil(() => ours().length === 1, { timeout: 6_000 });
  expect(JSON.stringify(ours())).toContain("n1.stp.");
  held.resolve();
  await vi.waitUntil(() => nexus.delivered.length === 1);
});

test("where NEXUS is not a member, the reply is given up with words that say how to let it in", async () => {
  await using nexus = await startScriptedSlack(answers);
  const inbound = await ask(nexus);
  nexus.slack.addChannel({ id: "C0FAR", name: "far", kind: "channel", members: [PERSON], withoutBot: true });
  const { threadId: _thread, ...place } = inbound.conversation;
  const conversation = { ...place, kind: "thread", channelId: "C0FAR" } as const;
  const sending = nexus.door.deliver(nexus.outbound({ ...inbound, conversation }, answers()), unlimited);
  await expect(sending).rejects.toMatchObject({
    code: "platform_refused",
    say: "I am not a member of that channel. Invite me there with `/invite`.",
  });
});

/** What is left of a workspace from which NEXUS was taken. */
async function startLeaving(options: ScriptedSlackOptions = {}) {
  const memory = createMemory();
  await memory.setSecret("tokens", "xoxb-secret");
  return await startScriptedSlack(answers, { memory, ...options });
}

test.each<[string, (nexus: ScriptedSlack) => Promise<unknown>]>([
  ["removed from its workspace", ({ slack }) => slack.uninstall()],
  ["left without its tokens", ({ slack }) => slack.revokeTokens()],
])("manner 68: %s, NEXUS erases them, says what to do, and knocks no more", async (_, leave) => {
  await using nexus = await startLeaving();
  const { slack, door, memory } = nexus;
  const inbound = await ask(nexus);
  // Of the two events that tell it, the later one may find nobody any more.
  void leave(nexus);
  await vi.waitUntil(() => slack.connections === 0);
  expect(memory.secrets.size).toBe(0);
  expect(new Set(nexus.left)).toEqual(new Set([slack.teamId]));
  expect(slack.acks.every(({ late }) => !late)).toBe(true);
  const before = slack.calls.length;
  await expect(door.deliver(nexus.outbound(inbound, answers()), unlimited)).rejects.toMatchObject({
    code: "upstream_unavailable",
    say: "NEXUS was removed from the Slack workspace.",
  });
  expect(slack.calls).toHaveLength(before);
  expect(door.state()).toEqual({
    state: "failing",
    name: "Slack",
    detail: expect.stringMatching(/was removed.*`connect slack`/),
  });
});

test("manner 66: a token that Slack stops accepting is told in the status, and replies wait for another", async () => {
  await using nexus = await startScriptedSlack(answers);
  const inbound = await ask(nexus);
  nexus.slack.faults.fail("chat.postMessage", "token_revoked", 1);
  const sending = nexus.door.deliver(nexus.outbound(inbound, answers()), unlimited);
  await expect(sending).rejects.toMatchObject({ code: "upstream_unavailable", retryable: true });
  expect(nexus.door.state().detail).toMatch(/token_revoked.*`connect slack`/);
});

test("manner 42: pages that Slack limits while nobody waits delay neither an answer nor a page somebody opens", async () => {
  await using nexus = await startScriptedSlack(answers);
  const { slack } = nexus;
  await slack.openHome(PERSON, "home");
  await vi.waitUntil(() => slack.home(PERSON) !== undefined);
  slack.faults.rateLimit("views.publish", { times: 1, retryAfterS: 60 });
  await ask(nexus);
  const published = () => slack.calls.filter(({ method }) => method === "views.publish");
  await vi.waitUntil(() => published().some(({ error }) => error === "ratelimited"), { timeout: 4_000 });
  await ask(nexus);
  await slack.openHome(PERSON, "home");
  await vi.waitUntil(() => published().at(-1)?.error === undefined);
  expect(nexus.delivered.map(({ failure }) => failure)).toEqual([undefined, undefined]);
});

test("manner 42: making up for an absence, limited by Slack, delays no answer", async () => {
  await using slack = await startSlack();
  const memory = createMemory();
  const before = await startScriptedSlack(answers, { slack, memory });
  await before[Symbol.asyncDispose]();
  await memory.set("heard-until", Date.now() - 10 * 60_000);
  slack.addPerson({ id: PERSON, name: "Ana" });
  slack.addChannel({ id: CHANNEL, name: "ops", kind: "channel", members: [PERSON] });
  slack.faults.rateLimit("users.conversations", { times: 1, retryAfterS: 60 });
  await using nexus = await startScriptedSlack(answers, { slack, memory });
  await vi.waitUntil(() => slack.calls.some(({ error }) => error === "ratelimited"));
  await ask(nexus);
  expect(slack.messages(CHANNEL).map(({ text, isOurs }) => isOurs && text)).toContain("Here you are.");
});
