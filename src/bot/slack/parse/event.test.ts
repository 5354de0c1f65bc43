import { expect, test } from "vitest";
import { envelope } from "#bot/slack/fixtures/payloads.ts";
import { Envelope, parseEvent } from "./event.ts";

const parse = (event: object) => parseEvent(Envelope.parse(envelope(event)), undefined);

test("an opened home names the person and the direct message with them", () => {
  expect(parse({ type: "app_home_opened", user: "U0ANA", channel: "D0ANA", tab: "home" })).toMatchObject({
    kind: "home_opened",
    tab: "home",
    actor: { id: "U0ANA", tenantId: "T0NEXUS" },
    place: { key: "slack:T0NEXUS:D0ANA", kind: "dm", audience: "just_me" },
  });
});

test("Slack's own Stop is for the conversation it was pressed in", () => {
  const event = { type: "agent_session_stopped", channel: "C0OPS", user: "U0ANA", thread_ts: "1.000000" };
  expect(parse(event)).toMatchObject({ kind: "stopped", place: { key: "slack:T0NEXUS:C0OPS:1.000000" } });
});

test("an uninstalled app, and a revoked bot token, mean that the workspace is left", () => {
  expect(parse({ type: "app_uninstalled" })).toEqual({ kind: "left", tenantId: "T0NEXUS" });
  expect(parse({ type: "tokens_revoked", tokens: { oauth: [], bot: ["U0BOT"] } }).kind).toBe("left");
  expect(parse({ type: "tokens_revoked", tokens: { oauth: ["U0ANA"], bot: [] } }).kind).toBe("ignored");
});

test("what NEXUS has no use for is let pass", () => {
  expect(parse({ type: "member_joined_channel", user: "U0BOT", channel: "C0OPS" }).kind).toBe("ignored");
});
