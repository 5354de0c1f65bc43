import { newId, OrgId } from "#core/contract/ids.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import type { ModuleTest, TestResult } from "#core/contract/validation.ts";
import { inPairs } from "./in-pairs.ts";
import { runTest, type TestEnd } from "./run-test.ts";
import type { RunCall, TrialDeps } from "./trial.ts";
import { visible } from "./visible-text.ts";

/** A module that hangs costs its whole time each time: after so many, the rest is not tried. */
export const MAX_HANGS = 3;

/** Runs a module's own tests, two at a time, and judges each. For writing a module: nothing else of it is looked at. */
export async function runTests(
  sandbox: Pick<Sandbox, "run">,
  bundle: Bundle,
  tests: readonly ModuleTest[],
  signal: AbortSignal,
): Promise<TestResult[]> {
  const run: RunCall = (call, openHost, stop) => sandbox.run(call, openHost(), stop);
  const ends = await runAllTests({ run, bundle, org: newId(OrgId) }, tests, signal);
  return ends.map(({ result }) => result);
}

/** The same, with how each call went. */
export async function runAllTests(
  deps: TrialDeps,
  tests: readonly ModuleTest[],
  signal: AbortSignal,
): Promise<TestEnd[]> {
  const hung = new Set<number>();
  return inPairs(
    tests,
    async (test, index) => {
      // Of its own pair it cannot know: what is decided is the same every time.
      const before = [...hung].filter((each) => each < index - (index % 2));
      if (before.length >= MAX_HANGS) {
        return {
          test,
          result: {
            name: visible(test.name, 200),
            passed: false,
            why: `not run: ${MAX_HANGS} before it did not end in time`,
          },
        };
      }
      const ended = await runTest(deps, test, {}, signal);
      const { ending } = ended.end ?? {};
      if (ending?.kind === "overused" && ending.isHang) hung.add(index);
      return ended;
    },
    signal,
  );
}
