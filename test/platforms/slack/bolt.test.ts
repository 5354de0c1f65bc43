import type { App } from "@slack/bolt";
import { describe, expect, test, vi } from "vitest";
import { slackWithKim, startBolt } from "./kit.ts";

const QUIET = { unfurl_links: false, unfurl_media: false };
const BUTTON = {
  type: "button",
  text: { type: "plain_text", text: "Approve" },
  action_id: "go",
  value: "n1.token",
} as const;
const FORM = {
  type: "modal",
  title: { type: "plain_text", text: "Why not?" },
  submit: { type: "plain_text", text: "Send" },
  blocks: [
    {
      type: "input",
      block_id: "why",
      label: { type: "plain_text", text: "Reason" },
      element: { type: "plain_text_input", action_id: "text" },
    },
  ],
} as const;

function echo(app: App): void {
  app.event("app_mention", async ({ event, client }) => {
    const text = "Hello";
    await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text, blocks: rows(), ...QUIET });
  });
}
const rows = () => [{ type: "actions" as const, elements: [BUTTON] }];

describe.each(["socket", "http"] as const)("a bare Bolt app over %s", (mode) => {
  test("hears a mention twice, once as a message, and answers in the thread", async () => {
    const slack = await slackWithKim();
    await startBolt(slack, mode, echo);
    const posted = await slack.post({ channel: "C0OPS", user: "U0KIM", text: `<@${slack.botUserId}> hi` });
    expect({ events: posted.eventIds.length, late: posted.late }).toEqual({ events: 2, late: false });
    await vi.waitUntil(() => slack.thread("C0OPS", posted.ts).length === 2);
    expect(slack.thread("C0OPS", posted.ts)[1]).toMatchObject({ text: "Hello", isOurs: true, threadTs: posted.ts });
    await slack.settled();
    expect(slack.acks.map(({ late }) => late)).not.toContain(true);
    expect(slack.refusals).toEqual([]);
  });

  test("answers a command at once, to the person alone", async () => {
    const slack = await slackWithKim();
    await startBolt(slack, mode, (app) => app.command("/nexus", ({ command, ack }) => ack(`You said ${command.text}`)));
    const taken = await slack.slash({ command: "/nexus", text: "help", channel: "C0OPS", user: "U0KIM" });
    expect(taken).toMatchObject({ acked: true, late: false });
    expect(slack.ephemerals("U0KIM").map(({ text }) => text)).toEqual(["You said help"]);
    expect(slack.messages("C0OPS")).toEqual([]);
  });

  test("opens a form from a button, finds it wanting, and closes it when it is right", async () => {
    const slack = await slackWithKim();
    await startBolt(slack, mode, (app) => {
      echo(app);
      app.action("go", async ({ ack, body, client }) => {
        await ack();
        if ("trigger_id" in body)
          await client.views.open({ trigger_id: body.trigger_id, view: { ...FORM, blocks: [...FORM.blocks] } });
      });
      app.view({ type: "view_submission" }, async ({ ack, view }) => {
        const reason = view.state.values["why"]?.["text"]?.value ?? "";
        await (reason.length < 5 ? ack({ response_action: "errors", errors: { why: "Say more" } }) : ack());
      });
    });
    const { ts } = await slack.post({ channel: "C0OPS", user: "U0KIM", text: `<@${slack.botUserId}> hi` });
    await vi.waitUntil(() => slack.thread("C0OPS", ts).length === 2);
    const card = slack.thread("C0OPS", ts)[1]?.ts ?? "";
    expect(await slack.press({ channel: "C0OPS", ts: card, label: "Approve", user: "U0KIM" })).toMatchObject({
      acked: true,
    });
    await vi.waitUntil(() => slack.views("U0KIM").length === 1);
    const viewId = slack.views("U0KIM")[0]?.id ?? "";
    const short = await slack.submit({ viewId, user: "U0KIM", values: { Reason: "no" } });
    expect(short.errors).toEqual({ Reason: "Say more" });
    expect(slack.views("U0KIM")).toHaveLength(1);
    await slack.submit({ viewId, user: "U0KIM", values: { Reason: "too dear" } });
    expect(slack.views("U0KIM")).toEqual([]);
    expect(slack.refusals).toEqual([]);
  });

  test("is told again what it did not acknowledge in time", async () => {
    const slack = await slackWithKim({ ackDeadlineMs: 400, retryDelaysMs: [0], events: ["message.channels"] });
    const heard: string[] = [];
    const gate = Promise.withResolvers<void>();
    await startBolt(slack, mode, (app) => {
      const pass = app.processEvent.bind(app);
      app.processEvent = async (event) => {
        heard.push(JSON.stringify(event.body));
        if (heard.length === 1) await gate.promise;
        await pass(event);
      };
    });
    const { late } = await slack.post({ channel: "C0OPS", user: "U0KIM", text: "slow" });
    expect(late).toBe(false);
    expect(slack.acks.map((ack) => ack.late)).toEqual([true, false]);
    expect(heard[1]).toBe(heard[0]);
    gate.resolve();
  });
});
