import { WebAPIPlatformError } from "@slack/web-api";
import { expect, test } from "vitest";
import { clientOf, slackWithKim, startBolt } from "./kit.ts";
import { startSlack } from "./slack.ts";

const OPS = { channel: "C0OPS", unfurl_links: false, unfurl_media: false };
const errorOf = async (call: Promise<unknown>): Promise<string> => {
  const failed = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  return failed instanceof WebAPIPlatformError ? failed.data.error : String(failed);
};

test("nobody gets in without a token, with a made-up, a wrong or a revoked one", async () => {
  const slack = await slackWithKim();
  expect(await errorOf(clientOf(slack, "").auth.test())).toBe("not_authed");
  expect(await errorOf(clientOf(slack, "xoxb-made-up").auth.test())).toBe("invalid_auth");
  expect(await errorOf(clientOf(slack, slack.botToken).apps.connections.open())).toBe("not_allowed_token_type");
  expect(await errorOf(clientOf(slack, slack.appToken).auth.test())).toBe("not_allowed_token_type");
  const person = await clientOf(slack, slack.issueUserToken("U0KIM")).auth.test();
  expect([person.user_id, person.bot_id]).toEqual(["U0KIM", undefined]);
  expect(await clientOf(slack).auth.test()).toMatchObject({ user_id: slack.botUserId, bot_id: slack.botId });
  await clientOf(slack).auth.revoke();
  expect(await errorOf(clientOf(slack).auth.test())).toBe("token_revoked");
});

test("scopes are told with every answer, and the missing one by name", async () => {
  const slack = await slackWithKim({ scopes: ["chat:write"] });
  const { response_metadata: told } = await clientOf(slack).auth.test();
  expect(told).toMatchObject({ scopes: ["chat:write"] });
  const failed = await clientOf(slack)
    .reactions.add({ channel: "C0OPS", timestamp: "1.0", name: "eyes" })
    .catch((e: unknown) => e);
  expect(failed).toMatchObject({ data: { error: "missing_scope", needed: "reactions:write", provided: "chat:write" } });
  expect(await errorOf(clientOf(slack).apiCall("chat.shout"))).toBe("unknown_method");
});

test("a rate limit says for how long, and the next call goes through", async () => {
  const slack = await slackWithKim();
  slack.faults.rateLimit("chat.postMessage", { times: 1, retryAfterS: 7 });
  const client = clientOf(slack);
  const raw = () =>
    fetch(`${slack.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
      body: JSON.stringify({ ...OPS, text: "x" }),
    });
  const limited = await raw();
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
  expect(await client.chat.postMessage({ ...OPS, text: "x" })).toMatchObject({ ok: true });
  expect(slack.calls.map(({ error }) => error)).toEqual(["ratelimited", undefined]);
});

test("a lost answer leaves the message there, to be found by its metadata", async () => {
  const slack = await slackWithKim();
  slack.faults.loseResponse("chat.postMessage", 1);
  const metadata = { event_type: "nexus_reply", event_payload: { id: "out-1" } };
  await expect(clientOf(slack).chat.postMessage({ ...OPS, text: "x", metadata })).rejects.toThrow();
  const { messages = [] } = await clientOf(slack).conversations.history({
    channel: "C0OPS",
    include_all_metadata: true,
  });
  expect(messages.map((message) => message.metadata)).toEqual([metadata]);
  const plain = await clientOf(slack).conversations.history({ channel: "C0OPS" });
  expect(plain.messages?.[0]?.metadata).toBeUndefined();
});

test("a message is changed and taken back by its author alone", async () => {
  const slack = await slackWithKim();
  const client = clientOf(slack);
  const { ts = "" } = await client.chat.postMessage({ ...OPS, text: "one" });
  await client.chat.update({ channel: "C0OPS", ts, text: "two" });
  expect(slack.messages("C0OPS")).toMatchObject([{ text: "two", edited: true }]);
  const { message_ts = "" } = await client.chat.postEphemeral({ channel: "C0OPS", user: "U0KIM", text: "psst" });
  expect(await errorOf(client.chat.update({ channel: "C0OPS", ts: message_ts, text: "louder" }))).toBe(
    "message_not_found",
  );
  slack.addChannel({ id: "C0AWAY", name: "away", kind: "channel", members: ["U0KIM"], withoutBot: true });
  expect(await errorOf(client.chat.postMessage({ ...OPS, channel: "C0AWAY", text: "x" }))).toBe("not_in_channel");
  await client.chat.delete({ channel: "C0OPS", ts });
  expect(slack.messages("C0OPS")).toEqual([]);
});

test("what is for one person is shown to them in a thread that has begun, and to nobody in one that has not", async () => {
  const slack = await slackWithKim();
  const client = clientOf(slack);
  const { ts = "" } = await client.chat.postMessage({ ...OPS, text: "root" });
  const whisper = (text: string) => client.chat.postEphemeral({ channel: "C0OPS", user: "U0KIM", thread_ts: ts, text });
  expect(await whisper("too early")).toMatchObject({ ok: true });
  await client.chat.postMessage({ ...OPS, text: "reply", thread_ts: ts });
  await whisper("in time");
  expect(slack.ephemerals("U0KIM").map(({ text }) => text)).toEqual(["in time"]);
});

test("an answer streams in order and ends once", async () => {
  const slack = await slackWithKim();
  const client = clientOf(slack);
  const root = await client.chat.postMessage({ ...OPS, text: "root" });
  const at = { channel: "C0OPS", thread_ts: root.ts ?? "" };
  expect(await errorOf(client.chat.startStream({ ...at, markdown_text: "x" }))).toBe("missing_recipient_user_id");
  const to = { recipient_user_id: "U0KIM", recipient_team_id: slack.teamId };
  const { ts = "" } = await client.chat.startStream({ ...at, ...to, markdown_text: "one <!chan" });
  const here = { channel: "C0OPS", ts };
  expect(await errorOf(client.chat.appendStream({ ...here, markdown_text: "nel> two" }))).toBe("unescaped_mention");
  expect(await errorOf(client.chat.appendStream({ ...here, markdown_text: "x".repeat(12_001) }))).toBe("msg_too_long");
  await client.chat.appendStream({ ...here, markdown_text: " two" });
  expect(await errorOf(client.chat.update({ ...here, text: "three" }))).toBe("streaming_state_conflict");
  const step = { type: "task_update", id: "1", title: "Look", status: "complete" } as const;
  await client.chat.stopStream({ ...here, chunks: [step] });
  expect(await errorOf(client.chat.appendStream({ ...here, markdown_text: "late" }))).toBe(
    "message_not_in_streaming_state",
  );
  expect(slack.thread("C0OPS", root.ts ?? "")[1]).toMatchObject({
    text: "one <!chan two",
    streaming: { open: false, chunks: [step] },
  });
});

test("a file goes up in three steps and comes down with the token only", async () => {
  const slack = await slackWithKim();
  const file = Buffer.from("a,b\n1,2\n");
  await clientOf(slack).filesUploadV2({ channel_id: "C0OPS", file, filename: "spending.csv", alt_text: "Two columns" });
  expect(slack.uploads).toMatchObject([
    { name: "spending.csv", altText: "Two columns", content: file, channels: ["C0OPS"] },
  ]);
  const [shared] = slack.messages("C0OPS");
  const url = String(shared?.files[0]?.["url_private"]);
  expect(await (await fetch(url)).text()).toContain("Sign in");
  const headers = { authorization: `Bearer ${slack.botToken}` };
  expect(await (await fetch(url, { headers })).text()).toBe(file.toString());
});

test("a response address works five times, and not after half an hour", async () => {
  let now = new Date("2026-11-20T15:00:00Z");
  const slack = await slackWithKim({ clock: () => now });
  await startBolt(slack, "socket", (app) => app.command("/nexus", ({ ack }) => ack()));
  const ask = () => slack.slash({ command: "/nexus", text: "", channel: "C0OPS", user: "U0KIM" });
  const answer = async (url: string) =>
    (await fetch(url, { method: "POST", body: JSON.stringify({ text: "x" }) })).status;
  const { responseUrl } = await ask();
  const uses = [];
  for (let each = 0; each < 6; each += 1) uses.push(await answer(responseUrl));
  expect(uses).toEqual([200, 200, 200, 200, 200, 404]);
  const late = (await ask()).responseUrl;
  now = new Date("2026-11-20T15:30:01Z");
  expect(await answer(late)).toBe(404);
  expect(slack.refusals.map(({ error }) => error)).toEqual(["used_url", "expired_url"]);
});

test("a trigger opens one form, within three seconds", async () => {
  let now = new Date("2026-11-20T15:00:00Z");
  const slack = await slackWithKim({ clock: () => now });
  await startBolt(slack, "socket", (app) => app.command("/nexus", ({ ack }) => ack()));
  const view = { type: "modal" as const, title: { type: "plain_text" as const, text: "Hi" }, blocks: [] };
  const ask = () => slack.slash({ command: "/nexus", text: "", channel: "C0OPS", user: "U0KIM" });
  const { triggerId } = await ask();
  await clientOf(slack).views.open({ trigger_id: triggerId, view });
  expect(await errorOf(clientOf(slack).views.open({ trigger_id: triggerId, view }))).toBe("exchanged_trigger_id");
  const second = (await ask()).triggerId;
  now = new Date("2026-11-20T15:00:04Z");
  expect(await errorOf(clientOf(slack).views.open({ trigger_id: second, view }))).toBe("expired_trigger_id");
});

test("a workspace installs the app, and a refresh token works once", async () => {
  const slack = await slackWithKim({ tokenRotation: true });
  slack.addTeam({ id: "T0OTHER", name: "Other" });
  slack.installDecision = { teamId: "T0OTHER", installer: "U0BOSS", allows: true };
  const redirect_uri = "http://127.0.0.1:1/oauth";
  const query = new URLSearchParams({
    client_id: slack.clientId,
    scope: "chat:write,users:read",
    state: "s1",
    redirect_uri,
  });
  const page = await fetch(`${slack.authorizeUrl}?${query.toString()}`, { redirect: "manual" });
  const back = new URL(page.headers.get("location") ?? "");
  expect(back.searchParams.get("state")).toBe("s1");
  const client = clientOf(slack, "");
  const app = { client_id: slack.clientId, client_secret: slack.clientSecret };
  const code = back.searchParams.get("code") ?? "";
  const installed = await client.oauth.v2.access({ ...app, code, redirect_uri });
  expect(installed).toMatchObject({ team: { id: "T0OTHER" }, scope: "chat:write,users:read", expires_in: 43_200 });
  expect(await errorOf(client.oauth.v2.access({ ...app, code, redirect_uri }))).toBe("invalid_code");
  const refresh = { ...app, grant_type: "refresh_token" as const, refresh_token: installed.refresh_token ?? "" };
  const renewed = await client.oauth.v2.access(refresh);
  expect(renewed.access_token).not.toBe(installed.access_token);
  expect(await errorOf(client.oauth.v2.access(refresh))).toBe("invalid_refresh_token");
});

test("a request URL that does not give the challenge back is not taken", async () => {
  const slack = await slackWithKim();
  await using other = await startSlack();
  expect(await slack.useHttp(`${other.origin}/nowhere`)).toBe(false);
});

test("a message in a place the bot is not in is not heard", async () => {
  const slack = await slackWithKim();
  slack.addChannel({ id: "C0AWAY", name: "away", kind: "private", members: ["U0KIM"], withoutBot: true });
  const { eventIds } = await slack.post({ channel: "C0AWAY", user: "U0KIM", text: `<@${slack.botUserId}>` });
  expect(eventIds).toEqual([]);
});

test("an app is told where it is a member, page by page, and only of kinds it may look into", async () => {
  const slack = await slackWithKim();
  slack.addChannel({ id: "C0LAB", name: "lab", kind: "channel", members: ["U0KIM"] });
  slack.addChannel({ id: "C0AWAY", name: "away", kind: "channel", members: ["U0KIM"], withoutBot: true });
  slack.addChannel({ id: "C0OLD", name: "old", kind: "channel", members: ["U0KIM"] });
  slack.archive("C0OLD");
  const client = clientOf(slack);
  const ask = { types: "public_channel,private_channel", exclude_archived: true, limit: 1 };
  const first = await client.users.conversations(ask);
  const second = await client.users.conversations({ ...ask, cursor: first.response_metadata?.next_cursor ?? "" });
  const found = [first, second].flatMap(({ channels = [] }) => channels.map(({ id }) => id));
  expect(new Set(found)).toEqual(new Set(["C0LAB", "C0OPS"]));
  expect(await errorOf(client.users.conversations({ types: "mpim" }))).toBe("missing_scope");
  expect(await errorOf(client.users.conversations({ types: "garden" }))).toBe("invalid_types");
});
