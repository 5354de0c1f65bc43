import { describe, expect, test } from "vitest";
import type { ChartPart, TablePart } from "#core/contract/reply.ts";
import { blocksOf, draw, plain, reply } from "./fixtures/draw-reply.ts";
import { renderReply } from "./reply.ts";

describe("figures", () => {
  const chart: ChartPart = {
    type: "chart",
    kind: "bar",
    title: "Spending by month",
    takeaway: "November is at 80 dollars so far.",
    categories: ["Oct", "Nov"],
    series: [{ name: "Food", values: [12_050, 8000] }],
    format: { type: "currency", currency: "CAD" },
    partialLast: true,
  };
  const table: TablePart = {
    type: "table",
    caption: "Open invoices",
    columns: [{ header: "Who" }, { header: "CAD" }],
    rows: [["Ann", 1200.5], ["Ben"]],
  };

  test("are Slack's own chart where it fits exactly, in whole currency units, the takeaway in words", () => {
    expect(blocksOf([chart])).toEqual([
      { type: "section", text: plain("November is at 80 dollars so far.") },
      { type: "context", elements: [{ type: "mrkdwn", text: "* Nov is not complete yet.", verbatim: true }] },
      {
        type: "data_visualization",
        title: "Spending by month",
        chart: {
          type: "bar",
          series: [
            {
              name: "Food",
              data: [
                { label: "Oct", value: 120.5 },
                { label: "Nov*", value: 80 },
              ],
            },
          ],
          axis_config: { categories: ["Oct", "Nov*"], y_label: "CAD" },
        },
      },
    ]);
  });

  test.each<[string, Partial<ChartPart>]>([
    ["a gap", { series: [{ name: "Food", values: [1] }] }],
    ["a long title", { title: "x".repeat(51) }],
    ["a long label", { categories: ["Oct", "x".repeat(20)] }],
    ["two labels alike", { categories: ["Oct", "Oct"], partialLast: false }],
    ["two series alike", { series: [1, 2].map((value) => ({ name: "Food", values: [value, value] })) }],
    ["seven series", { series: Array.from({ length: 7 }, (_, index) => ({ name: `s${index}`, values: [1, 2] })) }],
  ])("are a picture with its figures in text where Slack's chart cannot hold them: %s", (_, change) => {
    const { messages, files } = draw([{ ...chart, ...change }]);
    expect(JSON.stringify(messages)).not.toContain("data_visualization");
    expect(files[0]).toMatchObject({ mimeType: "image/png", content: { chart: { ...chart, ...change } } });
    expect(files[0]?.altText).toContain(chart.takeaway);
    expect(JSON.stringify(messages)).toContain("rich_text_preformatted");
  });

  test("are pictures and text where Slack's newer blocks are not to be had, and from the third chart on", () => {
    expect(renderReply(reply([chart]), { native: false }).files).toHaveLength(1);
    const { messages, files } = draw([chart, chart, chart]);
    expect(messages[0]?.blocks.filter(({ type }) => type === "data_visualization")).toHaveLength(2);
    expect(files).toHaveLength(1);
  });

  test("are a table that can be sorted, numbers as numbers", () => {
    expect(blocksOf([table])[1]).toEqual({
      type: "data_table",
      caption: "Open invoices",
      page_size: 20,
      rows: [
        [raw("Who"), raw("CAD")],
        [raw("Ann"), { type: "raw_number", value: 1200.5, text: "1200.5" }],
        [raw("Ben"), raw("—")],
      ],
    });
  });

  test("are one such table in a reply, since Slack takes one in a message; the next is aligned", () => {
    expect(blocksOf([table, table]).map(({ type }) => type)).toEqual(["section", "data_table", "section", "rich_text"]);
  });

  test("are aligned in plain letters where no table fits, and a file where that is too wide or too long", () => {
    const [, grid] = renderReply(reply([table]), { native: false }).messages[0]?.blocks ?? [];
    expect(JSON.stringify(grid)).toContain(JSON.stringify("Who     CAD\n───  ──────\nAnn  1200.5\nBen").slice(1, -1));
    const rows = Array.from({ length: 300 }, (_, index) => [`=row(${index})`, index]);
    const { messages, files } = draw([{ ...table, rows }]);
    expect(JSON.stringify(messages)).toContain("Table of 300 rows: in the file `table.csv`");
    expect(files).toMatchObject([{ name: "table.csv", mimeType: "text/csv" }]);
    expect(JSON.stringify(files)).toContain(String.raw`'=row(0),0\n`);
  });

  test("that are none say so", () => {
    expect(JSON.stringify(blocksOf([{ ...table, rows: [] }]))).toContain("No rows.");
  });
});

function raw(text: string) {
  return { type: "raw_text", text };
}
