import { expect, test } from "vitest";
import { digestEntries } from "#core/contract/bundle.ts";
import { VALIDATION_REPORT_SCHEMA_ID, ValidationReport } from "#core/contract/validation.ts";
import { showReport } from "./module-report.ts";

const hash = digestEntries(new Map());
const sound = ValidationReport.parse({
  schema: VALIDATION_REPORT_SCHEMA_ID,
  ok: true,
  module: { name: "dice", version: "1.0.0", title: "Dice", entry: "script" },
  hashes: { bundle: hash, manifest: hash, code: hash, compiled: hash, tests: hash },
  static: { ok: true, findings: [], files: 4, lines: 60, bytes: 4_096 },
  tests: { total: 2, passed: 2, results: [] },
  probes: {
    total: 9,
    passed: 9,
    results: [{ name: "a source that stalls", passed: true, why: "it took all its time" }],
  },
  runtime: { ok: true, findings: [] },
  mutation: {
    mutants: 10,
    killed: 7,
    score: 0.7,
    sampled: true,
    survivors: [{ file: "module.ts", line: 3, column: 9, change: "“+” became “-”" }],
  },
  egress: {
    declared: [{ host: "api.example.com", methods: ["GET"], pathPrefixes: ["/v1/"] }],
    observed: [{ host: "api.example.com", method: "GET", path: "/v1/dice", requests: 14 }],
    denied: [],
  },
  peaks: { runs: 21, cpuMs: 12.4, wallMs: 80.2, memoryMib: 61.5, outputChars: 2_300, requests: 1 },
  engines: { first: "v8", second: "quickjs", compared: 11, agreed: 11, differences: [] },
  fences: [
    { name: "process", up: true },
    { name: "network", up: false, why: "this system has no namespaces" },
  ],
  by: { nexus: "0.1.0", node: "24.21.0", v8: "13.6" },
  ms: 8_420,
});

const plain = { plain: true, colour: false, columns: 80 };

/** The same module with much wrong about it. */
const refused: ValidationReport = {
  ...sound,
  ok: false,
  static: {
    ...sound.static,
    ok: false,
    findings: [
      {
        rule: "prop.denied",
        severity: "error",
        file: "module.ts",
        line: 12,
        column: 5,
        message: "“constructor” is read",
        hint: "Read a property of your own.",
      },
      {
        rule: "loop.unbounded",
        severity: "warning",
        file: "module.ts",
        line: 3,
        column: 1,
        message: "a loop",
        hint: "Count.",
      },
      {
        rule: "bundle.missing",
        severity: "error",
        message: `there is no ${"very ".repeat(40)}long text`,
        hint: "Add it.",
      },
    ],
  },
  tests: { total: 2, passed: 1, results: [{ name: "a six", passed: false, why: "data.roll: expected 6, got 7" }] },
  egress: { ...sound.egress, denied: [{ host: "evil.example", method: "POST", why: "it is not among the hosts" }] },
  engines: { ...sound.engines, agreed: 10, differences: [{ test: "a six", first: "6", second: "7" }] },
};

test("the verdict is the first line, and the figures follow", () => {
  const shown = showReport({ ...sound }, { ...plain, plain: false });
  expect(shown.split("\n")[0]).toBe("✓ dice 1.0.0 can be installed");
  expect(shown).toContain("  tests      ✓ 2 of 2 passed");
  expect(shown).toContain("70 %: the tests noticed 7 of 10 small faults");
  expect(shown).toContain("module.ts:3:9 unnoticed: “+” became “-”");
  expect(shown).toContain("  observed   GET api.example.com: /v1/dice ×14");
  expect(shown).toContain("v8 and quickjs agreed on 11 of 11 calls");
  expect(shown).toContain("an empty network (this system has no namespaces)");
  expect(shown).toContain(`  bundle     ${hash}`);
});

test("a refusal says how much is wrong, then each thing at its place with what to do", () => {
  const shown = showReport(refused, plain);
  expect(shown).toMatch(/^FAIL dice 1\.0\.0 is refused: 2 errors, 1 warning, 1 test failed, two engines\s+disagree\n/);
  expect(shown).toContain(`  module.ts
       3:1  warning  loop.unbounded
            A loop.
            Do: Count.
      12:5  error    prop.denied
            “constructor” is read.
            Do: Read a property of your own.
`);
  expect(shown).toContain("  the bundle as a whole\n");
  expect(shown).toContain("  FAIL a six\n      data.roll: expected 6, got 7");
  expect(shown).toContain("  denied     POST evil.example: it is not among the hosts");
});

test("a report fits a terminal of eighty columns, and without colour has none", () => {
  for (const report of [sound, refused]) {
    const shown = showReport(report, plain);
    expect(shown.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(shown).not.toContain("\u001b");
  }
  expect(showReport(refused, { ...plain, colour: true })).toContain("\u001b[31m");
});

test("what breaks many probes in the same way is said once", () => {
  const results = ["one", "two", "three"].map((name) => ({ name, passed: false, why: "it threw “no”" }));
  const shown = showReport({ ...refused, probes: { total: 9, passed: 6, results } }, plain);
  expect(shown).toContain("  FAIL one\n      it threw “no”\n      the same in 2 more (--json has them)\n");
  expect(shown.match(/it threw “no”/g)).toHaveLength(1);
});

test("a finding that begins with a file's or capability's name leaves the name as it is", () => {
  const messages = ["tsconfig.json is for a compiler", "rate: no input at all: it threw", "there is no manifest.json"];
  const findings = messages.map(
    (message) => ({ rule: "bundle.kind", severity: "error", message, hint: "Go." }) as const,
  );
  const shown = showReport({ ...sound, ok: false, static: { ...sound.static, ok: false, findings } }, plain);
  expect(shown).toContain("            tsconfig.json is for a compiler.\n");
  expect(shown).toContain("            rate: no input at all: it threw.\n");
  expect(shown).toContain("            There is no manifest.json.\n");
});
