import { SCRIPT_ENTRY, WASM_ENTRY } from "#core/contract/bundle.ts";
import { newId, OrgId } from "#core/contract/ids.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { ValidateOptions } from "#core/contract/sandbox.ts";
import type { Finding, ModuleTest, ValidationReport } from "#core/contract/validation.ts";
import type { Engine } from "#sandbox/engines/engine.ts";
import type { Engines } from "#sandbox/engines/engines.ts";
import type { Inspector } from "#sandbox/inspect/inspector.ts";
import type { RunnerPools } from "#sandbox/runner-pools.ts";
import { chooseBase } from "./base-call.ts";
import { findDenied, findUnobserved, reportEgress } from "./egress-report.ts";
import { scoreMutants } from "./mutation.ts";
import { makeProbes } from "./probes.ts";
import { findingOf } from "./rules.ts";
import { findingsOf, findUnmoved, heldAgainst, type ProbeEnd, runProbes } from "./run-probes.ts";
import type { TestEnd } from "./run-test.ts";
import { runAllTests } from "./run-tests.ts";
import { askSecondEngine, type Made, notCompared } from "./second-opinion.ts";
import type { RunCall, TrialDeps, TrialEnd } from "./trial.ts";
import { quoted, visible } from "./visible-text.ts";

/** What is found out about a module by running it. */
export type TryOut = Pick<ValidationReport, "tests" | "probes" | "egress" | "peaks" | "engines" | "mutation"> & {
  readonly findings: readonly Finding[];
};

export interface TryOutDeps {
  readonly pools: RunnerPools;
  readonly engines: Engines;
  readonly inspector: Inspector;
}

/** A busy sandbox serves people first; a validation asks again this often, some five seconds each. */
const ASKED_AGAIN = 24;

/** Runs a bundle that inspection let through: its tests, the probes, a second engine, and mutants. */
export async function tryOut(
  deps: TryOutDeps,
  checked: { readonly bundle: Bundle; readonly tests: readonly ModuleTest[]; readonly usesIntl: boolean },
  options: ValidateOptions,
  signal: AbortSignal,
): Promise<TryOut> {
  const { bundle, tests } = checked;
  const { manifest } = bundle;
  const file = bundle.wasm === undefined ? SCRIPT_ENTRY : WASM_ENTRY;
  const tell = options.onProgress ?? (() => {});
  const engine = deps.engines.forBundle(bundle);
  const afresh = (use: Engine): RunCall => patiently((...call) => deps.pools.runAfresh(use, ...call));
  const trials: TrialDeps = { run: afresh(engine), bundle, org: newId(OrgId) };

  tell(`running ${count(tests.length, "test")}`);
  const tested = await runAllTests(trials, tests, signal);
  const bases = new Map(manifest.capabilities.map((each) => [each.name, chooseBase(each, tested)]));
  const probes = options.testsOnly === true ? [] : makeProbes(manifest, bases);
  tell(`trying ${count(probes.length, "probe")}`);
  const probed = await runProbes(trials, probes, signal);

  const made = madeBy(tested, probed);
  const second = deps.engines.named.quickjs;
  const refusal =
    engine.name !== "v8"
      ? `there is no second engine beside ${engine.name}`
      : checked.usesIntl
        ? "its code uses Intl, which only one engine has"
        : options.testsOnly === true
          ? "only its tests were run"
          : second.refuses(bundle);
  if (refusal === undefined) tell(`making the same calls in ${second.name}`);
  const engines =
    refusal !== undefined
      ? notCompared(engine.name, refusal)
      : await askSecondEngine(
          trials,
          made,
          { first: engine.name, second: second.name, runSecond: afresh(second) },
          signal,
        );

  const allPassed = tests.length > 0 && tested.every(({ result }) => result.passed);
  const mutation =
    allPassed && bundle.wasm === undefined && options.mutants > 0
      ? await mutate(deps, { ...trials, run: shared(deps.pools, engine) }, tests, made, options, signal)
      : undefined;

  const testTraces = tested.flatMap(({ end }) => (end === undefined ? [] : [end.trace]));
  const probeTraces = probed.flatMap(({ probe, end }) => (end === undefined ? [] : [heldAgainst(probe, end)]));
  const traces = [...testTraces, ...probeTraces];
  return {
    tests: tally(tested),
    probes: tally(probed),
    egress: reportEgress(manifest.hosts, traces),
    peaks: peaksOf(made.map(({ end }) => end)),
    engines,
    ...(mutation === undefined ? {} : { mutation }),
    findings: [
      ...findUntested(bundle, tests),
      ...findFailed(tested),
      ...findDenied(traces, file),
      ...findUnobserved(manifest.hosts, testTraces),
      ...findingsOf(probed, file),
      ...findUnmoved(probed, file),
      ...engines.differences
        .slice(0, 10)
        .map(({ test, first, second }) =>
          findingOf("engine.differs", visible(`${test}: ${first} in one engine, ${second} in the other`, 400), file),
        ),
    ],
  };
}

async function mutate(
  deps: TryOutDeps,
  trials: TrialDeps,
  tests: readonly ModuleTest[],
  made: readonly Made[],
  options: ValidateOptions,
  signal: AbortSignal,
): Promise<ValidationReport["mutation"]> {
  const { bundle } = trials;
  const tell = options.onProgress ?? (() => {});
  const found = await deps.inspector.mutate(bundle.code, { limit: options.mutants, seed: bundle.sha256 }, signal);
  // No source keeps a test waiting here: what takes many times the processor's time of the slowest runs in circles.
  const slowestMs = Math.max(0, ...made.map(({ end }) => end.cpuMs));
  const timeoutMs = Math.ceil(Math.min(bundle.manifest.limits.timeoutMs, 2_000 + 20 * slowestMs));
  const onProgress = (done: number): void => {
    if (done % 10 === 0) tell(`tried ${done} of ${found.mutants.length} mutants`);
  };
  // Nothing to get wrong, or the search for it died.
  if (found.mutants.length === 0) return undefined;
  tell(`putting ${count(found.mutants.length, "fault")} into its code, one at a time`);
  return scoreMutants(trials, found, tests, { timeoutMs, onProgress }, signal);
}

/** For mutants, which are nobody's: one after another in the same memory, each call in a context of its own. */
function shared(pools: RunnerPools, engine: Engine): RunCall {
  return patiently((call, openHost, signal) => pools.run(engine, call, openHost(), { once: false }, signal));
}

function patiently(run: RunCall): RunCall {
  return async (call, openHost, signal) => {
    for (let asked = 0; ; asked += 1) {
      const outcome = await run(call, openHost, signal);
      if (outcome.status !== "busy" || asked >= ASKED_AGAIN) return outcome;
    }
  };
}

function madeBy(tested: readonly TestEnd[], probed: readonly ProbeEnd[]): Made[] {
  return [
    ...tested.flatMap(({ result, trial, end }) =>
      trial === undefined || end === undefined ? [] : [{ name: result.name, trial, end }],
    ),
    ...probed.flatMap(({ result, probe, end }) =>
      end === undefined ? [] : [{ name: result.name, trial: probe.trial, end }],
    ),
  ];
}

function tally(
  ends: readonly { readonly result: ValidationReport["tests"]["results"][number] }[],
): ValidationReport["tests"] {
  const results = ends.map(({ result }) => result);
  return { total: results.length, passed: results.filter(({ passed }) => passed).length, results };
}

function peaksOf(ends: readonly TrialEnd[]): ValidationReport["peaks"] {
  const most = (of: (end: TrialEnd) => number): number => Math.max(0, ...ends.map(of));
  return {
    runs: ends.length,
    cpuMs: Math.round(most((end) => end.cpuMs) * 10) / 10,
    wallMs: Math.round(most((end) => end.wallMs)),
    memoryMib: Math.round(most((end) => end.peakMib)),
    outputChars: most((end) => end.outputChars),
    requests: most((end) => end.trace.requests.length),
  };
}

function findUntested({ manifest }: Bundle, tests: readonly ModuleTest[]): Finding[] {
  if (tests.length === 0) return [findingOf("tests.missing", "it has no tests")];
  return manifest.capabilities
    .filter(({ name }) => !tests.some(({ capability }) => capability === name))
    .map(({ name }) => findingOf("tests.untested", `no test calls ${name}`));
}

function findFailed(tested: readonly TestEnd[]): Finding[] {
  const failed = tested.flatMap(({ result }) => (result.passed ? [] : [result]));
  const [first] = failed;
  if (first === undefined) return [];
  const what = `${failed.length} of ${count(tested.length, "test")} failed, first ${quoted(first.name, 100)}`;
  return [findingOf("tests.failed", visible(`${what}: ${first.why ?? ""}`, 400))];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
