import { describe, expect, test } from "vitest";
import type { ModulePart } from "#core/contract/reply.ts";
import { firstRows } from "./first-rows.ts";
import { isBare } from "./bare-data.ts";
import { lastNews, newsOf, resultWords, slotResult } from "./news.ts";
import { failedSection, lineOf, nothingSection } from "./section.ts";
import { worthwhileChart } from "./worthwhile-chart.ts";

function chart(values: readonly number[]): ModulePart {
  return {
    type: "chart",
    kind: "bar",
    title: "Units @everyone",
    takeaway: "So many.",
    categories: values.map((_, at) => `day ${at}`),
    series: [{ name: "Units", values: [...values] }],
    format: { type: "number" },
  };
}

describe("what a briefing takes from an answer", () => {
  test.each([
    [{ date: "2026-11-24", meetings: [] }, true],
    [{ date: "2026-11-24", meetings: [{ title: "Retro" }] }, false],
    [{ total: 0, rows: [] }, false],
    [{ open: false, rows: [] }, false],
    [[], true],
    [{}, false],
    ["", false],
    [undefined, false],
  ])("%j is nothing to report: %s", (data, expected) => {
    expect(isBare(data)).toBe(expected);
  });

  test("a picture needs enough points that differ, and pings nobody", () => {
    expect(worthwhileChart([chart([1, 2])])).toBeUndefined();
    expect(worthwhileChart([chart([2, 2, 2])])).toBeUndefined();
    expect(worthwhileChart([chart([0, 0, 0]), chart([1, 2, 3])])?.title).toBe("Units @\u2060everyone");
  });

  test("the first rows of a table are one line, and the rest is counted", () => {
    const rows = ["09:00", "10:00", "11:00", "12:00"].map((time, at) => [time, `Meeting ${at}`, "Room 4"]);
    const columns = [{ header: "When" }, { header: "What" }, { header: "Where" }];
    const table: ModulePart = { type: "table", caption: "Today", columns, rows };
    expect(firstRows([table])).toBe("09:00 Meeting 0 · 10:00 Meeting 1 · 11:00 Meeting 2 · 1 more");
    expect(firstRows([{ type: "text", markdown: "no table" }])).toBeUndefined();
  });

  test("a line stays a line, harmless and short", () => {
    const line = lineOf(`[bank](https://evil.example)\n<@U123> ${"long ".repeat(100)}`);
    expect(line).toMatch(/^bank \(https:\/\/evil\.example\) </);
    expect(line).not.toMatch(/\n|<@/);
    expect(line).toHaveLength(200);
  });
});

describe("whether a briefing is new", () => {
  test("is known by what its sections say, and kept with the slot beside the words for people", () => {
    const one = [nothingSection("Approvals", "none."), failedSection("Calendar", "reconnect needed (Ada).")];
    const news = newsOf(one);
    expect(newsOf([...one])).toBe(news);
    expect(newsOf([one[0] ?? failedSection("", ""), failedSection("Calendar", "it did not answer in time.")])).not.toBe(
      news,
    );
    const result = slotResult("2 sections, 1 failed", news);
    expect(resultWords({ result })).toBe("2 sections, 1 failed");
    expect(
      lastNews([{ state: "skipped" }, { state: "failed", result: "failed: internal" }, { state: "done", result }]),
    ).toBe(news);
    expect(lastNews([])).toBeUndefined();
  });
});
