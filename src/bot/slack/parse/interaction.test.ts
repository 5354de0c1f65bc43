import { expect, test } from "vitest";
import { COMMAND, PRESS, SHORTCUT } from "#bot/slack/fixtures/payloads.ts";
import { parseCommand, SlashCommand } from "./command.ts";
import { keepPlace } from "./kept-place.ts";
import { directPlace } from "./place.ts";
import { parsePress, Press } from "./press.ts";
import { MessageShortcut, parseShortcut } from "./shortcut.ts";

const now = new Date("2026-11-20T10:30:05Z");
const command = (more: object) => parseCommand(SlashCommand.parse({ ...COMMAND, ...more }), now);
const press = (more: object) => parsePress(Press.parse({ ...PRESS, ...more }));

test("a command in a channel is a dialogue of that person's own, with a way to answer only them", () => {
  expect(command({})).toMatchObject({
    kind: "inbound",
    inbound: {
      kind: "command",
      name: "weather",
      rest: "in #ops for @ben",
      sentAtMs: now.getTime(),
      conversation: { key: "slack:T0NEXUS:C0OPS:uU0ANA", kind: "channel", channelId: "C0OPS" },
    },
    answering: { triggerId: COMMAND.trigger_id, responseUrl: COMMAND.response_url },
  });
});

test("a command alone asks for help", () => {
  expect(command({ text: "" })).toMatchObject({ inbound: { name: "help", rest: "" } });
});

test("a command in a direct message is answered there", () => {
  expect(command({ channel_id: "D0ANA" })).toMatchObject({
    inbound: { conversation: { key: "slack:T0NEXUS:D0ANA", kind: "dm", audience: "just_me" } },
  });
});

test("a press belongs to the thread of its message", () => {
  expect(press({})).toMatchObject({
    kind: "inbound",
    inbound: {
      kind: "action",
      token: PRESS.actions[0]?.value,
      sentAtMs: 1_763_634_605_123,
      actor: { id: "U0BEN", displayName: "ben" },
      conversation: { key: "slack:T0NEXUS:C0OPS:1763634600.000100" },
      source: { messageId: "1763634601.000200", ephemeral: false },
    },
    answering: { triggerId: PRESS.trigger_id },
  });
});

test("a press on what only one person sees belongs to that person's dialogue", () => {
  const container = { type: "message", message_ts: "1.000000", channel_id: "C0OPS", is_ephemeral: true };
  expect(press({ container, message: undefined })).toMatchObject({
    inbound: { conversation: { key: "slack:T0NEXUS:C0OPS:uU0BEN" }, source: { ephemeral: true } },
    answering: { pressedTs: "1.000000" },
  });
});

test("a press on a home page belongs to the direct message with that person", () => {
  const place = directPlace("T0NEXUS", "D0BEN");
  const view = { id: "V1", private_metadata: keepPlace(place), app_installed_team_id: "T0NEXUS" };
  const parsed = press({ view, container: { type: "view", view_id: "V1" }, message: undefined });
  expect(parsed).toMatchObject({ inbound: { conversation: place } });
});

test("a press through Slack Connect stays with the message's workspace, and its presser is a stranger", () => {
  const user = { ...PRESS.user, team_id: "T0OTHER" };
  expect(press({ user, team: { id: "T0OTHER", domain: "other" } })).toMatchObject({
    inbound: { actor: { tenantId: "T0NEXUS", affiliation: "external" } },
  });
});

test("a press of a link asks nothing", () => {
  expect(press({ actions: [{ action_id: "link:0", action_ts: "1.0", type: "button" }] }).kind).toBe("ignored");
});

test("“Ask NEXUS about this” hands the message on for whoever chose it", () => {
  expect(parseShortcut(MessageShortcut.parse(SHORTCUT))).toMatchObject({
    inbound: {
      kind: "message",
      text: "what's the weather in Lisbon?",
      actor: { id: "U0ANA" },
      conversation: { key: "slack:T0NEXUS:C0OPS:uU0ANA" },
      source: { messageId: "1763634650.000300" },
    },
  });
});
