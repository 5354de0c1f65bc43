import { describe, expect, test, vi } from "vitest";
import { clientOf, slackWithKim, startBolt } from "./kit.ts";

const OPS = { channel: "C0OPS", unfurl_links: false, unfurl_media: false };

/** A Slack whose app only listens, and what it heard of each event. */
async function listening(options: Parameters<typeof slackWithKim>[0] = {}) {
  const slack = await slackWithKim(options);
  const heard: Record<string, unknown>[] = [];
  await startBolt(slack, "socket", (app) => {
    const pass = app.processEvent.bind(app);
    app.processEvent = (event) => {
      heard.push(event.body);
      return pass(event);
    };
    app.action(/.*/, ({ ack }) => ack());
    app.shortcut(/.*/, ({ ack }) => ack());
    app.view({ type: "view_closed" }, ({ ack }) => ack());
  });
  const events = () => heard.map(({ event }) => event);
  return { slack, client: clientOf(slack), heard, events };
}

describe("the app hears", () => {
  test("of its own messages, of edits and of deletions, so that it must tell them apart", async () => {
    const { slack, client, events } = await listening();
    const { ts } = await slack.post({ channel: "C0OPS", user: "U0KIM", text: "one" });
    await slack.edit("C0OPS", ts, "two");
    await slack.remove("C0OPS", ts);
    await client.chat.postMessage({ ...OPS, text: "mine" });
    await slack.settled();
    expect(events()).toMatchObject([
      { type: "message", user: "U0KIM", text: "one", channel_type: "channel" },
      { subtype: "message_changed", message: { text: "two" }, previous_message: { text: "one" } },
      { subtype: "message_deleted", deleted_ts: ts },
      { type: "message", user: slack.botUserId, bot_id: slack.botId, text: "mine" },
    ]);
  });

  test("a direct message once, even when it names the bot", async () => {
    const { slack, events } = await listening();
    const { eventIds } = await slack.post({ channel: "D0KIM", user: "U0KIM", text: `<@${slack.botUserId}> hi` });
    expect(eventIds).toHaveLength(1);
    expect(events()).toMatchObject([{ type: "message", channel_type: "im" }]);
  });

  test("somebody from another organisation as such", async () => {
    const { slack, client, heard } = await listening();
    slack.addPerson({ id: "U0EXT", name: "Ext", externalTeam: "T0FAR" });
    slack.addChannel({ id: "C0SHARED", name: "shared", kind: "channel", members: ["U0KIM", "U0EXT"] });
    await slack.post({ channel: "C0SHARED", user: "U0EXT", text: "hi" });
    expect(heard).toMatchObject([{ team_id: slack.teamId, is_ext_shared_channel: true, event: { team: "T0FAR" } }]);
    expect(await client.users.info({ user: "U0EXT" })).toMatchObject({ user: { team_id: "T0FAR" } });
    expect(await client.conversations.info({ channel: "C0SHARED" })).toMatchObject({
      channel: { is_ext_shared: true },
    });
  });

  test("a visit to its Home, an invitation, and that it is no longer wanted", async () => {
    const { slack, client, events } = await listening();
    slack.addChannel({ id: "C0NEW", name: "new", kind: "channel", members: ["U0KIM"], withoutBot: true });
    await slack.openHome("U0KIM", "messages");
    await slack.join("C0NEW", "U0KIM");
    await slack.uninstall();
    expect(events()).toMatchObject([
      { type: "app_home_opened", tab: "messages", channel: "D0KIM" },
      { type: "member_joined_channel", user: slack.botUserId, channel: "C0NEW", inviter: "U0KIM" },
      { type: "tokens_revoked", tokens: { bot: [slack.botUserId] } },
      { type: "app_uninstalled" },
    ]);
    await expect(client.auth.test()).rejects.toThrow("token_revoked");
  });

  test("the native Stop, with the messages that stream, and sees the state it sets", async () => {
    const { slack, client, events } = await listening();
    const { ts } = await slack.post({ channel: "D0KIM", user: "U0KIM", text: "long question" });
    const session = { channel_id: "D0KIM", thread_ts: ts };
    await client.apiCall("agents.sessions.setStatus", { ...session, status: "processing" });
    await client.apiCall("assistant.threads.setStatus", { ...session, status: "is thinking…" });
    expect([slack.status("D0KIM", ts), slack.statusLine("D0KIM", ts)]).toEqual(["processing", "is thinking…"]);
    const stream = await client.chat.startStream({ channel: "D0KIM", thread_ts: ts, markdown_text: "So" });
    await slack.stopSession({ channel: "D0KIM", threadTs: ts, user: "U0KIM" });
    await slack.settled();
    expect(events()).toContainEqual(
      expect.objectContaining({ type: "agent_session_stopped", streaming_message_ts: [stream.ts] }),
    );
    // Stopping is the app's to do: the state stays until it says otherwise.
    expect([slack.status("D0KIM", ts), slack.statusLine("D0KIM", ts)]).toEqual(["processing", ""]);
    await client.chat.stopStream({ channel: "D0KIM", ts: stream.ts ?? "", session_status: "active" });
    expect(slack.status("D0KIM", ts)).toBe("active");
  });

  test("a file with a message, and may fetch it", async () => {
    const { slack, events } = await listening();
    const files = [{ name: "a.csv", content: "a,b", mimeType: "text/csv" }];
    await slack.post({ channel: "D0KIM", user: "U0KIM", text: "look", files });
    expect(events()).toMatchObject([
      { subtype: "file_share", files: [{ name: "a.csv", mimetype: "text/csv", size: 3 }] },
    ]);
    const url = String(slack.messages("D0KIM")[0]?.files[0]?.["url_private"]);
    const response = await fetch(url, { headers: { authorization: `Bearer ${slack.botToken}` } });
    expect(await response.text()).toBe("a,b");
  });

  test("a shortcut, a choice in a menu and a closed form", async () => {
    const { slack, client, heard } = await listening();
    const said = await slack.post({ channel: "C0OPS", user: "U0KIM", text: "rain?" });
    const { triggerId } = await slack.messageAction({
      callbackId: "ask",
      channel: "C0OPS",
      ts: said.ts,
      user: "U0KIM",
    });
    const option = { text: { type: "plain_text" as const, text: "Weather" }, value: "weather" };
    const menu = { type: "static_select" as const, action_id: "pick", options: [option] };
    const view = {
      type: "modal" as const,
      title: { type: "plain_text" as const, text: "Ask" },
      notify_on_close: true,
      blocks: [{ type: "actions" as const, elements: [menu] }],
    };
    await client.views.open({ trigger_id: triggerId, view });
    const viewId = slack.views("U0KIM")[0]?.id ?? "";
    await slack.select({ viewId, actionId: "pick", option: "Weather", user: "U0KIM" });
    await slack.closeView({ viewId, user: "U0KIM" });
    expect(heard.slice(1)).toMatchObject([
      { type: "message_action", callback_id: "ask", message: { text: "rain?" } },
      { type: "block_actions", actions: [{ action_id: "pick", selected_option: option }], view: { id: viewId } },
      { type: "view_closed", view: { id: viewId } },
    ]);
    expect(slack.views("U0KIM")).toEqual([]);
  });
});

test("a button that is not there cannot be pressed, nor by somebody who does not see it", async () => {
  const { slack, client } = await listening();
  slack.addPerson({ id: "U0LEE", name: "Lee" });
  const button = {
    type: "button" as const,
    text: { type: "plain_text" as const, text: "Go" },
    action_id: "go",
    value: "v",
  };
  const blocks = [{ type: "actions" as const, elements: [button] }];
  const { message_ts: ts = "" } = await client.chat.postEphemeral({
    channel: "C0OPS",
    user: "U0KIM",
    text: "Go?",
    blocks,
  });
  await expect(async () => slack.press({ channel: "C0OPS", ts, label: "Stay", user: "U0KIM" })).rejects.toThrow("Stay");
  await expect(async () => slack.press({ channel: "C0OPS", ts, label: "Go", user: "U0LEE" })).rejects.toThrow(
    "sees no",
  );
  const pressed = await slack.press({ channel: "C0OPS", ts, label: "Go", user: "U0KIM" });
  const body = JSON.stringify({ replace_original: true, text: "Gone" });
  await fetch(pressed.responseUrl, { method: "POST", body });
  await vi.waitUntil(() => slack.ephemerals("U0KIM")[0]?.text === "Gone");
});
