import type { BundleEntries } from "#core/contract/bundle.ts";
import type { Gateway, ModelAsker } from "#core/contract/model.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import type { ValidationReport } from "#core/contract/validation.ts";
import { createModelWriter } from "#core/evolution/repair/create-model-writer.ts";
import { createProver } from "#core/evolution/repair/create-prover.ts";
import type { Proof } from "#core/evolution/repair/prove.ts";
import { SILENT } from "#test/silent-log.ts";
import { judge, type NeedResult } from "./by-builder.ts";
import type { Need } from "./need.ts";

export interface ByModelDeps {
  readonly sandbox: Sandbox;
  readonly gateway: Gateway;
  readonly asker: ModelAsker;
  /** Faults put into its code; 40 unless told. */
  readonly mutants?: number;
  /** Repairs at most; 4 unless told. */
  readonly rounds?: number;
  /** What one build may spend; 10 unless told. */
  readonly units?: number;
}

/** How a module was written and proven by models. */
export interface ModelBuild {
  /** `written`, or why it was not. */
  readonly writing: string;
  readonly reviewer?: string;
  readonly review?: { readonly ok: boolean; readonly isRewritten: boolean };
  readonly proof?: Proof;
  /** Per round: whether it was sound. */
  readonly rounds: readonly { readonly ok: boolean; readonly sha256: string; readonly diff: string }[];
  readonly reports: readonly ValidationReport[];
  readonly units: number;
}

/** Has models write a module for a need in words, and proves it. */
export async function buildWithModel(deps: ByModelDeps, need: string, signal: AbortSignal): Promise<ModelBuild> {
  const { sandbox, gateway, asker, units = 10 } = deps;
  const clock = (): Date => new Date();
  const writer = createModelWriter({ gateway, clock, log: SILENT });
  const wish = { need, feedback: [], taken: [], asker, staysInside: true, unitsLeft: units };
  const draft = await writer.write(wish, () => {}, signal);
  if (draft.state === "not_written") return { writing: draft.why, rounds: [], reports: [], units: draft.units };
  const rounds: { ok: boolean; sha256: string; diff: string }[] = [];
  const reports: ValidationReport[] = [];
  const keep = async (
    round: { ok: boolean; sha256: string; diff: string },
    _: BundleEntries,
    report: ValidationReport,
  ) => {
    rounds.push(round);
    reports.push(report);
  };
  const prover = createProver({
    validate: (...args) => sandbox.validate(...args),
    gateway,
    rounds: deps.rounds ?? 4,
    mutants: deps.mutants ?? 40,
    clock,
    log: SILENT,
  });
  const job = {
    entries: draft.entries,
    specification: draft.specification,
    asker,
    staysInside: true,
    rounds: [],
    installed: [],
    unitsLeft: units - draft.units,
    wrote: "model" as const,
  };
  const proof = await prover.prove(job, keep, () => {}, signal);
  const { reviewer } = draft.by;
  return {
    writing: "written",
    ...(reviewer !== undefined && { reviewer }),
    ...(draft.review && { review: draft.review }),
    proof,
    rounds,
    reports,
    units: draft.units + proof.units,
  };
}

/** The same for a need of the eval, and what the module does of what its builder was never told. */
export async function judgeWithModel(deps: ByModelDeps, need: Need, signal: AbortSignal): Promise<NeedResult> {
  const startedAtMs = performance.now();
  const { writing, proof, rounds } = await buildWithModel(deps, need.need, signal);
  const ms = performance.now() - startedAtMs;
  if (proof === undefined) {
    const none = { rounds: 0, ms, mutants: 0, noticed: 0, passed: 0, isGreen: false };
    return { id: need.id, total: need.hidden.length, ...none, faults: [`not written: ${writing}`] };
  }
  const { entries, report } = proof;
  return judge(deps.sandbox, need, { entries, report, rounds: rounds.length - 1, ms }, signal);
}
