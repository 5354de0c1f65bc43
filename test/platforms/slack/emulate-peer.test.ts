import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { createEmulator } from "emulate";
import { expect, onTestFinished, test } from "vitest";
import { clientOf, slackWithKim } from "./kit.ts";
import { DEFAULT_SCOPES } from "./slack.ts";

/**
 * The same conversation with this Slack and with an emulator that others wrote. Only what both have is compared: the
 * emulator has no Socket Mode, commands, buttons, streaming, agent sessions, rate limits or checks of blocks, and its
 * bot is a person without `bot_id`.
 */
test("what the client reads is what an independent emulator gives it", async () => {
  const slack = await slackWithKim({ scopes: [...DEFAULT_SCOPES, "team:read"] });
  const seed = { slack: { channels: [{ name: "ops" }], users: [{ name: "kim", real_name: "Kim" }] } };
  const peer = await createEmulator({ service: "slack", port: 0, seed });
  onTestFinished(() => peer.close());
  const theirs = clientOf({ ...slack, apiUrl: `${peer.url}/api/` }, "xoxb-peer");
  const { channels = [] } = await theirs.conversations.list();
  const { members = [] } = await theirs.users.list({});
  const channel = channels.find(({ name }) => name === "ops")?.id ?? "";
  const user = members.find(({ name }) => name === "kim")?.id ?? "";

  expect(await converse(clientOf(slack), "C0OPS", "U0KIM")).toEqual(await converse(theirs, channel, user));
});

/** Everything a client sees of one conversation; ids and addresses, which differ, are left out. */
async function converse(client: WebClient, channel: string, user: string) {
  const quiet = { unfurl_links: false, unfurl_media: false };
  const auth = await client.auth.test();
  const person = await client.users.info({ user });
  const place = await client.conversations.info({ channel });
  const metadata = { event_type: "nexus_reply", event_payload: { id: "1" } };
  const first = await client.chat.postMessage({ channel, text: "one &lt;two&gt;", metadata, ...quiet });
  const root = first.ts ?? "";
  const reply = await client.chat.postMessage({ channel, text: "two", thread_ts: root, ...quiet });
  const changed = await client.chat.update({ channel, ts: root, text: "uno" });
  const ephemeral = await client.chat.postEphemeral({ channel, user, text: "psst" });
  const link = await client.chat.getPermalink({ channel, message_ts: root });
  const nod = { channel, timestamp: root, name: "eyes" };
  const history = await client.conversations.history({ channel, include_all_metadata: true });
  const replies = await client.conversations.replies({ channel, ts: root });
  const uploaded = await client.filesUploadV2({ file: Buffer.from("a,b"), filename: "a.csv", title: "A" });
  const home = await client.views.publish({ user_id: user, view: { type: "home", blocks: [{ type: "divider" }] } });
  const team = await client.team.info();

  return {
    auth: shape(auth, ["ok", "url", "team", "user", "team_id", "user_id"]),
    person: { id: person.user?.id === user, bot: person.user?.is_bot, name: person.user?.profile?.real_name },
    place: {
      name: place.channel?.name,
      kinds: [place.channel?.is_channel, place.channel?.is_im, place.channel?.is_mpim, place.channel?.is_private],
      archived: place.channel?.is_archived,
      member: place.channel?.is_member,
    },
    first: { channel: first.channel === channel, text: first.message?.text, ts: first.message?.ts === first.ts },
    reply: { text: reply.message?.text, thread: reply.message?.thread_ts === root, later: (reply.ts ?? "") > root },
    changed: { text: changed.text, ts: changed.ts === root, edited: shape(changed.message?.edited, ["user", "ts"]) },
    ephemeral: shape(ephemeral, ["ok", "message_ts"]),
    link: (link.permalink ?? "").endsWith(`/archives/${channel}/p${root.replace(".", "")}`),
    nods: [
      await outcome(client.reactions.add(nod)),
      await outcome(client.reactions.add(nod)),
      await outcome(client.reactions.remove(nod)),
      await outcome(client.reactions.remove(nod)),
    ],
    history: history.messages?.map(({ text, metadata: kept, reply_count: count }) => ({ text, kept, count })),
    replies: replies.messages?.map(({ text, ts, thread_ts: thread }) => ({
      text,
      inThread: ts === root || thread === root,
    })),
    more: [history.has_more, replies.has_more],
    uploaded: uploaded.files.flatMap(({ files = [] }) =>
      files.map(({ name, title, size, mode, filetype }) => ({ name, title, size, mode, filetype })),
    ),
    home: shape(home.view, [
      "id",
      "team_id",
      "type",
      "blocks",
      "hash",
      "state",
      "private_metadata",
      "app_id",
      "bot_id",
    ]),
    team: shape(team.team, ["id", "name", "domain"]),
    errors: [
      await outcome(client.chat.postMessage({ channel: "C0NOWHERE", text: "x", ...quiet })),
      await outcome(client.chat.postMessage({ channel, text: "", ...quiet })),
      await outcome(client.chat.update({ channel, ts: "1.000000", text: "x" })),
      await outcome(client.chat.delete({ channel, ts: "1.000000" })),
      await outcome(client.users.info({ user: "U0NOBODY" })),
      await outcome(client.conversations.info({ channel: "C0NOWHERE" })),
      await outcome(client.chat.delete({ channel, ts: root })),
    ],
  };
}

/** Which of the fields are there, and of what kind. */
function shape(value: object | undefined, fields: readonly string[]): Record<string, string> {
  const known = new Map<string, unknown>(Object.entries(value ?? {}));
  return Object.fromEntries(fields.map((field) => [field, typeof known.get(field)]));
}

async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(() => "ok", errorOf);
}

function errorOf(error: unknown): string {
  return error instanceof WebAPIPlatformError ? error.data.error : String(error);
}
