import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BUNDLE_RULES } from "#sandbox/bundle/rules.ts";
import { VALIDATION_RULES } from "#sandbox/validate/rules.ts";
import { GLOBALS } from "./globals.ts";
import { INSPECTION_RULES } from "./rules.ts";
import { WASM_RULES } from "./wasm/wasm-rules.ts";

const page = readFileSync(new URL("../../../docs/module-rules.md", import.meta.url), "utf8");
const rules: Record<string, { severity: string; hint: string }> = {
  ...INSPECTION_RULES,
  ...BUNDLE_RULES,
  ...WASM_RULES,
  ...VALIDATION_RULES,
};

/** The page's rows: rule, weight, what it finds, an example, what to write instead. */
const rows = new Map(
  page
    .split("\n")
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\([|*])/g, "$1")))
    .filter(([, rule = ""]) => /^`[a-z-]+\.[a-z-]+`$/.test(rule))
    .map(([, rule = "", weight, finds, , instead]) => [rule.slice(1, -1), { weight, finds, instead }]),
);

test("docs/module-rules.md has one row for every rule, and none for others", () => {
  expect([...rows.keys()].toSorted()).toEqual(Object.keys(rules).toSorted());
});

test.each(Object.entries(rules))(
  "the page says of %s how much it weighs, what it finds and what to write instead",
  (name, rule) => {
    expect(rows.get(name)).toEqual({ weight: rule.severity, finds: expect.stringMatching(/\.$/), instead: rule.hint });
  },
);

test("the page names every global that modules have", () => {
  const missing = [...GLOBALS].filter((name) => !name.endsWith("Array") && !new RegExp(`\\b${name}\\b`).test(page));
  expect(missing).toEqual([]);
});

test("every rule of inspection is broken by some test", () => {
  const tests = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(".test.ts") && file !== "rules.test.ts")
    .map((file) => readFileSync(new URL(file, import.meta.url), "utf8"))
    .join("\n");
  expect(
    Object.keys(INSPECTION_RULES).filter((rule) => !new RegExp(rule.replace(".", "\\\\?\\.")).test(tests)),
  ).toEqual([]);
});
