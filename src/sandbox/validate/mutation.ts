import { digestEntries } from "#core/contract/bundle.ts";
import type { ModuleTest, ValidationReport } from "#core/contract/validation.ts";
import type { Mutant } from "#sandbox/inspect/mutants.ts";
import { inPairs } from "./in-pairs.ts";
import { runTest } from "./run-test.ts";
import type { TrialDeps } from "./trial.ts";
import { visible } from "./visible-text.ts";

const MAX_SURVIVORS = 100;

/**
 * Runs the tests against each mutant until one fails, and tells which mutants none noticed.
 * @param deps whose runners may serve one mutant after another: they are all of one stranger
 * @param timeoutMs what a test may take; a mutant that needs longer runs in circles, and is noticed
 */
export async function scoreMutants(
  deps: TrialDeps,
  found: { readonly mutants: readonly Mutant[]; readonly possible: number },
  tests: readonly ModuleTest[],
  use: { readonly timeoutMs: number; readonly onProgress: (done: number) => void },
  signal: AbortSignal,
): Promise<NonNullable<ValidationReport["mutation"]>> {
  const { mutants, possible } = found;
  let done = 0;
  const noticed = await inPairs(
    mutants,
    async ({ file, code }) => {
      const isNoticed = await noticeFault(deps, file, code, tests, use.timeoutMs, signal);
      done += 1;
      use.onProgress(done);
      return isNoticed;
    },
    signal,
  );
  const killed = noticed.filter(Boolean).length;
  return {
    mutants: mutants.length,
    killed,
    score: mutants.length === 0 ? 0 : killed / mutants.length,
    sampled: mutants.length < possible,
    survivors: mutants
      .filter((_, index) => noticed[index] === false)
      .slice(0, MAX_SURVIVORS)
      .map(({ file, line, column, change }) => ({ file, line, column, change: visible(change, 200) })),
  };
}

async function noticeFault(
  deps: TrialDeps,
  file: string,
  code: string,
  tests: readonly ModuleTest[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const files = new Map(deps.bundle.code).set(file, code);
  const bundle = { ...deps.bundle, code: files, sha256: digestEntries(files) };
  for (const test of tests) {
    const { result } = await runTest({ ...deps, bundle }, test, { timeoutMs }, signal);
    if (!result.passed) return true;
  }
  return false;
}
