import { z } from "zod";
import { type Finding, ModuleTest } from "#core/contract/validation.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import { CAPS } from "./caps.ts";
import { found } from "./rules.ts";
import { describeIssues } from "./schema-issues.ts";
import { parseStrictJson } from "./strict-json.ts";

const TestFile = z.array(ModuleTest);

/**
 * The tests of `tests/*.json` in the order of their files. Each has a name of its own and a capability of the manifest.
 * @param files texts by path
 */
export function readTests(
  files: ReadonlyMap<string, string>,
  manifest: Manifest | undefined,
): { readonly tests: readonly ModuleTest[]; readonly findings: readonly Finding[] } {
  const tests: ModuleTest[] = [];
  const findings: Finding[] = [];
  const names = new Set<string>();
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [file, text] of sorted) {
    const json = parseStrictJson(text);
    if (!json.ok) {
      findings.push(found("tests.json", json.problem, { file, line: json.line, column: json.column }));
      continue;
    }
    const read = TestFile.safeParse(json.value);
    if (!read.success) {
      for (const { path, message } of describeIssues(read.error.issues)) {
        findings.push(found("tests.schema", message, { file, ...json.placeOf(path) }));
      }
      continue;
    }
    for (const [index, test] of read.data.entries()) {
      const { name, capability } = test;
      if (names.has(name)) {
        findings.push(
          found("tests.name", `two tests are called “${name}”`, { file, ...json.placeOf([index, "name"]) }),
        );
      }
      names.add(name);
      if (manifest !== undefined && !manifest.capabilities.some((known) => known.name === capability)) {
        const place = { file, ...json.placeOf([index, "capability"]) };
        findings.push(found("tests.capability", `the manifest has no capability ${capability}`, place));
      }
      tests.push(test);
    }
  }
  if (tests.length > CAPS.tests) findings.push(found("tests.count", `there are ${tests.length} tests`));
  return { tests: tests.slice(0, CAPS.tests), findings };
}
