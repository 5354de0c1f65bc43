import { expect, test } from "vitest";
import { openConnection } from "./connection.ts";

test("a full disk is named, and what was stored before stays readable", () => {
  const connection = openConnection(":memory:");
  connection.prepare("create table notes (text text) strict").run([]);
  connection.prepare("insert into notes values (?)").run(["kept"]);
  // SQLite answers a full disk and a full page limit with the same code.
  connection.prepare("pragma max_page_count = 3").all([]);
  const insert = () => connection.prepare("insert into notes values (?)").run(["x".repeat(50_000)]);
  expect(insert).toThrow(expect.objectContaining({ code: "disk_full" }));
  expect(connection.prepare("select text from notes").all([])).toEqual([{ text: "kept" }]);
  connection.close();
});

test("a mistake in our own SQL is not taken for a broken disk", () => {
  const connection = openConnection(":memory:");
  expect(() => connection.prepare("select 1 from nowhere")).toThrow(/no such table/);
  connection.close();
});
