import { parseArgs } from "node:util";
import { atLeast, atMost, exactly, percentile, type Report, reportOf, round } from "#bench/report.ts";
import type { Measurement } from "#bench/run.ts";
import { readVersion } from "#core/telemetry/version.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { SILENT } from "#test/silent-log.ts";
import { readCorpus } from "./corpus.ts";
import { hashesApart } from "./hashes-apart.ts";
import { type TriedDocument, type TryOptions, tryDocument } from "./try-document.ts";

const OPTIONS = {
  corpus: { type: "string" },
  documents: { type: "string" },
  need: { type: "string" },
  mutants: { type: "string", default: "24" },
  "no-calls": { type: "boolean", default: false },
  "no-validation": { type: "boolean", default: false },
  verbose: { type: "boolean", default: false },
} as const;

/** Building modules from a folder of OpenAPI documents: what can be installed, and what can be called. */
export const builderEval: Measurement = {
  name: "builder",
  options: "--corpus DIR [--documents N] [--need TEXT] [--mutants N] [--no-calls] [--no-validation] [--verbose]",
  purpose:
    "modules from OpenAPI documents: installable, every operation callable against a mock (by the document's letter, and without its slips), same bytes again",
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    const most = Number(values.documents ?? Infinity);
    const documents = readCorpus(values.corpus, most);
    await using sandbox = createSandbox({ log: SILENT, runners: 2, spares: 1, waitMs: 30_000, version: readVersion() });
    const options: TryOptions = {
      mutants: Number(values.mutants),
      callsOperations: !values["no-calls"],
      validates: !values["no-validation"],
      ...(values.need === undefined ? {} : { need: values.need }),
    };
    const never = new AbortController().signal;
    const tried: TriedDocument[] = [];
    for (const document of documents) {
      const one = await tryDocument(document, sandbox, options, never);
      tried.push(one);
      if (values.verbose) console.error(lineOf(one));
    }
    const again = await hashesApart(values.corpus ?? "", most, values.need);
    return judgeBuilds(tried, again, options);
  },
};

/** Holds what was found against the bars. */
export function judgeBuilds(
  tried: readonly TriedDocument[],
  again: ReadonlyMap<string, string>,
  options: TryOptions,
): Report {
  const installable = tried.filter(({ isInstallable }) => isInstallable);
  const called = tried.flatMap((one) => one.called);
  const callable = called.filter(({ why }) => why === undefined);
  const stable = tried.filter(({ name, hash }) => hash === again.get(name));
  const scores = tried.flatMap(({ report }) => (report?.mutation === undefined ? [] : [report.mutation]));
  const killed = scores.reduce((sum, score) => sum + score.killed, 0);
  const mutants = scores.reduce((sum, score) => sum + score.mutants, 0);
  const times = installable.map(({ ms }) => ms);
  const described = tried.reduce((sum, one) => sum + one.operations, 0);
  const refused = tried.flatMap((one) => one.refused);
  return reportOf(
    "builder",
    {
      documents: tried.length,
      installable: installable.length,
      "installable once their address is said": installable.filter(({ server }) => server !== undefined).length,
      ...Object.fromEntries(
        tried
          .filter(({ isInstallable }) => !isInstallable)
          .map(({ name, why }) => [`not installable: ${name}`, (why ?? "").slice(0, 300)]),
      ),
      "operations described": described,
      "operations refused": refused.length,
      ...tally(
        "refused",
        refused.map((one) => one.slice(one.indexOf(": ") + 2)),
      ),
      "operations called": called.length,
      "documents judged by prism": tried.filter(({ judge }) => judge === "prism").length,
      "documents judged by ajv": tried.filter(({ judge }) => judge === "ajv").length,
      "operations callable by the letter of their documents %": percent(
        called.filter(({ letter }) => letter === undefined).length,
        called.length,
      ),
      ...Object.fromEntries(
        tried.flatMap(({ name, called: those }) =>
          those.flatMap(({ operation, why }) =>
            why === undefined ? [] : [[`not callable: ${name} ${operation}`, why.slice(0, 300)]],
          ),
        ),
      ),
      "seconds for each document, middle": round(percentile(times, 0.5) / 1_000),
      "seconds for each document, 95 of 100": round(percentile(times, 0.95) / 1_000),
      "milliseconds for reading and writing, middle": round(
        percentile(
          tried.map(({ writeMs }) => writeMs),
          0.5,
        ),
        0,
      ),
    },
    [
      atLeast("share of documents installable %", percent(installable.length, tried.length), 95),
      ...(options.callsOperations
        ? [atLeast("share of described operations callable %", percent(callable.length, called.length), 97)]
        : []),
      ...(options.validates
        ? [atMost("seconds for one document, most", round(Math.max(0, ...times) / 1_000), 10)]
        : []),
      exactly("documents with other bytes on a second run", tried.length - stable.length, 0),
      ...(mutants > 0 ? [atLeast("small faults noticed by generated tests %", percent(killed, mutants), 80)] : []),
    ],
  );
}

function lineOf({ name, isInstallable, why, called, ms, report, judge }: TriedDocument): string {
  const failed = called.filter((one) => one.why !== undefined);
  const score = report?.mutation === undefined ? "-" : `${report.mutation.killed}/${report.mutation.mutants}`;
  const lines = [
    `${isInstallable ? "✓" : "✗"} ${name} ${round(ms / 1_000)} s, faults ${score}, ${judge ?? "not called"} ${called.length - failed.length}/${called.length}${why === undefined ? "" : `: ${why.slice(0, 200)}`}`,
  ];
  return [...lines, ...failed.map((one) => `    ${one.operation}: ${(one.why ?? "").slice(0, 400)}`)].join("\n");
}

function tally(name: string, all: readonly string[]): Record<string, number> {
  const groups = [...Map.groupBy(all, (each) => each.slice(0, 100))].toSorted(([, a], [, b]) => b.length - a.length);
  return Object.fromEntries(groups.slice(0, 12).map(([why, those]) => [`${name}: ${why}`, those.length]));
}

function percent(count: number, total: number): number {
  return total === 0 ? 0 : round((100 * count) / total, 1);
}
