import { parseArgs } from "node:util";
import { atLeast, atMost, exactly, percentile, reportOf, round } from "#bench/report.ts";
import type { Measurement } from "#bench/run.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { SILENT } from "#test/silent-log.ts";
import { buildWithoutModel, type NeedResult } from "./by-builder.ts";
import { judgeWithModel } from "./by-model.ts";
import { loopCases, playCase } from "./loop-cases.ts";
import { openModelRoom } from "./model-room.ts";
import { modelOf, type Need, readNeeds } from "./need.ts";

/** Needs in people's words, built and judged by what the builder was never told. */
export const gapEval: Measurement = {
  name: "gap",
  options: "[--only ID] [--verbose]",
  purpose: "builds modules for written needs, without a model and with scripted ones, and tries hidden tests on them",
  async run(args) {
    const { values } = parseArgs({ args, options: { only: { type: "string" }, verbose: { type: "boolean" } } });
    await using sandbox = createSandbox({ log: SILENT, runners: 4, spares: 2, waitMs: 60_000 });
    const never = new AbortController().signal;
    const needs = readNeeds().filter(({ id }) => values.only === undefined || id === values.only);
    const tell = (line: string): void => void (values.verbose === true && console.error(line));

    const described: NeedResult[] = [];
    const spoken: NeedResult[] = [];
    for (const need of needs) {
      const result =
        need.form === "words" ? await withScript(sandbox, need, never) : await buildWithoutModel(sandbox, need, never);
      (need.form === "words" ? spoken : described).push(result);
      tell(
        `${need.id}: ${result.passed}/${result.total} in ${round(result.ms / 1_000, 1)} s ${result.faults.join(" | ")}`,
      );
    }

    const inexact: string[] = [];
    const cases = values.only === undefined ? loopCases(modelOf("split-the-bill"), modelOf("tide-times")) : [];
    for (const each of cases) {
      const wrong = await playCase(sandbox, each, never);
      tell(`${each.name}: ${wrong.length === 0 ? "exact" : wrong.join(" | ")}`);
      inexact.push(...wrong);
    }
    return report(described, spoken, { cases: cases.length, inexact });
  },
};

async function withScript(
  sandbox: ReturnType<typeof createSandbox>,
  need: Extract<Need, { form: "words" }>,
  signal: AbortSignal,
): Promise<NeedResult> {
  const { draft, code } = need.model;
  await using room = await openModelRoom([[draft, { module: code, said: "I wrote it." }]]);
  return await judgeWithModel({ sandbox, ...room }, need, signal);
}

function report(
  described: readonly NeedResult[],
  spoken: readonly NeedResult[],
  loop: { readonly cases: number; readonly inexact: readonly string[] },
) {
  const all = [...described, ...spoken];
  const isServed = ({ isGreen, passed, total }: NeedResult): boolean => isGreen && passed === total;
  const green = all.filter(({ isGreen }) => isGreen);
  const falseGreen = green.filter((each) => !isServed(each));
  const sum = (of: (each: NeedResult) => number): number => all.reduce((total, each) => total + of(each), 0);
  const share = (part: number, whole: number): number => round(whole === 0 ? 1 : part / whole, 3);
  const seconds = described.map(({ ms }) => ms / 1_000);
  const faults = all.flatMap(({ id, faults }) => faults.map((fault) => `${id}: ${fault}`));
  return reportOf(
    "gap",
    {
      "needs with a document": described.length,
      "needs in words, with scripted models": spoken.length,
      "hidden tests": sum(({ total }) => total),
      "hidden tests passed": sum(({ passed }) => passed),
      "green modules": green.length,
      "mutants tried": sum(({ mutants }) => mutants),
      "repairs, most": Math.max(0, ...all.map(({ rounds }) => rounds)),
      "seconds to a verdict, p50": round(percentile(seconds, 0.5), 1),
      "seconds to a verdict, p95": round(percentile(seconds, 0.95), 1),
      "ways a loop can go": loop.cases,
      ...(faults.length > 0 && { faults: faults.join("\n").slice(0, 4_000) }),
      ...(loop.inexact.length > 0 && { "loop, not exact": loop.inexact.join("\n") }),
    },
    [
      atLeast(
        "needs with a document served without a model",
        share(described.filter(isServed).length, described.length),
        0.8,
      ),
      exactly("needs in words served with scripted models", share(spoken.filter(isServed).length, spoken.length), 1),
      atMost("green modules that fail a hidden test", share(falseGreen.length, green.length), 0.02),
      atLeast(
        "mutants noticed by generated tests",
        share(
          sum(({ noticed }) => noticed),
          sum(({ mutants }) => mutants),
        ),
        0.8,
      ),
      exactly("ways of a loop that did not end exactly so", loop.inexact.length, 0),
    ],
  );
}
