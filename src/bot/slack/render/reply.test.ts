import { describe, expect, test } from "vitest";
import { GateId, newId } from "#core/contract/ids.ts";
import { moment } from "#core/contract/moment.ts";
import { type Part, Reply } from "#core/contract/reply.ts";
import { blocksOf, draw, plain, reply } from "./fixtures/draw-reply.ts";
import { renderPlain } from "./plain.ts";
import { renderReply } from "./reply.ts";

const TOKEN = "n1.say.abcdefghijklmnopqrstuv.abcdefghijklmnop";
const AT = new Date("2026-11-20T14:30:00Z");

describe("an answer", () => {
  test("is one message: its words as markdown, its summary for the notification", () => {
    expect(draw([{ type: "text", markdown: "You spent **247 CAD** in [Porto](https://example.com)." }])).toEqual({
      messages: [
        {
          text: "You spent *247 CAD*.",
          blocks: [{ type: "markdown", text: "You spent **247 CAD** in [Porto](https://example.com)." }],
        },
      ],
      files: [],
    });
  });

  test("says its summary when it has nothing else to say", () => {
    expect(blocksOf([])).toEqual([{ type: "markdown", text: "You spent **247 CAD**." }]);
    expect(blocksOf([{ type: "feedback", helpful: TOKEN, notHelpful: TOKEN }]).map(({ type }) => type)).toEqual([
      "markdown",
      "context_actions",
    ]);
  });

  test("says how late it is", () => {
    const { messages } = draw([{ type: "text", markdown: "Here." }], { delayedMs: 12 * 60_000 });
    expect(messages[0]?.text).toBe("Delayed 12 min. You spent *247 CAD*.");
    expect(messages[0]?.blocks[0]).toEqual({
      type: "context",
      elements: [{ type: "mrkdwn", text: "Delayed 12 min", verbatim: true }],
    });
  });

  test("shows a moment by each reader's own clock, and writes it out where Slack draws none", () => {
    const seconds = AT.getTime() / 1000;
    const link = `<!date^${seconds}^{date_short_pretty} at {time}|2026-11-20 14:30 UTC>`;
    const markdown = `Due **${moment(AT, "date_time")}**, see \`${moment(AT, "time")}\``;
    expect(blocksOf([{ type: "text", markdown }])).toEqual([mrkdwnSection(`Due *${link}*, see \`14:30 UTC\``)]);
    expect(blocksOf([{ type: "heading", text: `From ${moment(AT, "date")}` }])).toEqual([
      { type: "header", text: { type: "plain_text", text: "From 2026-11-20", emoji: false } },
    ]);
    expect(renderReply(reply([], { summary: `At ${moment(AT, "time")}` }), { native: true }).messages[0]?.text).toBe(
      `At <!date^${seconds}^{time}|14:30 UTC>`,
    );
  });

  test("pings nobody, and shows what would have", () => {
    const markdown = "<!channel> <@U0123ABCD> <#C01|x> @here <https://example.com|bank.com> a & b";
    expect(blocksOf([{ type: "text", markdown }])).toEqual([
      {
        type: "markdown",
        text: "<\u2060!channel> <\u2060@U0123ABCD> <\u2060#C01|x> @\u2060here <https://example.com|bank.com> a & b",
      },
    ]);
    expect(blocksOf([{ type: "notice", tone: "warning", text: markdown }])).toEqual([
      mrkdwnSection(
        "*Warning:* &lt;!channel&gt; &lt;@U0123ABCD&gt; &lt;#C01|x&gt; @here &lt;https://example.com|bank.com&gt; a &amp; b",
      ),
    ]);
  });

  test("shows labels beside values, a value just as it is", () => {
    expect(blocksOf([{ type: "fields", items: [{ label: "Asked by", value: "*Ann* `x` <!here>" }] }])).toEqual([
      {
        type: "section",
        fields: [
          { type: "mrkdwn", text: "*Asked by*", verbatim: true },
          { type: "plain_text", text: "*Ann* `x` <!here>", emoji: false },
        ],
      },
    ]);
  });

  test("names its sources in small print", () => {
    const items = [{ title: "Open *Meteo*", url: "https://open-meteo.com/?a=1&b=2" }];
    expect(blocksOf([{ type: "sources", items }])).toEqual([
      {
        type: "context",
        elements: [
          { type: "mrkdwn", text: "Source: <https://open-meteo.com/?a=1&amp;b=2|Open *Meteo*>", verbatim: true },
        ],
      },
    ]);
  });

  test("shows short code as it is, and long code as a file", () => {
    const [title, code] = blocksOf([{ type: "code", text: "if (a < b) {\n  `${c}` ```\n}", filename: "a.ts" }]);
    expect(title).toMatchObject({ type: "context", elements: [{ text: "a.ts" }] });
    expect(code).toEqual({
      type: "rich_text",
      elements: [
        { type: "rich_text_preformatted", elements: [{ type: "text", text: "if (a < b) {\n  `${c}` ```\n}" }] },
      ],
    });
    const long = "let x = 1;\n".repeat(400);
    expect(draw([{ type: "code", text: long, filename: "b.ts" }]).files).toMatchObject([
      { name: "b.ts", content: { text: long } },
    ]);
  });
});

describe("buttons", () => {
  const button = { type: "button", label: "Approve", token: TOKEN, style: "primary" } as const;

  test("carry what they mean as their value, and only one stands out", () => {
    const confirm = { title: "Sure?", text: "It cannot be undone.", ok: "Do It" };
    const items = [
      button,
      { ...button, label: "Delete", style: "danger", confirm },
      { ...button, label: "Also" },
    ] as const;
    const [, actions] = blocksOf([
      { type: "text", markdown: "Hi" },
      { type: "actions", items: [...items, { type: "link", label: "Open", url: "https://example.com" }] },
    ]);
    expect(actions).toEqual({
      type: "actions",
      elements: [
        { type: "button", action_id: "nexus:0", text: plain("Approve"), value: TOKEN, style: "primary" },
        {
          type: "button",
          action_id: "nexus:1",
          text: plain("Delete"),
          value: TOKEN,
          style: "danger",
          confirm: {
            title: plain("Sure?"),
            text: plain("It cannot be undone."),
            confirm: plain("Do It"),
            deny: plain("Cancel"),
            style: "danger",
          },
        },
        { type: "button", action_id: "nexus:2", text: plain("Also"), value: TOKEN },
        { type: "button", action_id: "nexus:3", text: plain("Open"), url: "https://example.com" },
      ],
    });
  });

  test("ask whether an answer helped with Slack's own control, or with two buttons where that is not to be had", () => {
    const parts = [
      { type: "text", markdown: "Hi" },
      { type: "feedback", helpful: TOKEN, notHelpful: TOKEN },
    ] as const;
    expect(blocksOf(parts)[1]).toMatchObject({ type: "context_actions", elements: [{ type: "feedback_buttons" }] });
    const [, plainer] = renderReply(reply(parts), { native: false }).messages[0]?.blocks ?? [];
    expect(plainer).toMatchObject({
      type: "actions",
      elements: [{ text: { text: "Helpful" } }, { text: { text: "Not Helpful" } }],
    });
  });

  test("ride on the last message of a long answer, and every message says which it is", () => {
    const { messages, files } = draw([
      { type: "actions", items: [button] },
      { type: "text", markdown: "A sentence of a long answer. ".repeat(800) },
    ]);
    expect(files).toEqual([]);
    expect(messages.map(({ text }) => text)).toEqual([
      "You spent *247 CAD*. (1 of 2)",
      "You spent *247 CAD*. (2 of 2)",
    ]);
    expect(messages.map(({ blocks }) => blocks.filter(({ type }) => type === "actions").length)).toEqual([0, 1]);
  });
});

describe("too long for any message", () => {
  test("many short things go on in the next message", () => {
    const { messages, files } = draw(
      Array.from({ length: 70 }, (_, index) => ({ type: "heading", text: `No. ${index}` })),
    );
    expect(messages.map(({ blocks }) => blocks.length)).toEqual([50, 20]);
    expect(files).toEqual([]);
  });

  test("an answer comes whole as a file, and what fits with its buttons in one message", () => {
    const long = "A sentence of a very long answer. ".repeat(3000);
    const { messages, files } = draw([
      { type: "text", markdown: long },
      { type: "context", markdown: "As of now." },
      { type: "actions", items: [{ type: "button", label: "Again", token: TOKEN }] },
    ]);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.blocks.map(({ type }) => type)).toEqual(["markdown", "context", "context", "actions"]);
    expect(JSON.stringify(messages[0]?.blocks)).toContain("answer.md");
    expect(files).toMatchObject([
      { name: "answer.md", content: { text: `You spent **247 CAD**.\n\n${long}\n\nAs of now.\n` } },
    ]);
  });

  test("APV-027: a card stays one message, and shows each thing whole or in the file, never shortened", () => {
    const card = { gate: newId(GateId), state: "open" } as const;
    const parts: Part[] = Reply.shape.parts.parse([
      { type: "heading", text: "Approve?" },
      { type: "text", markdown: "What would be done. ".repeat(900) },
      { type: "fields", items: [{ label: "Asked by", value: "Ann" }] },
      { type: "actions", items: [{ type: "button", label: "Approve", token: TOKEN }] },
    ]);
    const { messages, files } = renderReply(reply(parts, { card }), { native: true });
    expect(messages.map(({ blocks }) => blocks.map(({ type }) => type))).toEqual([
      ["header", "section", "context", "actions"],
    ]);
    expect(JSON.stringify(messages)).not.toContain("…");
    expect(files[0]?.content).toMatchObject({
      text: expect.stringContaining("What would be done. ".repeat(900).trim()),
    });
  });
});

test("a file goes along under its description, with a name that is one", () => {
  const part = {
    type: "file",
    name: "../a/b.csv",
    mimeType: "text/csv",
    text: "a,b",
    description: "All of it.",
  } as const;
  const { messages, files } = draw([part]);
  expect(JSON.stringify(messages)).toContain("All of it.");
  expect(files).toEqual([
    { name: "-a-b.csv", mimeType: "text/csv", title: "-a-b.csv", altText: "All of it.", content: { text: "a,b" } },
  ]);
});

test("where Slack takes no blocks the same is said in words", () => {
  const parts = [
    { type: "heading", text: "Trips" },
    { type: "text", markdown: "- **Porto**\n- [Faro](https://example.com)" },
    { type: "fields", items: [{ label: "Total", value: "2 < 3" }] },
  ] as const;
  expect(renderPlain(reply(parts)).texts).toEqual([
    "You spent *247 CAD*.\n\n*Trips*\n\n• *Porto*\n• <https://example.com/|Faro>\n\nTotal: 2 &lt; 3",
  ]);
});

function mrkdwnSection(text: string) {
  return { type: "section", text: { type: "mrkdwn", text, verbatim: true } };
}
