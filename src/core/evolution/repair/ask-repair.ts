import { z } from "zod";
import { type BundleEntries, MANIFEST_FILE } from "#core/contract/bundle.ts";
import type { Gateway } from "#core/contract/model.ts";
import type { Clock } from "#core/contract/ports.ts";
import type { ValidationReport } from "#core/contract/validation.ts";
import { repairPrompt } from "#core/llm/prompts/repair-prompt.ts";
import { redactLine } from "#core/telemetry/redact.ts";
import { codeFilesOf, withCode } from "./code-files.ts";
import { errorsOf } from "./errors-of.ts";
import type { GivenUp, ProveJob } from "./prove.ts";
import type { Purse } from "./purse.ts";
import { type ModelRules, whomToAsk } from "./whom-to-ask.ts";

/** A model's repair, or why there is none. */
export type Repair =
  | {
      readonly state: "repaired";
      readonly entries: BundleEntries;
      readonly units: number;
      readonly costMicroUsd: number | undefined;
      readonly said: string;
    }
  | { readonly state: "none"; readonly why: Extract<GivenUp, "budget" | "no_model" | "unusable"> };

/** How long all models together may take over one repair; ms. */
const PATIENCE_MS = 180_000;
const SAID_CHARS = 1_000;

/**
 * Asks a model for the code with what was found put right. The answer can hold code files of the bundle and nothing else:
 * one that names another file is rejected whole, and the next model is asked.
 */
export async function askRepair(
  deps: {
    readonly gateway: Gateway | undefined;
    readonly rules: ModelRules | undefined;
    readonly clock: Clock;
    readonly purse: Purse;
  },
  job: Pick<ProveJob, "specification" | "asker" | "staysInside">,
  at: { readonly entries: BundleEntries; readonly report: ValidationReport; readonly round: number },
  signal: AbortSignal,
): Promise<Repair> {
  const { gateway, rules, clock, purse } = deps;
  const whom = await whomToAsk(gateway, rules, job.asker, "repair");
  const code = codeFilesOf(at.entries);
  if (gateway === undefined || whom === undefined || code.size === 0) return { state: "none", why: "no_model" };
  if (!purse.mayAsk()) return { state: "none", why: "budget" };
  const prompt = repairPrompt({
    specification: job.specification,
    manifest: new TextDecoder().decode(at.entries.get(MANIFEST_FILE)),
    code,
    findings: describe(at.report),
    round: at.round,
    output: { name: "repair", schema: answerFor([...code.keys()]) },
  });
  const { asker, staysInside } = job;
  const deadline = new Date(clock().getTime() + PATIENCE_MS);
  const answer = await gateway.ask({ asker, staysInside, ...whom, deadline, ...prompt }, signal);
  purse.note(answer);
  if (!answer.ok) return { state: "none", why: REASONS[answer.because] };
  if (answer.value === undefined) return { state: "none", why: "unusable" };
  const { files, said } = answer.value;
  return {
    state: "repaired",
    entries: withCode(at.entries, files),
    units: answer.units,
    costMicroUsd: answer.costMicroUsd,
    said: redactLine(said).slice(0, SAID_CHARS).toWellFormed(),
  };
}

const REASONS = {
  no_model: "no_model",
  quota_reached: "budget",
  all_failed: "unusable",
  deadline: "unusable",
} as const;

function answerFor(paths: readonly string[]) {
  const file = z.strictObject({ path: z.enum(paths), text: z.string().refine((text) => text.trim() !== "") });
  const isEachOnce = (files: readonly { readonly path: string }[]): boolean =>
    new Set(files.map(({ path }) => path)).size === files.length;
  return z.strictObject({ files: z.array(file).min(1).max(paths.length).refine(isEachOnce), said: z.string() });
}

/** What was found, a line each. The report has quoted and cut what the module itself says. */
function describe(report: ValidationReport): string[] {
  const findings = errorsOf(report).map(({ rule, file, line, message, hint }) => {
    const place = [file, line].filter((part) => part !== undefined).join(":");
    return `${rule}${place === "" ? "" : ` at ${place}`}: ${message} (${hint})`;
  });
  const failed = [...report.tests.results, ...report.probes.results].flatMap(({ name, passed, why }) =>
    passed ? [] : [`failed: ${name}: ${why ?? ""}`],
  );
  return [...findings, ...failed].map(redactLine);
}
