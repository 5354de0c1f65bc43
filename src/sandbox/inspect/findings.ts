import type { Finding } from "#core/contract/validation.ts";
import { INSPECTION_RULES, type InspectionRule } from "./rules.ts";

/** Where in the module something is: lines and columns from 1. */
export type At = Pick<Finding, "file" | "line" | "column">;

/** Gathers what is wrong with a module. */
export interface Findings {
  readonly add: (rule: InspectionRule, at: At, message: string, hint?: string) => void;
  /** In the order of files and lines; of one rule in one file the first few. */
  list(): Finding[];
}

/** Of one rule in one file: whoever has ten knows enough. */
const MAX_OF_A_RULE = 10;
const MAX_FINDINGS = 300;

/** Makes one finding. */
export function findingOf(rule: InspectionRule, at: At, message: string, hint?: string): Finding {
  const { severity, hint: usual } = INSPECTION_RULES[rule];
  return { rule, severity, ...at, message: message.slice(0, 400), hint: (hint ?? usual).slice(0, 400) };
}

export function createFindings(): Findings {
  const found = new Map<string, Finding>();
  const counts = new Map<string, number>();
  return {
    add(rule, at, message, hint) {
      const bucket = `${rule} ${at.file ?? ""}`;
      const key = `${bucket} ${at.line ?? 0} ${at.column ?? 0}`;
      const count = counts.get(bucket) ?? 0;
      if (count >= MAX_OF_A_RULE || found.has(key)) return;
      counts.set(bucket, count + 1);
      found.set(key, findingOf(rule, at, message, hint));
    },
    list: () => [...found.values()].sort(compare).slice(0, MAX_FINDINGS),
  };
}

/** Errors come before warnings, so that none is cut off. */
function compare(one: Finding, other: Finding): number {
  return (
    one.severity.localeCompare(other.severity) ||
    (one.file ?? "").localeCompare(other.file ?? "") ||
    (one.line ?? 0) - (other.line ?? 0) ||
    (one.column ?? 0) - (other.column ?? 0) ||
    one.rule.localeCompare(other.rule)
  );
}
