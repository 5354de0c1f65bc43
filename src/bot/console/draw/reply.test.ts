import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Reply } from "#core/contract/reply.ts";
import type { Canvas } from "./canvas.ts";
import { widthOf } from "./measure.ts";
import { drawReply, type ReplyExtras } from "./reply.ts";

const canvas: Canvas = { columns: 80, colour: false, links: false, plain: false };
const extras: ReplyExtras = { files: [], showPath: (path) => path };

const everyPart = Reply.parse({
  summary: "Every kind of part.",
  visibility: "everyone",
  parts: [
    { type: "heading", text: "October" },
    {
      type: "text",
      markdown:
        "You spent **$1,318.20**, *8 %* more than before. See `help` or [the guide](https://example.com/guide), 日本語も。\n\n- Groceries are the largest part, in a sentence that is long enough to be wrapped at any width\n  1. nested\n> quoted\n```ts\nconst a = 1;\n```",
    },
    {
      type: "notice",
      tone: "warning",
      text: "The source was slow; type `status` to see what is going on with it now.",
    },
    {
      type: "fields",
      items: [
        { label: "Account", value: "Chequing" },
        { label: "Period", value: "1 to 31 October" },
      ],
    },
    {
      type: "table",
      caption: "Largest transactions",
      columns: [{ header: "Date" }, { header: "Merchant" }, { header: "Amount" }],
      rows: [
        ["2026-10-03", "Café Olé 👩‍👩‍👧 with a name so long that it has to be wrapped in its column", 12345.5],
        ["2026-10-04", "日本料理 東京", "$12.00"],
        ["2026-10-09", "e\u0301 combining", "-3.20"],
      ],
    },
    {
      type: "chart",
      kind: "bar",
      title: "Spending by month",
      takeaway: "Spending fell.",
      categories: ["Sep", "Oct", "Nov"],
      series: [{ name: "All", values: [128_100, 131_800, 80_300] }],
      format: { type: "currency", currency: "CAD" },
      partialLast: true,
    },
    {
      type: "chart",
      kind: "bar",
      title: "Net",
      takeaway: "September was negative.",
      categories: ["Sep", "Oct"],
      series: [{ name: "Net", values: [-40, 25] }],
      format: { type: "percent" },
    },
    {
      type: "chart",
      kind: "bar",
      title: "By category",
      takeaway: "Rent leads.",
      categories: ["Sep", "Oct"],
      series: ["Rent", "Food", "Fun", "Other"].map((name, index) => ({ name, values: [index * 1000, 5000] })),
      format: { type: "number" },
    },
    {
      type: "chart",
      kind: "line",
      title: "Temperature",
      takeaway: "It cools.",
      categories: Array.from({ length: 24 }, (_, hour) => `${hour}:00`),
      series: [{ name: "Lisbon", values: Array.from({ length: 24 }, (_, hour) => ((hour * 7) % 24) - 4) }],
      format: { type: "number", unit: "°C" },
    },
    { type: "code", filename: "a.ts", text: "export const x = 1;\n\tfoo();" },
    { type: "divider" },
    { type: "sources", items: [{ title: "OpenWeather", url: "https://openweathermap.org/" }] },
    { type: "context", markdown: "finance 1.0.0 · as of 10:42" },
    { type: "file", name: "all.csv", mimeType: "text/csv", text: "a,b", description: "All transactions" },
    {
      type: "actions",
      items: [
        { type: "button", label: "By Category", token: "n1.a", style: "primary" },
        { type: "link", label: "Docs", url: "https://example.com/d" },
        { type: "button", label: "Delete All", token: "n1.b", style: "danger" },
      ],
    },
  ],
});

for (const columns of [80, 50, 34]) {
  for (const colour of [true, false]) {
    test(`every part keeps its look at ${columns} columns ${colour ? "in colour" : "without colour"}`, () => {
      const drawn = drawReply({ ...canvas, columns, colour, links: colour }, everyPart, {
        ...extras,
        files: ["/data/out/all.csv"],
        delayedMs: 12 * 60_000,
      });
      expect(drawn.join("\n")).toMatchSnapshot();
    });
  }
}

test("a screen reader gets words and values, no drawing", () => {
  const drawn = drawReply({ ...canvas, plain: true }, everyPart, { ...extras, files: ["/data/out/all.csv"] }).join(
    "\n",
  );
  expect(drawn).not.toMatch(/[\u2500-\u259F\u2800-\u28FF•]/);
  expect(drawn).toContain("Amount: 12,345.5");
  expect(drawn).toContain("Nov*: $803");
});

test("a reply with nothing to read but its summary says the summary", () => {
  const reply = Reply.parse({ summary: "All quiet.", visibility: "everyone", parts: [] });
  expect(drawReply(canvas, reply, extras)).toEqual(["All quiet."]);
});

test("a file that could not be saved is named as such", () => {
  const reply = Reply.parse({ ...everyPart, parts: everyPart.parts.filter(({ type }) => type === "file") });
  expect(drawReply(canvas, reply, { ...extras, files: [null] }).join("\n")).toContain(
    "Warning: The file could not be saved.",
  );
});

test("text that hides terminal commands is drawn without them", () => {
  const attack = "safe\u001B]52;c;ZXZpbA==\u0007\u001B[2J\u009B31m\u202Egnp.exe\u0000\r\nnext";
  const reply = Reply.parse({
    summary: "x",
    visibility: "everyone",
    parts: [
      { type: "text", markdown: attack },
      { type: "actions", items: [{ type: "button", label: attack, token: "n1.a" }] },
      { type: "text", markdown: "[label](https://example.com/\u001B[2J)" },
    ],
  });
  const drawn = drawReply({ ...canvas, colour: true, links: true }, reply, extras).join("\n");
  expect(foreignControls(drawn)).toEqual([]);
  expect(drawn).toContain("safe");
});

test("whatever parts an answer has, its lines fit and hold no control characters but our own styles", () => {
  const nasty = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.constantFrom(
      "\u001B[31m",
      "\u009B2J",
      "\u202E",
      "a\tb\r\nc",
      "```",
      "**b** `c` [l](https://x.y/z)",
      "👩‍👩‍👧",
      "1\uFE0F\u20E3",
      "",
    ),
  );
  const text = fc.array(nasty, { maxLength: 4 }).map((pieces) => pieces.join(""));
  const some = text.map((value) => value.slice(0, 70) || "x");
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(0, -0, 1e308, -1e308, 5e-324),
  );
  const part = fc.oneof(
    fc.record({ type: fc.constant("text"), markdown: text }),
    fc.record({ type: fc.constant("context"), markdown: text }),
    fc.record({ type: fc.constant("heading"), text }),
    fc.record({ type: fc.constant("notice"), tone: fc.constantFrom("info", "success", "warning", "error"), text }),
    fc.record({
      type: fc.constant("fields"),
      items: fc.array(fc.record({ label: text, value: text }), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ type: fc.constant("code"), text, filename: text }),
    fc.record({
      type: fc.constant("table"),
      caption: some,
      columns: fc.array(fc.record({ header: text }), { minLength: 1, maxLength: 9 }),
      rows: fc.array(fc.array(fc.oneof(text, number), { maxLength: 10 }), { maxLength: 4 }),
    }),
    fc.record({
      type: fc.constant("chart"),
      kind: fc.constantFrom("bar", "line"),
      title: some,
      takeaway: some,
      categories: fc.array(text, { minLength: 1, maxLength: 60 }),
      series: fc.array(fc.record({ name: text, values: fc.array(number, { maxLength: 61 }) }), {
        minLength: 1,
        maxLength: 12,
      }),
      format: fc.oneof(
        fc.record({ type: fc.constant("number"), unit: text }),
        fc.record({ type: fc.constant("currency"), currency: fc.constantFrom("CAD", "JPY", "xyz", "1é!", "\u001B[m") }),
        fc.constant({ type: "percent" }),
      ),
      partialLast: fc.boolean(),
    }),
    fc.record({
      type: fc.constant("sources"),
      items: fc.array(fc.record({ title: text, url: fc.webUrl({ validSchemes: ["https"] }) }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
    fc.constant({ type: "divider" }),
    fc.record({ type: fc.constant("file"), name: some, mimeType: text, text, description: text }),
    fc.record({
      type: fc.constant("actions"),
      items: fc.array(fc.record({ type: fc.constant("button"), label: some, token: fc.constant("n1.a") }), {
        minLength: 1,
        maxLength: 6,
      }),
    }),
  );
  const canvases = fc.record({
    columns: fc.integer({ min: 20, max: 120 }),
    colour: fc.boolean(),
    links: fc.boolean(),
    plain: fc.boolean(),
  });
  fc.assert(
    fc.property(canvases, fc.array(part, { maxLength: 3 }), some, (canvas, parts, summary) => {
      const reply = Reply.parse({ summary, parts, visibility: "everyone" });
      const lines = drawReply(canvas, reply, { ...extras, files: ["/data/out/\u001B[2Jx.csv"] });
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(canvas.columns);
      expect(foreignControls(lines.join("\n"))).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

/** What is left of the control and reordering characters once our own styles and links are taken out. */
function foreignControls(drawn: string): string[] {
  // oxlint-disable-next-line no-control-regex -- our own styles are made of them
  const rest = drawn.replaceAll(/\u001B\[[0-9;]*m|\u001B\]8;;[\x21-\x7E]*\u001B\\/g, "");
  return rest.match(/(?!\n)[\p{Cc}\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069]/gu) ?? [];
}
