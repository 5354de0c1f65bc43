import { expect, test } from "vitest";
import { readIdPattern } from "./id-pattern.ts";
import { samplePattern } from "./pattern-sample.ts";

test("a sample fits the pattern it was made from", () => {
  const patterns = [
    "^[a-z]{3}-\\d{4}$",
    "^[\\da-z]{26}$",
    "^(?:foo|bar)\\.[A-Z]+$",
    "^projects/[^/]+/locations/[^/]+$",
    "\\w{2,}\\s?x*",
    "^#[0-9A-F]{6}$",
    "^(\\d{1,3}\\.){3}\\d{1,3}$",
    "^[^@]+@example\\.com$",
  ];
  for (const pattern of patterns) {
    const sample = samplePattern(pattern);
    expect(sample ?? "none").toMatch(new RegExp(pattern));
  }
});

test("GEN-007: a pattern that is more than plain, or without end, is left alone and never run", () => {
  for (const pattern of ["^(?=a)b$", "(a", "[a", "\\1", "a{3", `${"(".repeat(50)}a${")".repeat(50)}`, "(a{99}){99}"]) {
    expect(samplePattern(pattern)?.length ?? 0).toBeLessThanOrEqual(200);
  }
  expect(samplePattern("(a{999}){999}")).toBeUndefined();
  expect(samplePattern("^(?=a)b$")).toBeUndefined();
});

test("an identifier of a plain form is known by it in a sentence", () => {
  expect(readIdPattern({ type: "string", format: "uuid" })?.pattern).toContain("[0-9a-f]{8}");
  expect(readIdPattern({ type: "string", pattern: "^TKT-[0-9]{4}$" })).toEqual({
    pattern: "TKT-[0-9]{4}",
    sample: "TKT-7777",
  });
  expect(readIdPattern({ type: "string", pattern: "^(a+)+$" })).toBeUndefined();
  expect(readIdPattern({ type: "string", pattern: "^[a-z]+$" })).toBeUndefined();
});
