import { ERRORS, type ErrorCode, NexusError } from "#core/contract/errors.ts";
import type { Finding, ValidationReport } from "#core/contract/validation.ts";
import type { ModelDraft } from "#core/evolution/repair/model-writer.ts";
import type { GivenUp } from "#core/evolution/repair/prove.ts";

/** How a build that ended badly is told. */
export interface Failure {
  readonly code: ErrorCode;
  readonly say: string;
  readonly hint: string;
  /** The same for the checklist, where the finding stands already. */
  readonly short: string;
}

/** Why a model wrote nothing that could be tried. */
export function notWritten({ why, say }: Extract<ModelDraft, { state: "not_written" }>): NexusError {
  switch (why) {
    case "no_model":
      return new NexusError("model_unavailable", "no model to write a module", {
        say: "No language model is set up that could write this.",
        hint: "Give me the address or file of an API document, or one curl command: from that I need no model.",
      });
    case "budget":
      return new NexusError("quota_reached", "a build's units are spent", { say });
    case "refused":
    case "unusable":
      return new NexusError("build_failed", `a model wrote nothing: ${why}`, {
        say,
        hint: "Say it in other words, or hand in an API document: from that I need no model.",
      });
    default:
      return why satisfies never;
  }
}

/** Why a module could not be made to pass. */
export function notProven(
  why: GivenUp,
  report: ValidationReport,
  { rounds, finding }: { readonly rounds: number; readonly finding?: Finding | undefined },
): Failure {
  const wrong = whatIsWrong(report, finding);
  const { hint } = ERRORS.build_failed;
  const failed = (short: string, say: string): Failure => ({ code: "build_failed", short, say, hint });
  const tries = rounds === 1 ? "1 try" : `${rounds} tries`;
  switch (why) {
    case "policy":
      return failed("no repair may touch that", `I couldn't make it pass: ${wrong} No repair may touch that.`);
    case "rounds":
      return failed(`not in ${tries}`, `I couldn't make it pass in ${tries}: ${wrong}`);
    case "no_progress":
      return failed(
        "the repairs went round in circles",
        `I couldn't make it pass: the repairs went round in circles. ${wrong}`,
      );
    case "budget":
      return failed("its budget is spent", `I couldn't make it pass before its budget was spent: ${wrong}`);
    case "no_model":
      return failed(
        "no model here that could",
        `It does not pass as it is, and there is no model here that could repair it: ${wrong}`,
      );
    case "unusable":
      return failed(
        "no model gave one that could be used",
        `It does not pass, and no model gave a repair that could be used: ${wrong}`,
      );
    default:
      return why satisfies never;
  }
}

/** Why something that is somebody's finished work was not taken. */
export function notTaken(report: ValidationReport): Failure {
  const wrong = whatIsWrong(report);
  return { code: "module_invalid", short: wrong, say: `It does not pass: ${wrong}`, hint: ERRORS.module_invalid.hint };
}

/** A failure as it is kept. */
export function told({ code, say, hint }: Failure): { code: ErrorCode; say: string; hint: string } {
  return { code, say, hint };
}

/** What anything else that ended a build is told as. */
export function failureOf({ code, say, hint }: NexusError): Failure {
  return { code, short: say, say, hint };
}

/** The first thing that is wrong with a module, in one sentence. */
export function whatIsWrong(report: ValidationReport, finding?: Finding): string {
  const findings = [...report.static.findings, ...(report.runtime?.findings ?? [])];
  const error = finding ?? findings.find(({ severity }) => severity === "error");
  const denied = report.egress.denied[0];
  const test = [...report.tests.results, ...report.probes.results].find(({ passed }) => !passed);
  if (error !== undefined) return sentence(error.message);
  if (denied !== undefined) return sentence(`it contacted ${denied.host}, which is not declared`);
  if (test !== undefined) return sentence(`“${test.name}” failed${test.why === undefined ? "" : `: ${test.why}`}`);
  return "its report is not clean.";
}

function sentence(text: string): string {
  const line = text.replace(/\s+/g, " ").trim().slice(0, 300);
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}
