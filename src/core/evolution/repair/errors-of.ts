import { createHash } from "node:crypto";
import { canonicalJson } from "#core/contract/canonical-json.ts";
import { Sha256 } from "#core/contract/ids.ts";
import type { Finding, ValidationReport } from "#core/contract/validation.ts";

/** What refuses a module, in the order of its report. */
export function errorsOf({ static: inspected, runtime }: ValidationReport): Finding[] {
  return [...inspected.findings, ...(runtime?.findings ?? [])].filter(({ severity }) => severity === "error");
}

/** What warns of a module, in the order of its report. */
export function warningsOf({ static: inspected, runtime }: ValidationReport): Finding[] {
  return [...inspected.findings, ...(runtime?.findings ?? [])].filter(({ severity }) => severity === "warning");
}

/**
 * A fingerprint of what is wrong: which rules, in which words, and which tests fail how. Where it stands is left out: a
 * line put in above changes nothing.
 */
export function hashFindings(report: ValidationReport): Sha256 {
  const errors = errorsOf(report).map(({ rule, file, message }) => [rule, file ?? "", message]);
  const failed = report.tests.results.flatMap(({ name, passed, why }) => (passed ? [] : [["test", name, why ?? ""]]));
  const sorted = [...errors, ...failed].map((each) => canonicalJson(each)).toSorted();
  return Sha256.parse(createHash("sha256").update(canonicalJson(sorted)).digest("hex"));
}
