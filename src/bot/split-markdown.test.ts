import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitMarkdown } from "./split-markdown.ts";

describe("a long answer is cut where a reader would pause", () => {
  test("a short one stays whole, and a blank one is nothing", () => {
    expect(splitMarkdown("Hello **you**", 2000)).toEqual(["Hello **you**"]);
    expect(splitMarkdown(" \n\n \n", 2000)).toEqual([]);
  });

  test("paragraphs stay together", () => {
    const first = "One sentence. ".repeat(8).trim();
    const second = "Another one. ".repeat(8).trim();
    expect(splitMarkdown(`${first}\n\n${second}`, 150)).toEqual([first, second]);
  });

  test("then lines, then sentences, then words", () => {
    const lines = Array.from({ length: 12 }, (_, index) => `- line number ${index}`);
    expect(splitMarkdown(lines.join("\n"), 100).flatMap((piece) => piece.split("\n"))).toEqual(lines);
    const sentences = splitMarkdown("This is a sentence. ".repeat(12), 100);
    for (const piece of sentences) expect(piece).toMatch(/^This.*sentence\.$/);
    const words = splitMarkdown("word ".repeat(50), 100);
    for (const piece of words) expect(piece).toMatch(/^word( word)*$/);
  });

  test("a word is never left to begin a list, a heading or a fence that it was not", () => {
    const pieces = splitMarkdown(`${"word ".repeat(17)}see issue # 12 and 3. of - that ${"word ".repeat(30)}`, 100);
    for (const piece of pieces) expect(piece).not.toMatch(/^(?:#|-|\d+\.) /);
  });
});

describe("code stays code", () => {
  test("a fence that is cut is closed, and opened again as the language it was", () => {
    const code = Array.from({ length: 20 }, (_, index) => `  const x${index} = ${index};`);
    const pieces = splitMarkdown(`Look:\n\n\`\`\`ts\n${code.join("\n")}\n\`\`\`\n\nDone.`, 120);
    expect(pieces.length).toBeGreaterThan(3);
    for (const piece of pieces)
      expect(piece.match(/^```/gm)?.length ?? 0).toSatisfy((count: number) => count % 2 === 0);
    expect(pieces[1]).toMatch(/^```ts\n {2}const/);
    expect(pieces.flatMap((piece) => piece.split("\n").filter((line) => line.startsWith("  const")))).toEqual(code);
  });

  test("an open fence is closed at the end, and no block is left empty", () => {
    expect(splitMarkdown("```\nopen", 100)).toEqual(["```\nopen\n```"]);
    const pieces = splitMarkdown(`${"text ".repeat(18)}\n\`\`\`sql\n${"select 1;\n".repeat(7)}\`\`\``, 100);
    for (const piece of pieces) expect(piece).not.toMatch(/```(?:sql)?\n```/);
  });

  test("a block that the cut has closed is not closed again", () => {
    const code = `\`\`\`\n${"c".repeat(37)}\n\`\`\``;
    const [first, ...others] = splitMarkdown(`${code}\n${"x".repeat(300)}`, 100);
    expect(first).toBe(code);
    expect(others.join("")).toBe("x".repeat(300));
  });

  test("an info string too long to repeat becomes text of the block", () => {
    const info = "words that no language is called, and many of them";
    expect(splitMarkdown(`\`\`\`${info}\n1\n\`\`\``, 100)).toEqual([`\`\`\`\n${info}\n1\n\`\`\``]);
  });

  test("a limit too small for a fence is refused", () => {
    expect(() => splitMarkdown("x", 99)).toThrow(RangeError);
  });
});

describe("whatever the text, nothing is lost, doubled, broken or too long", () => {
  const line = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 80 }).filter((text) => !/[\n\r]|`{3}|~{3}/.test(text)),
    fc
      .array(fc.constantFrom("word", "longer,", "end.", "👩🏽‍🚀", "# 1", "- x", "**bold**", "`a b`"), { maxLength: 60 })
      .map((words) => words.join(" ")),
    fc.nat(400).map((length) => "x".repeat(length)),
    fc.nat(60).map((length) => "👨‍👩‍👧‍👦e\u0301".repeat(length)),
    fc.nat(300).map((length) => `z${"\u0301".repeat(length)}`),
    fc.constantFrom("", "```", "```ts", "~~~", "````json", "   ```", "```` ", "~~~ python  "),
  );
  const markdown = fc.array(line, { maxLength: 40 }).map((lines) => lines.join("\n"));
  const limit = fc.integer({ min: 100, max: 400 });

  test("the text between the fences comes out as it went in", () => {
    fc.assert(
      fc.property(markdown, limit, (text, limit) => {
        const pieces = splitMarkdown(text, limit);
        expect(pieces.map(inked).join("")).toBe(inked(text));
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(limit);
          expect(piece.trim()).not.toBe("");
          expect(openFence(piece)).toBeUndefined();
        }
      }),
      { numRuns: 500 },
    );
  });

  test("no grapheme that fits is split", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 200, maxLength: 600 }), limit, (text, limit) => {
        const clusters = new Set(graphemesOf(text));
        const found = splitMarkdown(text, limit).flatMap(graphemesOf);
        expect(found.filter((grapheme) => grapheme.trim() !== "" && !clusters.has(grapheme))).toEqual([]);
      }),
    );
  });

  test("a megabyte on one line is cut in good time", () => {
    const pieces = splitMarkdown("a".repeat(1_000_000), 2000);
    expect(pieces).toHaveLength(500);
  });
});

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

function graphemesOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** What of a markdown text is neither blank nor a line that opens or closes a fence. */
function inked(text: string): string {
  return walk(text).ink.join("").replaceAll(/\s/g, "");
}

function openFence(text: string): string | undefined {
  return walk(text).open;
}

function walk(text: string): { ink: string[]; open: string | undefined } {
  const ink: string[] = [];
  let open: string | undefined;
  for (const line of text.split("\n")) {
    const [, mark = "", info = ""] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined && mark !== "" && !(mark.startsWith("`") && info.includes("`"))) open = mark;
    else if (open !== undefined && mark.startsWith(open) && info.trim() === "") open = undefined;
    else ink.push(line);
  }
  return { ink, open };
}
