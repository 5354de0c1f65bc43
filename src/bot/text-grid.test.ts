import { expect, test } from "vitest";
import { alignGrid, readGrid, widthOfLines } from "./text-grid.ts";

const columns = [{ header: "Shop" }, { header: "Spent" }];

test("amounts stand below each other, and names begin at the left", () => {
  const rows = [
    ["Café", "$1,650.00"],
    ["東京", "$61.00"],
  ];
  expect(alignGrid(readGrid({ columns, rows }))).toEqual([
    "Shop      Spent",
    "────  ─────────",
    "Café  $1,650.00",
    "東京     $61.00",
  ]);
});

test("a row that is too short or too long loses nothing", () => {
  const lines = alignGrid(readGrid({ columns, rows: [["a"], ["b", 2, "more"]] }));
  expect(lines).toEqual(["Shop  Spent", "────  ─────  ────", "a", "b         2  more"]);
  expect(widthOfLines(lines)).toBe(17);
});

test("a year stays a year, and a large number is grouped", () => {
  const [row] = readGrid({ columns, rows: [[2026, 12_345.5]] }).rows;
  expect(row).toEqual(["2026", "12,345.5"]);
});

test("numbers too large or too small for people are written as computers do", () => {
  const [row] = readGrid({ columns, rows: [[1e21, 1e-7]] }).rows;
  expect(row).toEqual(["1e+21", "1e-7"]);
});

test("a column with a word among its numbers is a column of words", () => {
  const grid = readGrid({
    columns,
    rows: [
      ["a", 1],
      ["b", "none"],
      ["c", "—"],
    ],
  });
  expect(grid.columns.map(({ align }) => align)).toEqual(["left", "left"]);
});

test("a dash for what is missing does not make figures words", () => {
  const grid = readGrid({
    columns,
    rows: [
      ["a", 1],
      ["b", "—"],
    ],
  });
  expect(grid.columns[1]?.align).toBe("right");
});
