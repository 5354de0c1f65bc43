import { expect, test } from "vitest";
import { titleCase } from "./title-case.ts";

test.each([
  ["by month", "By Month"],
  ["import a CIBC file", "Import a CIBC File"],
  ["the next five days", "The Next Five Days"],
  ["Finance: Spending by category", "Finance: Spending by Category"],
  ["Connect OpenWeather API key", "Connect OpenWeather API Key"],
  ["how my iPhone is paid for", "How My iPhone Is Paid For"],
  ["été à Genève", "Été À Genève"],
])("manner 51: the button “%s” reads “%s”", (label, shown) => {
  expect(titleCase(label)).toBe(shown);
});

test("manner 51: a button that says a whole sentence stays a sentence", () => {
  expect(titleCase("when am I free tomorrow?")).toBe("When am I free tomorrow?");
});
