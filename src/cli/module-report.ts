import { FENCES, type Finding, type TestResult, type ValidationReport } from "#core/contract/validation.ts";
import { countFindings, showFindings } from "./module-findings.ts";
import { count, inkFor, type Ink, type Look, markFor, wrap } from "./module-layout.ts";

/** A validation report for people: the verdict first, then what is wrong and where, then what was seen. */
export function showReport(report: ValidationReport, look: Look): string {
  const ink = inkFor(look);
  const findings = [...report.static.findings, ...(report.runtime?.findings ?? [])];
  const lines = [
    ...verdict(report, findings, look, ink),
    ...showFindings(findings, look, ink),
    ...(report.runtime === undefined ? ["", ...wrap(NOT_RUN, look.columns, 2)] : showRuntime(report, look, ink)),
    "",
    ...facts(report).flatMap(([name, text]) => row(name, text, look)),
    "",
    "  SHA-256 of what was looked at",
    ...Object.entries(report.hashes).flatMap(([part, hash]) => row(part, hash ?? "", look)),
  ];
  return `${lines.join("\n")}\n`;
}

const NOT_RUN = "Nothing of it was run: its tests, probes and requests come when the errors are gone.";

function showRuntime(report: ValidationReport, look: Look, ink: Ink): string[] {
  return [
    "",
    ...showRuns("tests", report.tests, look, ink),
    ...showRuns("probes", report.probes, look, ink),
    ...showMutation(report, look, ink),
    ...showEgress(report, look, ink),
    ...showEngines(report, look, ink),
  ];
}

function verdict(report: ValidationReport, findings: readonly Finding[], look: Look, ink: Ink): string[] {
  const name = report.module === undefined ? "this bundle" : `${report.module.name} ${report.module.version}`;
  const besides = findings.length === 0 ? "" : `, with ${countFindings(findings)}`;
  const words = report.ok ? `can be installed${besides}` : `is refused: ${reasons(report, findings).join(", ")}`;
  const lines = wrap(`${markFor(look, report.ok)} ${name} ${words}`, look.columns, 0);
  return lines.map((line) => ink(line, report.ok ? "green" : "red"));
}

function reasons({ tests, probes, engines }: ValidationReport, findings: readonly Finding[]): string[] {
  const found = countFindings(findings);
  const failed = tests.total - tests.passed;
  return [
    found === "nothing" ? "" : found,
    failed > 0 ? `${count(failed, "test")} failed` : "",
    probes.passed < probes.total ? `${count(probes.total - probes.passed, "probe")} failed` : "",
    engines.differences.length > 0 ? "two engines disagree" : "",
  ].filter(Boolean);
}

function showRuns(
  name: string,
  runs: { readonly total: number; readonly passed: number; readonly results: readonly TestResult[] },
  look: Look,
  ink: Ink,
): string[] {
  if (runs.total === 0) return row(name, "none were run", look);
  const ok = runs.passed === runs.total;
  const head = `${runs.passed} of ${runs.total} passed`;
  const failures = runs.results.filter(({ passed, why }) => !passed || (name === "probes" && why !== undefined));
  return [
    ...row(name, `${markFor(look, ok)} ${head}`, look, (line) => ink(line, ok ? "green" : "red")),
    ...[...Map.groupBy(failures, ({ why = "" }) => why).values()].flatMap((alike) => showAlike(alike, look, ink)),
  ];
}

/** Results of one reason: a broken line of code breaks two dozen probes in the same way. */
function showAlike(alike: readonly TestResult[], look: Look, ink: Ink): string[] {
  const [first, ...others] = alike;
  if (first === undefined) return [];
  const [second] = others;
  const rest =
    others.length === 1 ? `the same: ${second?.name}` : `the same in ${others.length} more (--json has them)`;
  return [...showResult(first, look, ink), ...(others.length === 0 ? [] : wrap(rest, look.columns, 6))];
}

/** One test or probe, with what came instead of what was expected. */
export function showResult({ name, passed, why }: TestResult, look: Look, ink: Ink): string[] {
  const [first = "", ...rest] = wrap(`${markFor(look, passed)} ${name}`, look.columns, 2);
  return [ink(first, passed ? "green" : "red"), ...rest, ...(why === undefined ? [] : wrap(why, look.columns, 6))];
}

function showMutation({ mutation }: ValidationReport, look: Look, ink: Ink): string[] {
  if (mutation === undefined) return [];
  const { killed, mutants, score, sampled, survivors } = mutation;
  const percent = Math.floor(score * 100);
  const part = sampled ? ", a part of all possible ones" : "";
  const colour = percent >= 60 ? "green" : "yellow";
  return [
    ...row(
      "mutation",
      `${percent} %: the tests noticed ${killed} of ${count(mutants, "small fault")}${part}`,
      look,
      (line) => ink(line, colour),
    ),
    ...survivors
      .toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column)
      .slice(0, 10)
      .flatMap(({ file, line, column, change }) =>
        wrap(`${file}:${line}:${column} unnoticed: ${change}`, look.columns, 6),
      ),
    ...(survivors.length > 10 ? [`      and ${survivors.length - 10} more (--json has them all)`] : []),
  ];
}

function showEgress({ egress }: ValidationReport, look: Look, ink: Ink): string[] {
  if (egress.declared.length === 0 && egress.denied.length === 0)
    return ["", ...row("requests", "none declared", look)];
  return [
    "",
    ...egress.declared.flatMap(({ host, methods, pathPrefixes }) =>
      row("declared", `${methods.join(" ")} ${host}: ${pathPrefixes.join(" ")}`, look),
    ),
    ...egress.observed.flatMap(({ host, method, path, requests }) =>
      row("observed", `${method} ${host}: ${path}${requests > 1 ? ` ×${requests}` : ""}`, look),
    ),
    ...egress.denied.flatMap(({ host, method, why }) =>
      row("denied", `${method} ${host}: ${why}`, look, (line) => ink(line, "red")),
    ),
  ];
}

function showEngines({ engines }: ValidationReport, look: Look, ink: Ink): string[] {
  const { first, second, compared, agreed, notCompared, differences } = engines;
  const pair =
    second === undefined ? `${first} only` : `${first} and ${second} agreed on ${agreed} of ${count(compared, "call")}`;
  return [
    ...row("engines", notCompared === undefined ? pair : `${pair}; ${notCompared}`, look),
    ...differences.flatMap(({ test, first: one, second: other }) =>
      wrap(`${test}: ${one} in ${first}, ${other} in ${second ?? "the other"}`, look.columns, 6).map((each) =>
        ink(each, "red"),
      ),
    ),
  ];
}

function facts({ peaks, fences, by, static: seen, runtime, ms }: ValidationReport): (readonly [string, string])[] {
  const up = fences.filter((fence) => fence.up).map((fence) => FENCES[fence.name]);
  const down = fences
    .filter((fence) => !fence.up)
    .map(({ name, why }) => `${FENCES[name]}${why === undefined ? "" : ` (${why})`}`);
  // A binary has none.
  const lines = seen.lines === 0 ? [] : [count(seen.lines, "line")];
  const took = `${whole(peaks.cpuMs)} ms of processor, ${whole(peaks.wallMs)} ms, ${whole(peaks.memoryMib)} MiB`;
  const made = `${count(peaks.outputChars, "character")}, ${count(peaks.requests, "request")}`;
  return [
    ["size", [count(seen.files, "file"), ...lines, count(seen.bytes, "byte")].join(", ")],
    ...(runtime === undefined ? [] : [["at most", `${took}, ${made}, in ${count(peaks.runs, "run")}`] as const]),
    ["fences", up.length === 0 ? "none" : up.join(", ")],
    ...(down.length === 0 ? [] : [["down", down.join(", ")] as const]),
    ["by", `NEXUS ${by.nexus}, Node ${by.node}, V8 ${by.v8}, in ${(ms / 1_000).toFixed(1)} s`],
  ];
}

function whole(figure: number): string {
  return Math.ceil(figure).toLocaleString("en-CA");
}

/** A name and what belongs to it, in two columns. */
function row(
  name: string,
  text: string,
  { columns }: Look,
  paint: (line: string) => string = (line) => line,
): string[] {
  const [first = "", ...rest] = wrap(text, columns, 13);
  return [`  ${name.padEnd(11)}${paint(first.trimStart())}`, ...rest.map(paint)];
}
