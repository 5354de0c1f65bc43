import { expect, test } from "vitest";
import { body, inspect } from "#test/inspection-kit.ts";

test.each([
  ["an enum", "enum Colour { Red }", "enum is more than types", "constants for an enum"],
  ["a namespace", "namespace Sums { export const one = 1 }", "namespace declaration is more", "a file for a namespace"],
  ["a parameter property", "class P { constructor(private x: number) {} }", "parameter property is", "fields that the"],
  ["a type in angle brackets", "const n = <number>1;", "angle brackets", "Write “value as Type”."],
  ["a decorator", "@sealed class P {}", "no decorators", "Call the function yourself"],
])("%s is called by its name, with what to write instead", (_case, line, message, hint) => {
  const [finding] = inspect(`${body("return 1")}\n${line}\n`);
  expect(finding).toMatchObject({ rule: "syntax.error", file: "module.ts" });
  expect(finding?.message).toContain(message);
  expect(finding?.hint).toContain(hint);
});

test("what is simply broken is shown as the parser saw it", () => {
  expect(inspect("export function run() { return 1;")[0]?.message).toMatch(/^It cannot be read: “.+”\.$/);
});
