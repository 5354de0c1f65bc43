import { type BundleEntries, digestEntries } from "#core/contract/bundle.ts";
import type { Gateway } from "#core/contract/model.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import type { Finding, ValidationReport } from "#core/contract/validation.ts";
import { type BuildRound, MAX_DIFF_CHARS } from "#core/evolution/builds/build.ts";
import { changesBetween } from "#core/evolution/review/changes-between.ts";
import { askRepair } from "./ask-repair.ts";
import { errorsOf, hashFindings } from "./errors-of.ts";
import { mendManifest, trimManifest } from "./mend-manifest.ts";
import { findPolicy, findUntouchable } from "./policy.ts";
import type { GivenUp, Proof, Prover } from "./prove.ts";
import { openPurse } from "./purse.ts";
import { varyTests } from "./vary-tests.ts";
import type { ModelRules } from "./whom-to-ask.ts";

export interface ProverDeps {
  readonly validate: Sandbox["validate"];
  /** Left out: only what can be mended by rule is. */
  readonly gateway?: Gateway;
  /** Which models may be asked where; left out, all that are set up. */
  readonly rules?: ModelRules;
  /** Repairs at most, 1 to 10. */
  readonly rounds: number;
  /** Faults put into its code at most, to see whether its tests notice; 40 unless told. */
  readonly mutants?: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** A bundle to be tried, and where it came from. */
interface Candidate {
  readonly entries: BundleEntries;
  readonly before?: BundleEntries;
  readonly units: number;
  readonly costMicroUsd?: number | undefined;
  readonly said?: string;
}

const MUTANTS = 40;
const NOTE_CHARS = 200;

/**
 * Makes what proves modules. Tests and manifest are the host's: a repair may change code alone, and what the tests are is
 * compared in every round. It ends at the first finding that no repair may touch, when a repair brings back what was
 * there before, or after so many rounds.
 */
export function createProver(deps: ProverDeps): Prover {
  const { validate, gateway, rules, clock, log } = deps;
  const limit = Math.min(10, Math.max(1, Math.trunc(deps.rounds)));

  return {
    async prove(job, keep, tell, signal) {
      const purse = openPurse(job.unitsLeft);
      const bytesSeen = new Set<string>();
      const findingsSeen = new Set<string>();
      for (const round of job.rounds) {
        bytesSeen.add(round.sha256);
        findingsSeen.add(round.findings);
      }
      const last = job.rounds.at(-1);
      const isKept = last !== undefined && last.sha256 === digestEntries(job.entries);
      let round = last === undefined ? 0 : isKept ? last.round : last.round + 1;
      let isModels = job.wrote !== "builder" || job.rounds.some(({ units }) => units > 0);
      let candidate: Candidate = { entries: job.entries, units: 0 };
      let frozen: string | undefined;

      const check = async (entries: BundleEntries): Promise<ValidationReport> => {
        const options = { installed: job.installed, mutants: deps.mutants ?? MUTANTS, onProgress: tell };
        const report = await patiently(() => validate(entries, options, signal), signal);
        return report.ok && isModels ? await tryOtherValues(validate, entries, report, tell, signal) : report;
      };
      const note = async ({ entries, before, ...made }: Candidate, report: ValidationReport): Promise<void> => {
        const kept: BuildRound = {
          round,
          sha256: report.hashes.bundle,
          findings: hashFindings(report),
          ok: report.ok,
          diff: before === undefined ? "" : await changesBetween(before, entries, MAX_DIFF_CHARS),
          units: made.units,
          ...(made.costMicroUsd !== undefined && { costMicroUsd: made.costMicroUsd }),
          ...(made.said !== undefined && { said: made.said }),
        };
        bytesSeen.add(kept.sha256);
        findingsSeen.add(kept.findings);
        await keep(kept, entries, report);
      };

      for (let isFirst = true; ; isFirst = false) {
        signal.throwIfAborted();
        const { entries } = candidate;
        const report = await check(entries);
        const isNew = !(isFirst && isKept);
        const isBack = isNew && (bytesSeen.has(report.hashes.bundle) || findingsSeen.has(hashFindings(report)));
        if (isNew) await note(candidate, report);
        const giveUp = (why: GivenUp, finding?: Finding): Proof => {
          log.info({ round, why, rule: finding?.rule, sha256: report.hashes.bundle }, "module not proven");
          const units = purse.spentUnits();
          return { state: "given_up", why, entries, report, units, ...(finding !== undefined && { finding }) };
        };
        // The sandbox has hashed the tests itself. They are as they were, or somebody other than the host was at them.
        frozen ??= report.hashes.tests;
        if (report.hashes.tests !== frozen) return giveUp("policy");

        if (report.ok) {
          const trimmed = trimManifest(entries, report);
          const trimmedReport = trimmed && (await check(trimmed));
          if (trimmed === undefined || trimmedReport?.ok !== true) {
            return { state: "proven", entries, report, units: purse.spentUnits() };
          }
          round += 1;
          tell("took away what it was granted and does not use");
          await note({ entries: trimmed, before: entries, units: 0 }, trimmedReport);
          return { state: "proven", entries: trimmed, report: trimmedReport, units: purse.spentUnits() };
        }

        const [worst] = errorsOf(report);
        if (worst !== undefined) tell(`found: ${worst.message}`.slice(0, NOTE_CHARS));
        const policy = findPolicy(entries, report);
        if (policy !== undefined) return giveUp("policy", policy);
        if (isBack) return giveUp("no_progress");
        if (round >= limit) return giveUp("rounds");

        const mended = mendManifest(entries, report, job.installed);
        if (mended !== undefined) {
          round += 1;
          tell(`repair ${round} of ${limit}: the manifest, by rule`);
          candidate = { entries: mended, before: entries, units: 0 };
          continue;
        }
        const untouchable = findUntouchable(report);
        if (untouchable !== undefined) return giveUp("policy", untouchable);
        tell(`repair ${round + 1} of ${limit}`);
        const repair = await askRepair({ gateway, rules, clock, purse }, job, { entries, report, round }, signal);
        if (repair.state === "none") return giveUp(repair.why);
        round += 1;
        isModels = true;
        candidate = { ...repair, before: entries };
      }
    },
  };
}

/** A busy machine may have been the reason for an inspector to give up: its word is asked for again. */
async function patiently(look: () => Promise<ValidationReport>, signal: AbortSignal): Promise<ValidationReport> {
  for (let left = 2; ; left -= 1) {
    const report = await look();
    signal.throwIfAborted();
    const hasGivenUp = report.static.findings.some(({ rule }) => rule === "inspect.died");
    if (!hasGivenUp || left === 0) return report;
  }
}

/** The report, and what comes to light when its tests are run with values that are in none of them. */
async function tryOtherValues(
  validate: Sandbox["validate"],
  entries: BundleEntries,
  report: ValidationReport,
  tell: (note: string) => void,
  signal: AbortSignal,
): Promise<ValidationReport> {
  const varied = varyTests(entries);
  if (varied === undefined) return report;
  tell("trying it with other values");
  const { tests } = await validate(varied, { installed: [], mutants: 0, testsOnly: true }, signal);
  const failed = tests.total - tests.passed;
  // Tests of the host's making that were not run say nothing for the module.
  if (tests.total === 0) throw new Error("tests with other values were not run");
  if (failed === 0 || report.runtime === undefined) return report;
  const finding: Finding = {
    rule: "tests.by-heart",
    severity: "error",
    file: "module.ts",
    message: `with other values than those of its tests it failed ${failed} of ${tests.total}: it answers from what the tests say`,
    hint: "Make every request from the input and every answer from what the source says.",
  };
  const runtime = { ok: false, findings: [finding, ...report.runtime.findings].slice(0, 500) };
  return { ...report, ok: false, runtime };
}
