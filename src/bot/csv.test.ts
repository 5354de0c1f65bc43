import { expect, test } from "vitest";
import { moment } from "#core/contract/moment.ts";
import { toCsv } from "./csv.ts";

const columns = [{ header: "Shop, or “who”" }, { header: "Amount" }];

test("a table keeps its commas and quotes as CSV, and its numbers bare", () => {
  const rows = [[`Tim "T" Hortons, Queen St`, -4.5]];
  expect(toCsv({ columns, rows })).toBe(`"Shop, or “who”",Amount\r\n"Tim ""T"" Hortons, Queen St",-4.5\r\n`);
});

test.each([
  ["=1+1", "'=1+1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"],
  ["-4.50", "-4.50"],
  ["+12 %", "+12 %"],
])("a spreadsheet does not run the cell “%s”", (cell, written) => {
  expect(toCsv({ columns: [{ header: "A" }], rows: [[cell]] })).toBe(`A\r\n${written}\r\n`);
});

test("a line feed or a moment in a cell does not break its row", () => {
  const rows = [[`one\ntwo`, moment(new Date("2026-11-20T14:05:00Z"), "date_time")]];
  expect(toCsv({ columns: [{ header: "A" }, { header: "B" }], rows })).toBe("A,B\r\none two,2026-11-20 14:05 UTC\r\n");
});
