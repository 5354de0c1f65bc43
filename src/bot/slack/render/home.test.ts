import { expect, test } from "vitest";
import { Reply } from "#core/contract/reply.ts";
import { renderHome } from "./home.ts";

const TOKEN = "n1.apv.abcdefghijklmnopqrstuv.abcdefghijklmnop";

test("a page of one's own has no files: code, tables and charts are all there to read", () => {
  const code = "let x = 1;\n".repeat(400);
  const { type, blocks } = renderHome(
    page([
      { type: "heading", text: "Waiting for you" },
      { type: "text", markdown: "**Enable** weather" },
      { type: "actions", items: [{ type: "button", label: "Approve", token: TOKEN }] },
      { type: "code", text: code },
      {
        type: "chart",
        kind: "line",
        title: "Use",
        takeaway: "It grows.",
        categories: ["Oct", "Nov"],
        series: [{ name: "Turns", values: [10, 20] }],
        format: { type: "number" },
      },
    ]),
  );
  expect(type).toBe("home");
  expect(blocks.map(({ type }) => type)).toEqual([
    "header",
    "section",
    "actions",
    "rich_text",
    "rich_text",
    "section",
    "section",
    "rich_text",
  ]);
  expect(JSON.stringify(blocks).match(/let x = 1;/g)).toHaveLength(400);
});

test("a page too long for Slack says so at its end", () => {
  const { blocks } = renderHome(
    page(Array.from({ length: 130 }, (_, index) => ({ type: "heading", text: `${index}` }))),
  );
  expect(blocks).toHaveLength(100);
  expect(JSON.stringify(blocks.at(-1))).toContain("Not all of it fits here");
});

test("a page with nothing on it says its summary", () => {
  expect(renderHome(page([])).blocks).toMatchObject([{ type: "section", text: { text: "You are an *owner*." } }]);
});

function page(parts: readonly unknown[]): Reply {
  return Reply.parse({ summary: "You are an **owner**.", visibility: "only_actor", parts });
}
