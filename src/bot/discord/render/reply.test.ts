import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawMoments, moment } from "#core/contract/moment.ts";
import { Reply } from "#core/contract/reply.ts";
import { arbitraryReply, lettersOf, textsOf as textsOfPart, wordsOf } from "#test/arbitrary-reply.ts";
import { faultsOf, textsOf } from "#test/discord-faults.ts";
import { button, buttonPart, fileText, render, replyOf, token } from "./fixtures/replies.ts";
import type { DiscordRendering } from "./rendering.ts";
import { renderReply, withOpener } from "./reply.ts";

describe("any reply", () => {
  test("stays within every limit, pings nobody and breaks no fence", () => {
    fc.assert(
      fc.property(arbitraryReply(), fc.boolean(), (reply, pictures) => {
        expect(faultsOf(renderReply(withOpener(reply), { pictures, delayedMs: 720_000 }))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("loses no word: what is not in the message is in its files", () => {
    fc.assert(
      fc.property(arbitraryReply(), fc.boolean(), (reply, pictures) => {
        const rendering = renderReply(reply, { pictures });
        const shown = lettersOf(everything(rendering));
        const said = reply.parts.flatMap(textsOfPart).map((text) => drawMoments(text, () => " "));
        expect(said.flatMap(wordsOf).filter((word) => !shown.includes(word))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("is drawn the same twice, so that a repeated send has the same files", () => {
    fc.assert(
      fc.property(arbitraryReply(), (reply) => {
        expect(renderReply(reply, { pictures: true })).toEqual(renderReply(reply, { pictures: true }));
      }),
      { numRuns: 30 },
    );
  });
});

describe("an answer", () => {
  test("is plain content, with buttons on the last message and no previews of links", () => {
    const rendering = render([
      { type: "heading", text: "Toronto" },
      { type: "text", markdown: "Cloudy, **12 °C**. See https://example.com" },
      { type: "fields", items: [{ label: "Wind", value: "20_km/h" }] },
      { type: "notice", tone: "warning", text: "Frost tonight." },
      { type: "sources", items: [{ title: "OpenWeather", url: "https://openweathermap.org/" }] },
      { type: "context", markdown: "OpenWeather · no model" },
      { type: "actions", items: [{ type: "button", label: "Why", token: token(1) }] },
      { type: "feedback", helpful: token(2), notHelpful: token(3) },
    ]);
    expect(rendering.messages).toMatchInlineSnapshot(`
      [
        {
          "components": [
            {
              "components": [
                {
                  "custom_id": "n1.say.0000000000000000000001.tttttttttttttttt",
                  "label": "Why",
                  "style": 2,
                  "type": 2,
                },
              ],
              "type": 1,
            },
            {
              "components": [
                {
                  "custom_id": "n1.say.0000000000000000000002.tttttttttttttttt",
                  "label": "Helpful",
                  "style": 2,
                  "type": 2,
                },
                {
                  "custom_id": "n1.say.0000000000000000000003.tttttttttttttttt",
                  "label": "Not Helpful",
                  "style": 2,
                  "type": 2,
                },
              ],
              "type": 1,
            },
          ],
          "content": "### Toronto
      Cloudy, **12 °C**. See https://example.com

      **Wind** 20\\_km/h

      **Warning:** Frost tonight.

      -# Source: OpenWeather <https://openweathermap.org/>

      -# OpenWeather · no model",
          "flags": 4,
        },
      ]
    `);
  });

  test("shows each reader their own time, and code and files the time in UTC", () => {
    const at = moment(new Date("2026-11-20T14:05:00Z"), "date_time");
    const { messages } = render([
      { type: "text", markdown: `Next: ${at}` },
      { type: "code", text: at },
    ]);
    expect(messages[0]?.content).toBe("Next: <t:1795183500:f>\n\n```\n2026-11-20 14:05 UTC\n```");
  });

  test("shows markup, mentions and hidden text of others as it was typed", () => {
    const { messages } = render([
      { type: "text", markdown: "@everyone <@123456789012345678> ||gone|| ![x](https://e.com/p.png)" },
      { type: "fields", items: [{ label: "*a*", value: "[bank](https://evil.example)" }] },
    ]);
    expect(messages[0]?.content?.replaceAll("\u2060", "·")).toBe(
      "@·everyone <·@123456789012345678> \\|\\|gone\\|\\| x (https://e.com/p.png)\n\n**\\*a\\*** \\[bank\\](https://evil.example)",
    );
  });

  test("speaks Discord's markdown where it was written in another", () => {
    const markdown = "#### Deep\n+ one\n__bold__ and `__init__`\n~~~ts\nlet a = `b`;\n~~~\n>>> not a quote";
    const { messages } = render([{ type: "text", markdown }]);
    expect(messages[0]?.content).toBe(
      "**Deep**\n- one\n**bold** and `__init__`\n```ts\nlet a = `b`;\n```\n\\>>> not a quote",
    );
  });

  test("of three messages or less is read in the chat, a longer one is a summary and a file", () => {
    const paragraph = `${"word ".repeat(180)}end.\n\n`;
    const three = render([{ type: "text", markdown: paragraph.repeat(5) }, buttonPart(1)]);
    expect(three.messages.map(({ components }) => components.length)).toEqual([0, 0, 1]);
    expect(three.files).toEqual([]);
    const long = render([{ type: "text", markdown: paragraph.repeat(9) }, buttonPart(1)], { summary: "Many words." });
    expect(long.messages.map(({ content }) => content)).toEqual(["Many words.\n\nThe whole answer is attached."]);
    expect(long.messages[0]?.components).toHaveLength(1);
    expect(long.files.map(({ name }) => name)).toEqual(["answer.md"]);
    expect(fileText(long)).toContain(paragraph.repeat(9).trim());
  });

  test("that is old says how old", () => {
    const reply = replyOf([{ type: "text", markdown: "Sunny." }]);
    const { messages } = renderReply(reply, { pictures: true, delayedMs: 12 * 60_000 });
    expect(messages[0]?.content).toBe("-# Delayed 12 min\nSunny.");
  });

  test("without anything to read is its summary", () => {
    expect(render([buttonPart(1)], { summary: "Choose one." }).messages[0]?.content).toBe("Choose one.");
    expect(render([], { summary: "Done." }).messages[0]?.content).toBe("Done.");
  });

  test("has rows of five buttons, and those beyond 25 in a message of their own", () => {
    const items = Array.from({ length: 27 }, (_, index) => button(index));
    const rendering = render([{ type: "actions", items }]);
    expect(rendering.messages.map(({ components }) => components.length)).toEqual([5, 1]);
    expect(faultsOf(rendering)).toEqual([]);
  });

  test("keeps a button apart from another that does the same", () => {
    const rendering = render([{ type: "actions", items: [button(1), button(1)] }]);
    expect(JSON.stringify(rendering.messages)).toContain(`"custom_id":"${token(1)}*2"`);
    expect(faultsOf(rendering)).toEqual([]);
  });

  test("writes out a link that no button can hold", () => {
    const url = `https://example.com/${"u".repeat(600)}`;
    const rendering = render([{ type: "actions", items: [{ type: "link", label: "Open it", url }] }]);
    expect(rendering.messages[0]?.content).toContain(`Open it: <${url}>`);
    expect(rendering.messages[0]?.components).toEqual([]);
  });
});

describe("a form that cannot be shown unasked", () => {
  test("gets a button that opens it", () => {
    const field = { id: "key", label: "Key", type: "secret" } as const;
    const form = { token: token(1), opener: token(2), title: "Connect Weather", submit: "Connect", fields: [field] };
    const { messages } = renderReply(withOpener(Reply.parse({ ...replyOf([]), form })), { pictures: true });
    expect(messages[0]?.components).toMatchObject([
      { components: [{ label: "Connect Weather", custom_id: token(2) }] },
    ]);
  });
});

/** All that can be read or opened: messages, labels, files and their alternative texts. */
function everything(rendering: DiscordRendering): string {
  const spoken = rendering.files.map(({ description }) => description);
  const links = JSON.stringify(rendering.messages.map(({ components }) => components));
  return [...rendering.messages.flatMap(textsOf), fileText(rendering), ...spoken, links].join("\n");
}
