import { describe, expect, test } from "vitest";
import { fileText, render, replyOf } from "./fixtures/replies.ts";
import { renderReply } from "./reply.ts";

describe("a table", () => {
  test("that fits a narrow window is a block, with numbers at the right", () => {
    const { messages } = render([
      {
        type: "table",
        caption: "Spending",
        columns: [{ header: "Category" }, { header: "CAD" }],
        rows: [
          ["Rent", 1800],
          ["東京", 12.5],
        ],
      },
    ]);
    expect(messages[0]?.content).toBe(
      "**Spending**\n```\nCategory   CAD\n────────  ────\nRent      1800\n東京      12.5\n```",
    );
  });

  test("that is too wide is a list, and one too long is a file that a spreadsheet opens safely", () => {
    const wide = render([
      {
        type: "table",
        caption: "Notes",
        columns: [{ header: "Day" }, { header: "Note" }],
        rows: [["Monday", "w".repeat(70)]],
      },
    ]);
    expect(wide.messages[0]?.content).toBe(`**Notes**\n**Day** Monday\n**Note** ${"w".repeat(70)}`);
    const rows = Array.from({ length: 40 }, (_, index) => [`Shop, ${index}`, "=1+1", -4.5]);
    const columns = [{ header: "Shop" }, { header: "Note" }, { header: "CAD" }];
    const long = render([{ type: "table", caption: "Été: all", columns, rows }]);
    expect(long.messages[0]?.content).toBe("**Été: all**\n40 rows and 3 columns, in the attached file.");
    expect(long.files[0]).toMatchObject({ name: "Ete-all.csv", mimeType: "text/csv" });
    expect(fileText(long)).toContain(`"Shop, 39",'=1+1,-4.5\r\n`);
  });
});

describe("a chart", () => {
  const chart = {
    type: "chart",
    kind: "bar",
    title: "Spending by month",
    takeaway: "November is the highest.",
    categories: ["Sep", "Oct", "Nov"],
    series: [{ name: "CAD", values: [120_000, 130_050, 145_000] }],
    format: { type: "currency", currency: "CAD" },
    partialLast: true,
  } as const;

  test("is a picture that says what it shows, with its figures in words", () => {
    const { messages, files } = render([chart]);
    expect(messages[0]?.content).toMatchInlineSnapshot(`
      "**Spending by month** (CAD)
      November is the highest.
      -# \\* not complete yet
      -# Sep $1,200 · Oct $1,301 · Nov\\* $1,450"
    `);
    expect(files).toEqual([
      {
        name: "Spending-by-month.png",
        mimeType: "image/png",
        description: "Spending by month. November is the highest. Sep $1,200 · Oct $1,301 · Nov* $1,450",
        content: { chart: { ...chart } },
      },
    ]);
  });

  test("without pictures is its figures in a table", () => {
    const { messages, files } = renderReply(replyOf([chart]), { pictures: false });
    expect(messages[0]?.content).toContain("Nov*  $1,450");
    expect(files).toEqual([]);
  });
});

describe("code", () => {
  test("that is long is a file, byte for byte", () => {
    const text = "\tlet a = `@everyone`;\r\n".repeat(100);
    const rendering = render([{ type: "code", text, language: "ts", filename: "a.ts" }]);
    expect(rendering.messages[0]?.content).toBe("**a.ts**\n101 lines, in the attached file.");
    expect(fileText(rendering)).toBe(text);
  });

  test("with characters that nobody sees has them written out", () => {
    const rendering = render([{ type: "code", text: "if (admin\u202E) {" }]);
    expect(rendering.messages[0]?.content).toContain("if (admin⟨U+202E⟩) {");
    expect(fileText(rendering)).toBe("if (admin\u202E) {");
  });
});
