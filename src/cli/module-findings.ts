import type { Finding } from "#core/contract/validation.ts";
import { count, type Ink, type Look, wrap } from "./module-layout.ts";

/** Findings by file and line: what is wrong, where, and what to write instead. */
export function showFindings(findings: readonly Finding[], look: Look, ink: Ink): string[] {
  const byFile = Map.groupBy(findings, ({ file }) => file ?? "the bundle as a whole");
  return [...byFile].flatMap(([file, inFile]) => [
    "",
    `  ${ink(file, "bold")}`,
    ...inFile.toSorted(byPlace).flatMap((finding) => showFinding(finding, look, ink)),
  ]);
}

/** `2 errors, 1 warning`; “nothing” when there is nothing. */
export function countFindings(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  const parts = [errors > 0 ? count(errors, "error") : "", warnings > 0 ? count(warnings, "warning") : ""];
  return parts.filter(Boolean).join(", ") || "nothing";
}

/** Whether any of them refuses the module. */
export function hasError(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === "error");
}

function showFinding({ rule, severity, line, column, message, hint }: Finding, look: Look, ink: Ink): string[] {
  const place = line === undefined ? "" : `${line}:${column ?? 1}`;
  const kind = ink(severity.padEnd(7), severity === "error" ? "red" : "yellow");
  return [
    `  ${place.padStart(8)}  ${kind}  ${ink(rule, "faint")}`,
    ...wrap(sentence(message), look.columns, 12),
    ...wrap(`${look.plain ? "Do:" : "→"} ${hint}`, look.columns, 12).map((each) => ink(each, "faint")),
  ];
}

/** With a full stop and, unless it begins with a name, a capital: whichever room wrote it. */
export function sentence(text: string): string {
  const whole = /^[a-z]+[ ,']/.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}

function byPlace(a: Finding, b: Finding): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
