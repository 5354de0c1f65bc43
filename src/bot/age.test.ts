import { expect, test } from "vitest";
import { writeAge } from "./age.ts";

test.each([
  [0, "1 s"],
  [29_400, "29 s"],
  [59_000, "1 min"],
  [12 * 60_000, "12 min"],
  [59.6 * 60_000, "1 h"],
  [47 * 3_600_000, "47 h"],
  [48 * 3_600_000, "2 days"],
])("an age of %d ms is said as “%s”", (ms, said) => {
  expect(writeAge(ms)).toBe(said);
});
