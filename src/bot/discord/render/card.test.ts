import { ComponentType, MessageFlags } from "discord-api-types/v10";
import { describe, expect, test } from "vitest";
import { GateId, newId } from "#core/contract/ids.ts";
import { Reply } from "#core/contract/reply.ts";
import { faultsOf, textsOf } from "#test/discord-faults.ts";
import { button, buttonPart, fileText } from "./fixtures/replies.ts";
import { renderReply } from "./reply.ts";

describe("the card of an approval", () => {
  const gate = newId(GateId);
  const open = (parts: unknown[], state: "open" | "closed" = "open") =>
    renderReply(Reply.parse({ summary: "Switch off Weather?", parts, visibility: "everyone", card: { gate, state } }), {
      pictures: true,
    });

  test("begins with what it is about and ends with its buttons", () => {
    const rendering = open([
      { type: "heading", text: "Switch off Weather" },
      { type: "fields", items: [{ label: "Asked by", value: "Ann" }] },
      { type: "divider" },
      { type: "context", markdown: "`/nexus approve 7F3K` does the same." },
      { type: "actions", items: [{ ...button(1), label: "Switch Off", style: "primary" }, button(2)] },
    ]);
    expect(rendering.messages).toMatchInlineSnapshot(`
      [
        {
          "components": [
            {
              "accent_color": 5793266,
              "components": [
                {
                  "content": "### Switch off Weather
      **Asked by** Ann",
                  "type": 10,
                },
                {
                  "divider": true,
                  "type": 14,
                },
                {
                  "content": "-# \`/nexus approve 7F3K\` does the same.",
                  "type": 10,
                },
                {
                  "components": [
                    {
                      "custom_id": "n1.say.0000000000000000000001.tttttttttttttttt",
                      "label": "Switch Off",
                      "style": 1,
                      "type": 2,
                    },
                    {
                      "custom_id": "n1.say.0000000000000000000002.tttttttttttttttt",
                      "label": "Choice 2",
                      "style": 2,
                      "type": 2,
                    },
                  ],
                  "type": 1,
                },
              ],
              "type": 17,
            },
          ],
          "flags": 32768,
        },
      ]
    `);
    expect(faultsOf(rendering)).toEqual([]);
  });

  test("that is decided is the same message without buttons", () => {
    const { messages } = open([{ type: "heading", text: "Switched off Weather" }], "closed");
    expect(messages[0]?.flags).toBe(MessageFlags.IsComponentsV2);
    expect(JSON.stringify(messages)).not.toContain(`"type":${ComponentType.Button},`);
  });

  test("APV-027: shortens nothing: what has no room is attached whole", () => {
    const text = "Every word of a decision counts. ".repeat(200).trim();
    const rendering = open([
      { type: "heading", text: "Run the report" },
      { type: "text", markdown: text },
      buttonPart(1),
    ]);
    expect(faultsOf(rendering)).toEqual([]);
    expect(rendering.messages.flatMap(textsOf).join("\n")).toContain("The attached file has everything.");
    expect(rendering.messages.flatMap(textsOf).join("\n")).not.toContain("…");
    expect(fileText(rendering)).toContain(text);
  });

  test("says the summary first where it has no heading", () => {
    const { messages } = open([{ type: "fields", items: [{ label: "Asked by", value: "Ann" }] }]);
    expect(messages.flatMap(textsOf)[0]).toBe("Switch off Weather?\n\n**Asked by** Ann");
  });
});
