import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mrkdwnLink, splitMrkdwn, toMrkdwn } from "./mrkdwn.ts";
import { splitText } from "./split-text.ts";

describe("markdown in Slack's own dialect", () => {
  test.each([
    ["**bold** and __bold__", "*bold* and *bold*"],
    ["*slanted* and _slanted_, not snake_case_name", "_slanted_ and _slanted_, not snake_case_name"],
    ["***both*** ~~gone~~", "*_both_* ~gone~"],
    ["**bold with *slant* in it**", "*bold with _slant_ in it*"],
    ["`a < b & **c**`", "`a &lt; b &amp; **c**`"],
    ["2 * 3 * 4 = 24", "2 * 3 * 4 = 24"],
    [String.raw`\*as it is\* \<b\>`, "*as it is* &lt;b&gt;"],
    ["[Porto](https://example.com/a?b=1&c=2)", "<https://example.com/a?b=1&amp;c=2|Porto>"],
    ["[press](javascript:alert\u00281\u0029)", "[press](javascript:alert(1))"],
    ["[press](file:///etc/passwd)", "press (file:///etc/passwd)"],
    ["see https://example.com/a_b_c.", "see <https://example.com/a_b_c>."],
    ["![a photo](https://example.com/i.png)", "<https://example.com/i.png|a photo>"],
    ["# The *point* #", "*The _point_*"],
    ["- one\n  * two\n1. three", "• one\n  • two\n1. three"],
    ["> quoted", "&gt; quoted"],
    ["<!channel> <@U01> &lt;!here&gt;", "&lt;!channel&gt; &lt;@U01&gt; &amp;lt;!here&amp;gt;"],
  ])("%s", (markdown, mrkdwn) => {
    expect(toMrkdwn(markdown)).toBe(mrkdwn);
  });

  test("a fence loses the name of its language, and nothing else", () => {
    expect(toMrkdwn("~~~ts\nlet a = b<c>;\n```\n~~~\nafter")).toBe(
      "```\nlet a = b&lt;c&gt;;\n`\u2060`\u2060`\n```\nafter",
    );
    expect(toMrkdwn("```what is this\nx")).toBe("```\nwhat is this\nx\n```");
  });

  test("a link's label cannot end it, and its address cannot bring a label of its own", () => {
    expect(mrkdwnLink("a|b>c <!here>", "https://example.com/x|bank.com>")).toBe(
      "<https://example.com/x%7Cbank.com%3E|a|b&gt;c &lt;!here&gt;>",
    );
  });

  test("pieces keep within the limit after escaping, too", () => {
    for (const piece of splitMrkdwn("<&> ".repeat(3000), 3000)) expect(piece.length).toBeLessThanOrEqual(3000);
    expect(splitMrkdwn("<&> ".repeat(3000), 3000).join(" ").match(/&amp;/g)).toHaveLength(3000);
  });
});

test("plain text is cut at lines and words, and comes out as it went in", () => {
  expect(splitText("one line\nanother line", 14)).toEqual(["one line", "another line"]);
  expect(splitText("several words in a row", 12)).toEqual(["several ", "words in a ", "row"]);
  const text = fc.string({ unit: "grapheme", maxLength: 300 });
  fc.assert(
    fc.property(text, fc.integer({ min: 20, max: 80 }), (text, limit) => {
      const pieces = splitText(text, limit);
      expect(pieces.join("").replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
      for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(limit);
      for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
    }),
  );
});
