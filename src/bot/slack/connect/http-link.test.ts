import { expect, test, vi } from "vitest";
import { createMemory } from "#bot/slack/fixtures/memory.ts";
import { CHANNEL, PERSON, startScriptedSlack, textReply } from "#test/slack-kit.ts";
import { type LoopbackSlack, startSlack } from "#test/platforms/slack/slack.ts";
import { connectionTo, install } from "#test/slack-web-kit.ts";

const answers = () => textReply("Here you are.");

function furnish(slack: LoopbackSlack): void {
  slack.addPerson({ id: PERSON, name: "Ana" });
  slack.addChannel({ id: CHANNEL, name: "ops", kind: "channel", members: [PERSON] });
}

test("a workspace installs NEXUS over the web, and is answered over signed HTTP", async () => {
  await using slack = await startSlack();
  furnish(slack);
  const connection = await connectionTo(slack);
  const origin = `http://127.0.0.1:${connection.port}`;
  await using nexus = await startScriptedSlack(answers, { slack, connection });
  expect(nexus.door.state()).toMatchObject({ state: "on", detail: expect.stringContaining("/slack/install") });
  const installed = await install(origin);
  expect(installed.status).toBe(200);
  expect(await installed.text()).toContain("NEXUS is installed");
  expect([...nexus.memory.secrets.keys()]).toEqual([`installation:${slack.teamId}`]);

  expect(await slack.useHttp(`${origin}/slack/events`)).toBe(true);
  const { ts } = await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> hello` });
  await vi.waitUntil(() => nexus.delivered.length === 1);
  expect(slack.thread(CHANNEL, ts).at(-1)?.text).toBe("Here you are.");
  expect(slack.acks.every(({ late }) => !late)).toBe(true);
  expect(slack.refusals).toEqual([]);
});

test("whoever does not allow the installation is told so, and nothing is kept", async () => {
  await using slack = await startSlack();
  const connection = await connectionTo(slack);
  await using nexus = await startScriptedSlack(answers, { slack, connection });
  slack.installDecision = { ...slack.installDecision, allows: false };
  const refused = await install(`http://127.0.0.1:${connection.port}`);
  expect(refused.status).toBe(400);
  expect(nexus.memory.secrets.size).toBe(0);
});

test("APV-001: a request that Slack has not signed is refused", async () => {
  await using slack = await startSlack();
  const connection = await connectionTo(slack);
  await using nexus = await startScriptedSlack(answers, { slack, connection });
  const body = JSON.stringify({ type: "event_callback", event: { type: "app_uninstalled" }, team_id: slack.teamId });
  const headers = {
    "content-type": "application/json",
    "x-slack-signature": "v0=00",
    "x-slack-request-timestamp": String(Math.floor(Date.now() / 1000)),
  };
  const response = await fetch(`http://127.0.0.1:${connection.port}/slack/events`, { method: "POST", headers, body });
  expect(response.status).toBe(401);
  expect(nexus.left).toEqual([]);
});

test("manner 68: a workspace that removes NEXUS loses its tokens here, and the others keep theirs", async () => {
  await using slack = await startSlack();
  furnish(slack);
  const memory = createMemory();
  await memory.setSecret("installation:T0OTHER", "{}");
  const connection = await connectionTo(slack);
  const origin = `http://127.0.0.1:${connection.port}`;
  await using nexus = await startScriptedSlack(answers, { slack, connection, memory });
  await install(origin);
  await slack.useHttp(`${origin}/slack/events`);
  await slack.uninstall();
  await vi.waitUntil(() => !memory.secrets.has(`installation:${slack.teamId}`));
  expect([...memory.secrets.keys()]).toEqual(["installation:T0OTHER"]);
  expect(new Set(nexus.left)).toEqual(new Set([slack.teamId]));
});

test("a token that ends soon is refreshed once, however many answers need it at the same time", async () => {
  await using slack = await startSlack({ tokenRotation: true });
  furnish(slack);
  const connection = await connectionTo(slack);
  const origin = `http://127.0.0.1:${connection.port}`;
  await using nexus = await startScriptedSlack(answers, { slack, connection });
  await install(origin);
  const key = `installation:${slack.teamId}`;
  const kept = JSON.parse(nexus.memory.secrets.get(key) ?? "{}");
  await nexus.memory.setSecret(key, JSON.stringify({ ...kept, bot: { ...kept.bot, expiresAt: 1 } }));
  await slack.useHttp(`${origin}/slack/events`);
  await Promise.all(
    ["one", "two", "three"].map((text) =>
      slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> ${text}` }),
    ),
  );
  await vi.waitUntil(() => nexus.delivered.length === 3);
  expect(nexus.delivered.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined]);
  const refreshes = slack.calls.filter(({ method, body }) => method === "oauth.v2.access" && "refresh_token" in body);
  expect(refreshes).toHaveLength(1);
});

test("what every installed workspace said while NEXUS was away is answered when it is back", async () => {
  await using slack = await startSlack({ waitsForApp: false, retryDelaysMs: [] });
  furnish(slack);
  const memory = createMemory();
  const connection = await connectionTo(slack);
  const before = await startScriptedSlack(answers, { slack, memory, connection });
  await install(`http://127.0.0.1:${connection.port}`);
  await before[Symbol.asyncDispose]();
  const { ts } = await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> hello` });
  await using after = await startScriptedSlack(answers, { slack, memory, connection });
  await vi.waitUntil(() => after.delivered.length === 1);
  expect(slack.thread(CHANNEL, ts).at(-1)?.text).toBe("Here you are.");
  expect(slack.refusals).toEqual([]);
});
