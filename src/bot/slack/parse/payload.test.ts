import { expect, test } from "vitest";
import { parsePayload, readPayload } from "./payload.ts";

const who = { trigger_id: "1.2", response_url: "https://hooks.slack.com/x", user_id: "U0ANA", channel_id: "C0OPS" };
const press = { action_id: "nexus:1", action_ts: "1.000000", value: `n1.say.${"x".repeat(22)}.${"y".repeat(16)}` };
const organised = { enterprise_id: "E0ACME", is_enterprise_install: true };
const message = { type: "message", channel: "D0ANA", channel_type: "im", user: "U0ANA", ts: "1.000000", text: "hi" };

test.each<[string, unknown]>([
  ["an event", { type: "event_callback", event_id: "Ev1", event: message, ...organised }],
  ["a command", { command: "/nexus", text: "status", ...who, ...organised }],
  [
    "a press",
    {
      type: "block_actions",
      user: { id: "U0ANA", team_id: "T0HOME" },
      team: null,
      trigger_id: "1.2",
      container: { message_ts: "1.000000", channel_id: "C0OPS" },
      actions: [press],
    },
  ],
  [
    "a shortcut",
    {
      type: "message_action",
      callback_id: "ask_about_message",
      trigger_id: "1.2",
      response_url: "https://hooks.slack.com/x",
      action_ts: "1.000000",
      user: { id: "U0ANA", team_id: "T0HOME" },
      team: null,
      channel: { id: "C0OPS" },
      message: { ts: "1.000000", text: "hi" },
    },
  ],
])("%s of an organisation that names no workspace is not acted on", (_, body) => {
  const payload = readPayload(body);
  expect(payload).toBeDefined();
  expect(parsePayload(payload, "U0BOT", new Date())).toMatchObject({
    kind: "ignored",
    reason: expect.stringContaining("names no workspace"),
  });
});
