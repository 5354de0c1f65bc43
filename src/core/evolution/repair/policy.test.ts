import { expect, test } from "vitest";
import { BUNDLE_RULES } from "#sandbox/bundle/rules.ts";
import { INSPECTION_RULES } from "#sandbox/inspect/rules.ts";
import { WASM_RULES } from "#sandbox/inspect/wasm/wasm-rules.ts";
import { VALIDATION_RULES } from "#sandbox/validate/rules.ts";
import { POLICY_RULES } from "./policy.ts";

const RULES: Readonly<Record<string, { readonly severity: string }>> = {
  ...BUNDLE_RULES,
  ...INSPECTION_RULES,
  ...WASM_RULES,
  ...VALIDATION_RULES,
};

test("every rule that ends a build at once is one that the sandbox has, and refuses for", () => {
  for (const rule of POLICY_RULES) expect([rule, RULES[rule]?.severity]).toEqual([rule, "error"]);
});

test("every way to constructors, prototypes, imports and secrets is among them", () => {
  const errors = Object.entries(RULES).flatMap(([rule, { severity }]) => (severity === "error" ? [rule] : []));
  const reach = errors.filter((rule) => /^(?:prop|import|intrinsic|secret)\./.test(rule));
  // What is only unusual, and what is only missing.
  const ordinary = ["prop.accessor", "import.attributes", "import.missing"];
  expect(reach.filter((rule) => !POLICY_RULES.has(rule)).toSorted()).toEqual(ordinary.toSorted());
});
