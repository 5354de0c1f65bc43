import { expect, test } from "vitest";
import { envelope, MENTION, MESSAGE } from "#bot/slack/fixtures/payloads.ts";
import { Envelope, parseEvent } from "./event.ts";
import type { Parsed } from "./parsed.ts";

const parse = (event: object, more: object = {}): Parsed => parseEvent(Envelope.parse(envelope(event, more)), "U0BOT");

test("a mention in a channel begins a thread on that message", () => {
  expect(parse(MENTION)).toEqual({
    kind: "inbound",
    inbound: {
      kind: "message",
      dedupeKeys: ["slack:T0NEXUS:C0OPS:1763634600.000100", "slack:event:Ev0001"],
      sentAtMs: 1_763_634_600_000,
      actor: {
        platform: "slack",
        tenantId: "T0NEXUS",
        id: "U0ANA",
        displayName: "U0ANA",
        affiliation: "unknown",
        platformRoleIds: [],
      },
      conversation: {
        platform: "slack",
        tenantId: "T0NEXUS",
        channelId: "C0OPS",
        threadId: "1763634600.000100",
        key: "slack:T0NEXUS:C0OPS:1763634600.000100",
        kind: "thread",
        audience: "members",
      },
      source: {
        platform: "slack",
        tenantId: "T0NEXUS",
        channelId: "C0OPS",
        messageId: "1763634600.000100",
        ephemeral: false,
      },
      text: "what&apos;s R&D spending < 5?",
      addressedBy: "mention",
      attachments: [],
    },
  });
});

test("one message that arrives as a mention and as a message is known to be one", () => {
  const twice = [
    parse(MENTION, { event_id: "Ev1" }),
    parse({ ...MENTION, type: "message", channel_type: "channel" }, { event_id: "Ev2" }),
  ];
  const [mention, message] = twice.map((parsed) => ("inbound" in parsed ? parsed.inbound : undefined));
  expect(message?.dedupeKeys[0]).toBe(mention?.dedupeKeys[0]);
  expect(message).toEqual({ ...mention, dedupeKeys: message?.dedupeKeys });
});

test("each direct message is a thread of its own, and remembered together with the others", () => {
  expect(parse({ ...MESSAGE, channel: "D0ANA", channel_type: "im" })).toMatchObject({
    kind: "inbound",
    inbound: {
      addressedBy: "dm",
      conversation: {
        key: "slack:T0NEXUS:D0ANA:1763634600.000100",
        memoryKey: "slack:T0NEXUS:D0ANA",
        threadId: "1763634600.000100",
        kind: "dm",
        audience: "just_me",
      },
    },
  });
});

test("a message in a thread that names nobody may be a follow-up", () => {
  expect(parse({ ...MESSAGE, ts: "1763634700.000100", thread_ts: MESSAGE.ts })).toMatchObject({
    kind: "follow_up",
    inbound: { addressedBy: "thread", conversation: { threadId: MESSAGE.ts } },
  });
});

test("a channel shared with another company is marked, and its people are strangers", () => {
  const event = { ...MENTION, user_team: "T0OTHER", source_team: "T0OTHER" };
  expect(parse(event, { is_ext_shared_channel: true })).toMatchObject({
    inbound: { actor: { tenantId: "T0NEXUS", affiliation: "external" }, conversation: { audience: "external" } },
  });
});

test("with an installation for a whole organisation, the workspace is the one the event is about", () => {
  expect(parse(MENTION, { team_id: "E0ORG", context_team_id: "T0TWO" })).toMatchObject({
    inbound: { actor: { tenantId: "T0TWO" }, conversation: { key: "slack:T0TWO:C0OPS:1763634600.000100" } },
  });
});

test("files come along by name, to be read later", () => {
  const files = [
    { id: "F1", name: "card.csv", mimetype: "text/csv", size: 120, url_private: "https://files.slack.com/x" },
    { id: "F2", mode: "tombstone" },
  ];
  expect(parse({ ...MESSAGE, channel: "D0ANA", channel_type: "im", subtype: "file_share", files })).toMatchObject({
    inbound: { attachments: [{ name: "card.csv", mimeType: "text/csv", bytes: 120, ref: "T0NEXUS/F1" }] },
  });
});

const named = { ...MENTION, type: "message", channel_type: "channel" };

test.each([
  ["its own messages", { ...MESSAGE, user: "U0BOT", channel: "D0ANA" }],
  ["messages of other bots", { ...named, bot_id: "B0OTHER" }],
  ["messages without an author", { ...named, user: undefined }],
  ["edits", { ...named, subtype: "message_changed" }],
  ["deletions", { ...named, subtype: "message_deleted" }],
  ["joins", { ...named, subtype: "channel_join" }],
  ["talk in a channel that does not name it", MESSAGE],
  ["a follow-up that addresses somebody else", { ...MESSAGE, thread_ts: "1763634500.000000", text: "<@U0BEN> look" }],
  ["a follow-up that addresses a group", { ...MESSAGE, thread_ts: "1763634500.000000", text: "<!subteam^S1> look" }],
])("NEXUS lets pass %s", (_, event) => {
  expect(parse(event).kind).toBe("ignored");
});

test("an event that names no workspace is let pass, since nothing of it could be kept apart", () => {
  expect(parse(MENTION, { team_id: undefined, context_team_id: undefined }).kind).toBe("ignored");
});
