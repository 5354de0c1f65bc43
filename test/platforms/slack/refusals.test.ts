import { describe, expect, test } from "vitest";
import { slackWithKim } from "./kit.ts";
import type { LoopbackSlack } from "./slack.ts";

const plain = (text: string) => ({ type: "plain_text", text });
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const button = (id: string, extra: object = {}) => ({ type: "button", text: plain("Go"), action_id: id, ...extra });
const actions = (...elements: object[]) => ({ type: "actions", elements });
const chart = (categories: string[], labels: string[]) => ({
  type: "data_visualization",
  title: "Spending",
  chart: {
    type: "bar",
    series: [{ name: "CAD", data: labels.map((label) => ({ label, value: 1 })) }],
    axis_config: { categories },
  },
});
const cell = (text: string) => ({ type: "raw_text", text });
const option = (value: string) => ({ text: plain("One"), value });
const select = (...options: object[]) => ({ type: "static_select", action_id: "pick", options });

describe("a message", () => {
  test.each<[string, object[], string]>([
    ["an unknown kind of block", [{ type: "fancy" }], "invalid_blocks"],
    ["a block without a type", [{}], "invalid_blocks"],
    ["a field Slack does not know", [{ type: "divider", colour: "red" }], "invalid_blocks"],
    ["mrkdwn in a button", [actions(button("a", { text: { type: "mrkdwn", text: "Go" } }))], "invalid_blocks"],
    ["a made-up style", [actions(button("a", { style: "loud" }))], "invalid_blocks"],
    ["an empty section", [{ type: "section" }], "invalid_blocks"],
    ["an empty text", [section(" ")], "invalid_blocks"],
    ["a section of 3,001 characters", [section("x".repeat(3001))], "invalid_blocks"],
    ["a header of 151", [{ type: "header", text: plain("x".repeat(151)) }], "invalid_blocks"],
    ["eleven fields", [{ type: "section", fields: Array.from({ length: 11 }, () => plain("x")) }], "invalid_blocks"],
    [
      "eleven context elements",
      [{ type: "context", elements: Array.from({ length: 11 }, () => plain("x")) }],
      "invalid_blocks",
    ],
    ["26 buttons in a row", [actions(...Array.from({ length: 26 }, (_, n) => button(`b${n}`)))], "invalid_blocks"],
    ["a button of 76 characters", [actions(button("a", { text: plain("x".repeat(76)) }))], "invalid_blocks"],
    ["a value of 2,001", [actions(button("a", { value: "x".repeat(2001) }))], "invalid_blocks"],
    ["an action id of 256", [actions(button("x".repeat(256)))], "invalid_blocks"],
    ["one action id twice", [actions(button("a"), button("a"))], "invalid_blocks"],
    [
      "one block id twice",
      [
        { type: "divider", block_id: "b" },
        { type: "divider", block_id: "b" },
      ],
      "invalid_blocks",
    ],
    [
      "a confirm title of 101",
      [actions(button("a", { confirm: { title: plain("x".repeat(101)), text: plain("?") } }))],
      "invalid_blocks",
    ],
    ["an option value of 76", [actions(select(option("x".repeat(76))))], "invalid_blocks"],
    ["two options of one value", [actions(select(option("a"), option("a")))], "invalid_blocks"],
    ["a menu without options", [actions({ type: "static_select", action_id: "pick" })], "invalid_blocks"],
    [
      "a picture without a description",
      [{ type: "image", image_url: "https://example.com/a.png", alt_text: "" }],
      "invalid_blocks",
    ],
    [
      "12,001 characters of markdown",
      [
        { type: "markdown", text: "x".repeat(6001) },
        { type: "markdown", text: "x".repeat(6000) },
      ],
      "invalid_blocks",
    ],
    ["51 blocks", Array.from({ length: 51 }, () => ({ type: "divider" })), "invalid_blocks"],
    ["13,171 characters in all", Array.from({ length: 5 }, () => section("x".repeat(2700))), "msg_blocks_too_long"],
    ["three charts", Array.from({ length: 3 }, () => chart(["Mon"], ["Mon"])), "invalid_blocks"],
    ["a chart with a gap", [chart(["Mon", "Tue"], ["Mon"])], "invalid_blocks"],
    ["a chart label of 21", [chart(["x".repeat(21)], ["x".repeat(21)])], "invalid_blocks"],
    [
      "a table with uneven rows",
      [{ type: "data_table", caption: "c", rows: [[cell("a"), cell("b")], [cell("1")]] }],
      "invalid_blocks",
    ],
    ["two tables", [1, 2].map(() => ({ type: "table", rows: [[cell("a")]] })), "invalid_blocks"],
    ["a modal's alert", [{ type: "alert", text: plain("Careful") }], "invalid_blocks"],
    [
      "a half-made task",
      [{ type: "plan", title: "Plan", tasks: [{ type: "task_card", title: "x" }] }],
      "invalid_blocks",
    ],
    ["@channel in mrkdwn", [section("<!channel> look")], "unescaped_mention"],
    ["@here in markdown", [{ type: "markdown", text: "look @here" }], "unescaped_mention"],
    [
      "a person in rich text",
      [
        {
          type: "rich_text",
          elements: [{ type: "rich_text_section", elements: [{ type: "user", user_id: "U0KIM" }] }],
        },
      ],
      "unescaped_mention",
    ],
  ])("with %s is refused", async (_, blocks, error) => {
    const slack = await slackWithKim();
    expect(await call(slack, "chat.postMessage", { ...QUIET, text: "Said", blocks })).toMatchObject({
      ok: false,
      error,
    });
    expect(slack.messages("C0OPS")).toEqual([]);
    expect(slack.refusals).toMatchObject([{ method: "chat.postMessage", error }]);
  });

  test.each<[string, object, string]>([
    ["that says nothing", {}, "no_text"],
    ["of blocks alone", { blocks: [section("x")] }, "no_fallback_text"],
    ["of 4,001 characters", { text: "x".repeat(4001) }, "msg_too_long"],
    ["that rings a person", { text: "hello <@U0KIM>" }, "unescaped_mention"],
    ["that links names", { text: "x", link_names: true }, "names_are_linked"],
    ["that unfurls", { text: "x", unfurl_links: true }, "unfurls_links"],
    ["for the whole channel", { text: "x", reply_broadcast: true }, "reply_broadcast"],
    ["with a misspelt argument", { text: "x", thread: "1" }, "unknown_argument"],
    ["with shapeless metadata", { text: "x", metadata: { event: "a" } }, "invalid_arguments"],
    ["under another name", { text: "x", username: "Root" }, "missing_scope"],
    ["with attachments of old", { text: "x", attachments: [{ text: "y" }] }, "legacy_attachments"],
  ])("%s is refused", async (_, args, error) => {
    const slack = await slackWithKim();
    expect(await call(slack, "chat.postMessage", { ...QUIET, ...args })).toMatchObject({ ok: false, error });
    expect(slack.refusals).toMatchObject([{ error }]);
  });

  test("of every useful kind of block is taken", async () => {
    const slack = await slackWithKim();
    const rich = {
      type: "rich_text",
      elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "x" }] }],
    };
    const answer = { text: plain("Good"), value: "n1.good" };
    const blocks = [
      { type: "header", text: plain("Install") },
      section("&lt;!channel&gt; *bold*"),
      { type: "section", fields: [{ type: "mrkdwn", text: "a" }], accessory: button("a", { style: "primary" }) },
      { type: "markdown", text: "**bold**" },
      chart(["Mon", "Tue"], ["Mon", "Tue"]),
      { type: "data_table", caption: "c", rows: [[cell("a")], [cell("1")]] },
      {
        type: "plan",
        title: "Plan",
        tasks: [{ type: "task_card", task_id: "1", title: "x", status: "complete", details: rich }],
      },
      actions(button("b", { url: "https://example.com" }), select(option("1"))),
      {
        type: "context_actions",
        elements: [{ type: "feedback_buttons", action_id: "f", positive_button: answer, negative_button: answer }],
      },
      rich,
    ];
    expect(await call(slack, "chat.postMessage", { ...QUIET, text: "Said", blocks })).toMatchObject({ ok: true });
    expect(slack.refusals).toEqual([]);
  });

  test("may mention whom it was allowed to", async () => {
    const slack = await slackWithKim();
    slack.allowMentions.add("U0KIM");
    expect(await call(slack, "chat.postMessage", { ...QUIET, text: "Approved by <@U0KIM>" })).toMatchObject({
      ok: true,
    });
  });
});

describe("a view", () => {
  const modal = (extra: object) => ({ type: "modal", title: plain("Reason"), blocks: [], ...extra });
  test.each<[string, object, string]>([
    ["a title of 25 characters", modal({ title: plain("x".repeat(25)) }), "invalid_view"],
    ["3,001 characters of private metadata", modal({ private_metadata: "x".repeat(3001) }), "invalid_view"],
    [
      "an input and no way to send it",
      modal({ blocks: [{ type: "input", label: plain("a"), element: { type: "plain_text_input" } }] }),
      "invalid_view",
    ],
    ["101 blocks", modal({ blocks: Array.from({ length: 101 }, () => ({ type: "divider" })) }), "invalid_view"],
    ["markdown in it", modal({ blocks: [{ type: "markdown", text: "x" }] }), "invalid_blocks"],
    ["a made-up trigger", modal({}), "invalid_trigger_id"],
  ])("with %s is refused", async (_, view, error) => {
    const slack = await slackWithKim();
    expect(await call(slack, "views.open", { trigger_id: "1.2", view })).toMatchObject({ ok: false, error });
    expect(slack.views("U0KIM")).toEqual([]);
  });
});

const QUIET = { channel: "C0OPS", unfurl_links: false, unfurl_media: false };

async function call(slack: LoopbackSlack, method: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json; charset=utf-8" };
  const response = await fetch(`${slack.apiUrl}${method}`, { method: "POST", headers, body: JSON.stringify(body) });
  return response.json();
}
