import fc from "fast-check";
import { expect, test } from "vitest";
import { Json } from "#core/contract/json.ts";
import { findDifference } from "./json-difference.ts";

test.each([
  ["a value", { data: { celsius: 18 } }, { data: { celsius: 17 } }, "output.data.celsius: expected 18, got 17"],
  ["a type", { data: 1 }, { data: "1" }, 'output.data: expected 1, got "1"'],
  ["a missing key", { data: { place: "Porto" } }, { data: {} }, 'output.data.place: expected "Porto", got nothing'],
  ["a place in a list", [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 3 }], "output[1].a: expected 2, got 3"],
  ["the length of a list", [1, 2], [1, 2, 3], "output: expected 2 items, got 3"],
  ["a list that is none", [1], { 0: 1 }, 'output: expected [1], got {"0":1}'],
  ["nothing where something was", null, 0, "output: expected null, got 0"],
  ["a key that objects have of themselves", { toString: 1 }, {}, "output.toString: expected 1, got nothing"],
] as const)("a difference in %s is told with its place", (_name, expected, got, told) => {
  expect(findDifference(Json.parse(expected), got, "output")).toBe(told);
});

test("an answer may say more than its test asks for", () => {
  expect(findDifference({ a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 }, "output")).toBeUndefined();
});

test("every value is what it is", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = Json.parse(JSON.parse(JSON.stringify(value)));
      expect(findDifference(json, structuredClone(json), "output")).toBeUndefined();
    }),
  );
});
