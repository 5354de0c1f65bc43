import type { BundleEntries } from "#core/contract/bundle.ts";
import type { ModelAsker } from "#core/contract/model.ts";
import type { Finding, ValidationReport } from "#core/contract/validation.ts";
import type { BuildRound } from "#core/evolution/builds/build.ts";

/** A module to be proven, and what is known from rounds before a restart. */
export interface ProveJob {
  readonly entries: BundleEntries;
  /** What it is for, as a model may be told. Words of people: data. */
  readonly specification: string;
  readonly asker: ModelAsker;
  readonly staysInside: boolean;
  /** Rounds so far, the oldest first, and the bytes of the last. */
  readonly rounds: readonly BuildRound[];
  readonly installed: readonly { readonly name: string; readonly version: string }[];
  /** Units this build may still spend. */
  readonly unitsLeft: number;
  /**
   * Who wrote it: what a model wrote or repaired is also tried with values that are in none of its tests. Left out, a
   * model.
   */
  readonly wrote?: "builder" | "model" | "person";
}

/** `units`: spent on this proving in all, also on answers that no round came of. */
export type Proof =
  | {
      readonly state: "proven";
      readonly entries: BundleEntries;
      readonly report: ValidationReport;
      readonly units: number;
    }
  | {
      readonly state: "given_up";
      readonly why: GivenUp;
      readonly entries: BundleEntries;
      readonly report: ValidationReport;
      readonly units: number;
      /** Of `policy`: the finding. */
      readonly finding?: Finding;
    };

/** `policy`: a finding no repair may touch. `no_model`: nobody there to repair it. `unusable`: no model gave a usable answer. */
export type GivenUp = "policy" | "rounds" | "no_progress" | "budget" | "no_model" | "unusable";

/** Proves a module in the sandbox and has what fails repaired, a bounded number of times. */
export interface Prover {
  /**
   * @param keep is told of every round as it ends, with the bytes it tried: what was kept is where a restart goes on
   * @throws the reason of `signal`
   */
  prove(
    job: ProveJob,
    keep: (round: BuildRound, entries: BundleEntries, report: ValidationReport) => Promise<void>,
    tell: (note: string) => void,
    signal: AbortSignal,
  ): Promise<Proof>;
}
