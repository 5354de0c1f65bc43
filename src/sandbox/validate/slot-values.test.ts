import { expect, test } from "vitest";
import { Slot } from "#core/contract/manifest.ts";
import { fitsSlot } from "#core/lidm/slots/fits-slot.ts";
import { fittingValue, oddValues } from "./slot-values.ts";

test.each([
  ["a place", { type: "place" }],
  ["a day", { type: "date" }],
  ["a stretch of days", { type: "dateRange" }],
  ["a moment", { type: "dateTime" }],
  ["a number", { type: "number" }],
  ["a whole number", { type: "number", integer: true }],
  ["a number in bounds", { type: "number", minimum: 2, maximum: 24 }],
  ["a share", { type: "number", minimum: 0, maximum: 1 }],
  ["a number below zero", { type: "number", integer: true, maximum: -5 }],
  ["one of a few words", { type: "enum", values: ["red", "green", "blue", "grey"] }],
  ["a text", { type: "text" }],
  ["a short text", { type: "text", maxLength: 4 }],
  ["a file", { type: "file", extensions: [".csv"] }],
])("what is tried for %s could come from a person", (_name, made) => {
  const slot = Slot.parse({ description: "What it is", ...made });
  const values = [fittingValue(slot), ...oddValues(slot).map(({ value }) => value)];
  expect(values.length).toBeGreaterThan(1);
  expect(values.filter((value) => !fitsSlot(slot, value))).toEqual([]);
});
