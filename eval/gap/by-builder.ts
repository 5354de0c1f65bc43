import { newId, OrgId, PersonId, TurnId } from "#core/contract/ids.ts";
import type { BundleEntries } from "#core/contract/bundle.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import type { ValidationReport } from "#core/contract/validation.ts";
import { buildApart } from "#core/evolution/api/build-apart.ts";
import { createProver } from "#core/evolution/repair/create-prover.ts";
import { SILENT } from "#test/silent-log.ts";
import { materialFor, type Need } from "./need.ts";
import { runHidden } from "./run-hidden.ts";

/** What became of one need. */
export interface NeedResult {
  readonly id: string;
  /** The sandbox found it sound. */
  readonly isGreen: boolean;
  /** Hidden tests that it passed, of all. */
  readonly passed: number;
  readonly total: number;
  /** Repairs that it took. */
  readonly rounds: number;
  /** From the need to the verdict, its hidden tests not included; ms. */
  readonly ms: number;
  readonly mutants: number;
  readonly noticed: number;
  /** Why it is not as it should be, a line each. */
  readonly faults: readonly string[];
}

/** Builds a module for a need from its document alone, proves it, and tries what it was never told. */
export async function buildWithoutModel(sandbox: Sandbox, need: Need, signal: AbortSignal): Promise<NeedResult> {
  const startedAtMs = performance.now();
  const material = materialFor(need);
  if (material === undefined) throw new Error(`${need.id} has no document`);
  try {
    const { entries } = await buildApart({ material, wish: { need: need.need, taken: [] } }, signal);
    const prover = createProver({
      validate: (...args) => sandbox.validate(...args),
      rounds: 4,
      clock: () => new Date(),
      log: SILENT,
    });
    let rounds = 0;
    const proof = await prover.prove(
      {
        entries,
        specification: need.need,
        asker: { org: newId(OrgId), person: newId(PersonId), turn: newId(TurnId) },
        staysInside: true,
        rounds: [],
        installed: [],
        unitsLeft: 0,
        wrote: "builder",
      },
      async ({ round }) => void (rounds = round),
      () => {},
      signal,
    );
    const ms = performance.now() - startedAtMs;
    return await judge(sandbox, need, { entries: proof.entries, report: proof.report, rounds, ms }, signal);
  } catch (error) {
    signal.throwIfAborted();
    const faults = [`not built: ${error instanceof Error ? error.message : String(error)}`];
    const ms = performance.now() - startedAtMs;
    return {
      id: need.id,
      isGreen: false,
      passed: 0,
      total: need.hidden.length,
      rounds: 0,
      ms,
      mutants: 0,
      noticed: 0,
      faults,
    };
  }
}

/** What a module that was built is worth: whether it is green, and what it does of what it was never told. */
export async function judge(
  sandbox: Sandbox,
  need: Need,
  built: {
    readonly entries: BundleEntries;
    readonly report: ValidationReport;
    readonly rounds: number;
    readonly ms: number;
  },
  signal: AbortSignal,
): Promise<NeedResult> {
  const { entries, report, rounds, ms } = built;
  const faults: string[] = [];
  let passed = 0;
  if (report.ok) {
    const bundle = await sandbox.compile(entries, signal);
    for (const test of need.hidden) {
      const verdict = await runHidden(sandbox, bundle, test, signal);
      if (verdict.passed) passed += 1;
      else faults.push(`${test.name}: ${verdict.why}`);
    }
  } else {
    const findings = [...report.static.findings, ...(report.runtime?.findings ?? [])];
    faults.push(
      ...findings.filter(({ severity }) => severity === "error").map(({ rule, message }) => `${rule}: ${message}`),
    );
  }
  const { mutants = 0, killed: noticed = 0 } = report.mutation ?? {};
  return { id: need.id, isGreen: report.ok, passed, total: need.hidden.length, rounds, ms, mutants, noticed, faults };
}
