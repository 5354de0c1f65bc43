import { expect, test, vi } from "vitest";
import type { Received } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import { newId, TurnId } from "#core/contract/ids.ts";
import { CHANNEL, DIRECT, OTHER, PERSON, startScriptedSlack, textReply, token } from "#test/slack-kit.ts";
import { personOf, threadPlace } from "./parse/place.ts";
import { DEFAULT_SCOPES, startSlack } from "#test/platforms/slack/slack.ts";

const answers = () => textReply("Here you are.");

test("manner 19: mentioned in a channel, NEXUS answers in a thread on that message", async () => {
  await using nexus = await startScriptedSlack(answers);
  const { slack } = nexus;
  const { ts } = await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> hello` });
  await vi.waitUntil(() => nexus.delivered.length === 1);
  const [, answer] = slack.thread(CHANNEL, ts);
  expect(answer).toMatchObject({ isOurs: true, threadTs: ts, text: "Here you are." });
  expect(slack.messages(CHANNEL).filter(({ isOurs }) => isOurs)).toHaveLength(1);
  expect(slack.refusals).toEqual([]);
});

test("an event is acknowledged after it is in the inbox, and not before", async () => {
  const onDisk = Promise.withResolvers<Received>();
  let asked = 0;
  const receive = () => {
    asked += 1;
    return onDisk.promise;
  };
  await using nexus = await startScriptedSlack(answers, { core: { receive } });
  const posting = nexus.slack.post({ channel: DIRECT, user: PERSON, text: "hello" });
  await vi.waitUntil(() => asked === 1);
  expect(nexus.slack.acks).toEqual([]);
  onDisk.resolve({ accepted: true, turnId: newId(TurnId) });
  await posting;
  expect(nexus.slack.acks).toMatchObject([{ type: "events_api", late: false }]);
});

test("an event that cannot be written is not acknowledged, and taken in when Slack sends it again", async () => {
  let tries = 0;
  const receive = (): Promise<Received> => {
    tries += 1;
    if (tries === 1) return Promise.reject(new NexusError("disk_full", "no room"));
    return Promise.resolve({ accepted: true, turnId: newId(TurnId) });
  };
  const slackOptions = { ackDeadlineMs: 150, retryDelaysMs: [0] };
  await using nexus = await startScriptedSlack(answers, { slackOptions, core: { receive } });
  await nexus.slack.post({ channel: DIRECT, user: PERSON, text: "hello" });
  expect(tries).toBe(2);
  expect(nexus.slack.acks.map(({ late }) => late)).toEqual([true, false]);
});

test("manner 22: a mention that arrives as two events, five times each, is answered once", async () => {
  await using nexus = await startScriptedSlack(answers, { slackOptions: { deliveries: () => 5 } });
  const { slack } = nexus;
  const { eventIds } = await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> hello` });
  expect(eventIds).toHaveLength(2);
  // The header of a repeated event may say that it is the first.
  await slack.redeliver(eventIds[0] ?? "", { times: 2, retryAttempt: 0 });
  await vi.waitUntil(() => nexus.delivered.length === 1);
  await slack.settled();
  expect(nexus.inbounds).toHaveLength(1);
  expect(slack.messages(CHANNEL).filter(({ isOurs }) => isOurs)).toHaveLength(1);
});

test("manner 20: a follow-up in its own thread needs no mention, and one to somebody else is left alone", async () => {
  await using nexus = await startScriptedSlack(answers, { core: { isFollowing: async () => true } });
  const { slack } = nexus;
  const { ts } = await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> hello` });
  await slack.post({ channel: CHANNEL, user: PERSON, text: "and tomorrow?", threadTs: ts });
  await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${OTHER}> what do you think?`, threadTs: ts });
  await slack.post({ channel: CHANNEL, user: PERSON, text: "lunch?" });
  await vi.waitUntil(() => nexus.delivered.length === 2);
  await slack.settled();
  expect(nexus.inbounds.map((inbound) => inbound.kind === "message" && inbound.text)).toEqual([
    "hello",
    "and tomorrow?",
  ]);
});

test("a thread NEXUS takes no part in is none of its business", async () => {
  await using nexus = await startScriptedSlack(answers);
  const { ts } = await nexus.slack.post({ channel: CHANNEL, user: PERSON, text: "who is on call?" });
  await nexus.slack.post({ channel: CHANNEL, user: OTHER, text: "me", threadTs: ts });
  await nexus.slack.settled();
  expect(nexus.inbounds).toEqual([]);
});

test("APV-007, INJ-012, manner 21: NEXUS never answers itself, another bot, or an edit", async () => {
  await using nexus = await startScriptedSlack(answers, { core: { isFollowing: async () => true } });
  const { slack } = nexus;
  const { ts } = await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> hello` });
  await vi.waitUntil(() => nexus.delivered.length === 1);
  await slack.edit(CHANNEL, ts, `<@${slack.botUserId}> hello again`);
  await slack.post({ channel: CHANNEL, user: OTHER, text: `<@${slack.botUserId}> beep`, botId: "B0OTHER" });
  await slack.settled();
  expect(nexus.inbounds).toHaveLength(1);
});

test("nothing is lost when Slack replaces the connection, and nothing is answered twice", async () => {
  await using nexus = await startScriptedSlack(answers);
  const { slack } = nexus;
  for (let round = 0; round < 5; round += 1) {
    slack.rotate();
    await slack.post({ channel: DIRECT, user: PERSON, text: `question ${round}` });
  }
  slack.dropSockets();
  await slack.post({ channel: DIRECT, user: PERSON, text: "question 5" });
  await vi.waitUntil(() => nexus.delivered.length === 6, { timeout: 5_000 });
  expect(nexus.inbounds.map((inbound) => inbound.kind === "message" && inbound.text)).toEqual(
    Array.from({ length: 6 }, (_, index) => `question ${index}`),
  );
  await vi.waitUntil(() => nexus.door.state().state === "on");
  expect(slack.refusals).toEqual([]);
});

test("an event is acknowledged on the connection it came by, or left to come again", async () => {
  const onDisk = Promise.withResolvers<void>();
  let taken = 0;
  const receive = async (): Promise<Received> => {
    taken += 1;
    if (taken === 1) await onDisk.promise;
    return { accepted: true, turnId: newId(TurnId) };
  };
  await using nexus = await startScriptedSlack(answers, { core: { receive } });
  const { slack } = nexus;
  const posting = slack.post({ channel: DIRECT, user: PERSON, text: "hello" });
  await vi.waitUntil(() => taken === 1);
  slack.rotate();
  // On the new connection the event comes again; only then is the first one on disk.
  await vi.waitUntil(() => taken === 2);
  onDisk.resolve();
  await posting;
  // Whatever was said before this one on the new connection has been heard when it is through.
  await slack.post({ channel: DIRECT, user: PERSON, text: "hello again" });
  expect(slack.acks).toMatchObject([{ late: false }, { late: false }]);
  expect(slack.refusals).toEqual([]);
});

test("manner 66: a token Slack refuses is told in the status, and not tried for ever", async () => {
  await using slack = await startSlack();
  await using nexus = await startScriptedSlack(answers, {
    slack,
    connection: { mode: "socket", botToken: "xoxb-wrong", appToken: slack.appToken },
  });
  expect(nexus.door.state()).toMatchObject({ state: "failing", detail: expect.stringContaining("bot token (xoxb-)") });
  expect(slack.calls.filter(({ method }) => method === "auth.test")).toHaveLength(1);
});

test("while Slack cannot be reached, replies are handed back and the service goes on", async () => {
  await using slack = await startSlack();
  slack.faults.loseResponse("auth.test", 2);
  await using nexus = await startScriptedSlack(answers, { slack });
  expect(nexus.door.state()).toMatchObject({ state: "failing", detail: expect.stringContaining("trying again") });
  const place = threadPlace({ tenantId: slack.teamId, channelId: CHANNEL, rootTs: "1.000000" });
  const outbound = nexus.outbound({ conversation: place, actor: personOf(slack.teamId, PERSON) }, answers());
  const sending = nexus.door.deliver(outbound, new AbortController().signal);
  await expect(sending).rejects.toMatchObject({ code: "upstream_unavailable", retryable: true });
  await vi.waitUntil(() => nexus.door.state().state === "on", { timeout: 5_000 });
});

test("a refused app-level token is told apart from a refused bot token", async () => {
  await using slack = await startSlack();
  const { botToken } = slack;
  await using nexus = await startScriptedSlack(answers, {
    slack,
    connection: { mode: "socket", botToken, appToken: "xapp-wrong" },
  });
  expect(nexus.door.state()).toMatchObject({
    state: "failing",
    detail: expect.stringContaining("app-level token (xapp-)"),
  });
});

test("manner 37: Slack's own Stop stops the conversation it was pressed in", async () => {
  await using nexus = await startScriptedSlack(answers);
  const { ts } = await nexus.slack.post({ channel: DIRECT, user: PERSON, text: "hello" });
  await vi.waitUntil(() => nexus.delivered.length === 1);
  await nexus.slack.stopSession({ channel: DIRECT, threadTs: ts, user: PERSON });
  expect(nexus.stops).toEqual([`slack:${nexus.slack.teamId}:${DIRECT}:${ts}`]);
});

test("a person's zone, language and standing are asked of Slack once an hour", async () => {
  await using nexus = await startScriptedSlack(answers);
  const { slack, door } = nexus;
  slack.addPerson({ id: "U0GUEST", name: "Gia", guest: true });
  slack.addPerson({ id: "U0FAR", name: "Far", externalTeam: "T0FAR" });
  await slack.post({ channel: CHANNEL, user: PERSON, text: `<@${slack.botUserId}> hello` });
  await vi.waitUntil(() => nexus.inbounds.length === 1);
  const [inbound] = nexus.inbounds;
  if (inbound === undefined || door.resolve === undefined) throw new Error("nothing came in");
  const who = async (id: string) =>
    await door.resolve?.({ ...inbound.actor, id }, inbound.conversation, new AbortController().signal);
  expect(await who(PERSON)).toMatchObject({
    actor: { displayName: "Ana", affiliation: "member", timeZone: "America/Toronto", locale: "en-CA" },
    conversation: { name: "ops", kind: "thread" },
  });
  expect(await who("U0GUEST")).toMatchObject({ actor: { affiliation: "guest" } });
  expect(await who("U0FAR")).toMatchObject({ actor: { affiliation: "external" } });
  const before = slack.calls.length;
  await who(PERSON);
  expect(slack.calls).toHaveLength(before);
});

test("where NEXUS may know user groups, a person comes with theirs", async () => {
  const scopes = [...DEFAULT_SCOPES, "usergroups:read"];
  await using nexus = await startScriptedSlack(answers, { slackOptions: { scopes } });
  nexus.slack.usergroups.set("S0OPS", [PERSON]);
  nexus.slack.usergroups.set("S0DEV", [OTHER]);
  await nexus.slack.post({ channel: DIRECT, user: PERSON, text: "hello" });
  await vi.waitUntil(() => nexus.inbounds.length === 1);
  const [inbound] = nexus.inbounds;
  if (inbound === undefined) throw new Error("nothing came in");
  const known = await nexus.door.resolve?.(inbound.actor, inbound.conversation, new AbortController().signal);
  expect(known?.actor.platformRoleIds).toEqual(["S0OPS"]);
  const groups = await nexus.door.groups?.(inbound.actor.tenantId, new AbortController().signal);
  expect(groups).toEqual([
    { id: "S0OPS", name: "s0ops" },
    { id: "S0DEV", name: "s0dev" },
  ]);
});

test("where NEXUS may not know user groups, it says that it does not, not that there are none", async () => {
  await using nexus = await startScriptedSlack(answers);
  await nexus.slack.post({ channel: DIRECT, user: PERSON, text: "hello" });
  await vi.waitUntil(() => nexus.inbounds.length === 1);
  const [inbound] = nexus.inbounds;
  if (inbound === undefined) throw new Error("nothing came in");
  expect(await nexus.door.groups?.(inbound.actor.tenantId, new AbortController().signal)).toBeUndefined();
});

test("files that come with a message are read with the workspace's token, and no further than allowed", async () => {
  await using nexus = await startScriptedSlack(answers);
  const files = [{ name: "card.csv", content: "date,amount\n2026-11-01,5\n", mimeType: "text/csv" }];
  await nexus.slack.post({ channel: DIRECT, user: PERSON, text: "import this", files });
  await vi.waitUntil(() => nexus.inbounds.length === 1);
  const [inbound] = nexus.inbounds;
  const attachment = inbound?.kind === "message" ? inbound.attachments[0] : undefined;
  if (attachment === undefined) throw new Error("no file came in");
  const { signal } = new AbortController();
  expect(Buffer.from(await nexus.door.read(attachment, 1_000, signal)).toString()).toContain("2026-11-01");
  await expect(nexus.door.read(attachment, 5, signal)).rejects.toMatchObject({ code: "file_too_large" });
});

test("the home page is drawn when it is opened, and the messages tab gets things to say", async () => {
  await using nexus = await startScriptedSlack(answers);
  await nexus.slack.openHome(PERSON, "home");
  await vi.waitUntil(() => nexus.slack.home(PERSON) !== undefined);
  await nexus.slack.openHome(PERSON, "messages");
  await vi.waitUntil(() => nexus.slack.suggestedPrompts(DIRECT).length > 0);
  expect(nexus.slack.suggestedPrompts(DIRECT)[0]?.message).toBe("what's the weather in Lisbon?");
  expect(nexus.slack.refusals).toEqual([]);
});

test("a button on the home page is answered in the direct message", async () => {
  const item = { type: "button", label: "Show", token: token("say") } as const;
  const page = textReply("Your page", { parts: [{ type: "actions", items: [item] }] });
  await using nexus = await startScriptedSlack(answers, { core: { home: async () => page } });
  await nexus.slack.openHome(PERSON, "home");
  await vi.waitUntil(() => nexus.slack.home(PERSON) !== undefined);
  await nexus.slack.press({ home: true, label: "Show", user: PERSON });
  await vi.waitUntil(() => nexus.delivered.length === 1);
  expect(nexus.inbounds[0]).toMatchObject({ kind: "action", token: item.token, conversation: { channelId: DIRECT } });
  expect(nexus.slack.messages(DIRECT).map(({ text }) => text)).toEqual(["Here you are."]);
  expect(nexus.slack.refusals).toEqual([]);
});

test("“Ask NEXUS about this” is answered to whoever chose it, and to nobody else", async () => {
  await using nexus = await startScriptedSlack(answers);
  const { slack } = nexus;
  const { ts } = await slack.post({ channel: CHANNEL, user: OTHER, text: "what's the weather in Lisbon?" });
  await slack.messageAction({ callbackId: "ask_about_message", channel: CHANNEL, ts, user: PERSON });
  await vi.waitUntil(() => slack.ephemerals(PERSON).length === 1);
  expect(nexus.inbounds[0]).toMatchObject({ text: "what's the weather in Lisbon?", actor: { id: PERSON } });
  expect(slack.messages(CHANNEL).filter(({ isOurs }) => isOurs)).toEqual([]);
  expect(slack.refusals).toEqual([]);
});

test("a message in a public channel has an address that everybody may open, and one said anywhere else has none", async () => {
  await using nexus = await startScriptedSlack(answers);
  const { slack, door } = nexus;
  slack.addChannel({ id: "G0BOARD", name: "board", kind: "private", members: [PERSON] });
  slack.addPerson({ id: "U0EXT", name: "Ext", externalTeam: "T0FAR" });
  slack.addChannel({ id: "C0SHARED", name: "shared", kind: "channel", members: [PERSON, "U0EXT"] });
  const addressIn = async (channel: string): Promise<string | undefined> => {
    const { ts } = await slack.post({ channel, user: PERSON, text: "who is on call" });
    const message = {
      platform: "slack",
      tenantId: slack.teamId,
      channelId: channel,
      messageId: ts,
      ephemeral: false,
    } as const;
    return await door.permalink?.(message, new AbortController().signal);
  };
  expect(await addressIn(CHANNEL)).toMatch(/^https:\/\/\w+\.slack\.com\/archives\/C0OPS\/p\d{16}$/);
  expect(await addressIn("G0BOARD")).toBeUndefined();
  expect(await addressIn("C0SHARED")).toBeUndefined();
  expect(await addressIn(DIRECT)).toBeUndefined();
});
