import { readConfig } from "#config.ts";
import type { ModuleTest, TestResult } from "#core/contract/validation.ts";
import { runTests } from "#sandbox/validate/run-tests.ts";
import { countFindings, hasError, showFindings } from "./module-findings.ts";
import { count, inkFor, type Look, markFor } from "./module-layout.ts";
import { showResult } from "./module-report.ts";
import { openSandbox, openWorkshop } from "./module-sandbox.ts";
import { originOf, readModule } from "./module-source.ts";
import { lookAt } from "./module-static.ts";

/** Runs a module's own tests, as quickly as it goes. @returns 0 when all passed */
export async function testModule(
  wanted: {
    readonly path: string;
    readonly json: boolean;
    readonly only: string | undefined;
    readonly look: Look;
  },
  signal: AbortSignal,
): Promise<number> {
  const { look, json } = wanted;
  const startedAtMs = performance.now();
  const config = readConfig();
  const reading = await readModule(wanted.path);
  const launcher = await openWorkshop(config);
  await using sandbox = openSandbox(config, launcher);
  const { intake, findings, bundle } = await lookAt(launcher, reading, originOf(wanted.path), signal);
  const tests = intake.tests.filter(({ name }) => isWanted(name, wanted.only));
  const results = bundle === undefined ? undefined : await runTests(sandbox, bundle, tests, signal);
  const passed = results?.filter((result) => result.passed).length ?? 0;
  if (json) {
    const summary = { total: tests.length, passed, results: results ?? [] };
    process.stdout.write(`${JSON.stringify({ ...summary, findings })}\n`);
  } else {
    const ink = inkFor(look);
    const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
    const lines =
      results === undefined
        ? [
            ink(`${markFor(look, false)} Nothing was run: ${countFindings(findings)}.`, "red"),
            ...showFindings(findings, look, ink),
          ]
        : [
            ...results.flatMap((result) => showResult(result, look, ink)),
            "",
            ...closing(tests, results, wanted, seconds),
          ];
    if (results !== undefined && hasError(findings)) {
      lines.push(`A check finds ${countFindings(findings)} besides: nexus module check ${wanted.path}`);
    }
    process.stdout.write(`${lines.join("\n")}\n`);
  }
  return results !== undefined && passed === tests.length && tests.length > 0 ? 0 : 1;
}

function isWanted(name: string, only: string | undefined): boolean {
  return only === undefined || name.toLowerCase().includes(only.toLowerCase());
}

function closing(
  tests: readonly ModuleTest[],
  results: readonly TestResult[],
  { only }: { readonly only: string | undefined },
  seconds: string,
): string[] {
  if (tests.length === 0) {
    return [
      only === undefined
        ? "There are no tests. Put a list of them into tests/, as docs/writing-a-module.md shows."
        : `No test has “${only}” in its name.`,
    ];
  }
  const failed = results.filter(({ passed }) => !passed).length;
  return [`${count(tests.length, "test")}, ${failed === 0 ? "all passed" : `${failed} failed`}, in ${seconds} s.`];
}
