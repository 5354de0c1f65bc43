import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { atLeast, atMost, type Report, reportOf, round } from "#bench/report.ts";
import type { Measurement } from "#bench/run.ts";
import { JsonObject } from "#core/contract/json.ts";
import { Manifest } from "#core/contract/manifest.ts";
import { createReflex, type DecideContext, type Outcome, type Reflex } from "#core/lidm/reflex.ts";
import { createHostModules, SANDBOXED_MODULES } from "#modules/modules.ts";

/** A sentence no example holds, and what its writer wanted; `none` when no module does it. */
export type Utterance = z.infer<typeof Utterance>;
const Utterance = z.strictObject({ text: z.string(), capability: z.string(), input: JsonObject.optional() });

/** What became of one utterance. `offered`: not sure, and the right one is among the two buttons. */
export type Verdict = "invoked" | "asked" | "offered" | "not offered" | "silent" | "wrong" | "rightly refused";

/** An utterance, and what the reflex tier made of it. */
export interface Judged {
  readonly utterance: Utterance;
  readonly verdict: Verdict;
  readonly outcome: Outcome;
  /** Every value is as the writer meant it, and no other was read. Only where the capability is the right one. */
  readonly isExact: boolean;
}

/** How well the reflex tier understands the modules that ship, on sentences that are in no manifest. */
export const understandingEval: Measurement = {
  name: "understanding",
  options: "[--mistakes]",
  purpose: "the reflex tier with the real modules, on sentences that are in no manifest",
  run: async (args) => {
    const found = await measureUnderstanding();
    if (args.includes("--mistakes")) for (const line of mistakesOf(found.judged)) console.log(line);
    return found.report;
  },
};

const OUT_OF_SCOPE = "none";
// A Wednesday morning.
const CONTEXT: DecideContext = {
  now: new Date("2026-11-18T10:00:00Z"),
  timeZone: "Europe/London",
  locale: "en-GB",
  files: [],
  remembered: {},
};

/** Runs every held-out utterance through a freshly trained reflex tier. */
export async function measureUnderstanding(): Promise<{ report: Report; judged: Judged[] }> {
  const modules = await readManifests();
  const utterances = await readUtterances();
  const kept = new Map<string, string>();
  const cache = {
    get: (key: string) => Promise.resolve(kept.get(key)),
    set: (key: string, value: string) => Promise.resolve(void kept.set(key, value)),
  };
  const trainedMs = await timeMs(() => createReflex({ modules, cache }));
  const restoredMs = await timeMs(() => createReflex({ modules, cache }));
  const reflex = await createReflex({ modules, cache });
  const judged = utterances.map((utterance) => judge(reflex, utterance));
  return { report: reportOn(judged, { ...provenBy(reflex), ...sizes(modules), trainedMs, restoredMs }), judged };
}

/** The manifests of the modules that ship. */
export async function readManifests(): Promise<Manifest[]> {
  const sandboxed = SANDBOXED_MODULES.map(async (folder) =>
    Manifest.parse(JSON.parse(await readFile(new URL("manifest.json", folder), "utf8"))),
  );
  return [...(await Promise.all(sandboxed)), ...createHostModules().map((module) => module.manifest)];
}

/** The held-out utterances, from `router/utterances.json`. */
export async function readUtterances(): Promise<Utterance[]> {
  const text = await readFile(new URL("router/utterances.json", import.meta.url), "utf8");
  return z.array(Utterance).parse(JSON.parse(text));
}

function judge(reflex: Reflex, utterance: Utterance): Judged {
  const { outcome } = reflex.decide(utterance.text, CONTEXT);
  const isExact =
    (outcome.kind === "invoke" || outcome.kind === "ask") &&
    isDeepStrictEqual({ ...outcome.input }, { ...utterance.input });
  return { utterance, outcome, isExact, verdict: verdictOn(outcome, utterance.capability) };
}

function verdictOn(outcome: Outcome, wanted: string): Verdict {
  const isWanted = (choice: { module: string; capability: string }): boolean =>
    `${choice.module}.${choice.capability}` === wanted;
  switch (outcome.kind) {
    case "invoke":
      return isWanted(outcome) ? "invoked" : "wrong";
    case "ask":
      return isWanted(outcome) ? "asked" : "wrong";
    case "unsure":
      return outcome.choices.some(isWanted) ? "offered" : "not offered";
    case "none":
      return wanted === OUT_OF_SCOPE ? "rightly refused" : "silent";
    default:
      return outcome satisfies never;
  }
}

function reportOn(judged: readonly Judged[], context: Report["figures"]): Report {
  const inScope = judged.filter(({ utterance }) => utterance.capability !== OUT_OF_SCOPE);
  const outside = judged.filter(({ utterance }) => utterance.capability === OUT_OF_SCOPE);
  const share = (of: readonly Judged[], ...verdicts: Verdict[]): number =>
    percent(of.filter(({ verdict }) => verdicts.includes(verdict)).length, of.length);
  const answered = inScope.filter(({ verdict }) => ["invoked", "asked", "wrong"].includes(verdict));
  const rightly = answered.filter(({ verdict }) => verdict !== "wrong");
  const wrongPercent = share(answered, "wrong");
  const outsidePercent = share(outside, "wrong");
  const understood = share(inScope, "invoked", "asked");
  const reachable = share(inScope, "invoked", "asked", "offered");
  return reportOf(
    "understanding",
    {
      ...context,
      "in scope": inScope.length,
      "invoked rightly %": share(inScope, "invoked"),
      "asked rightly %": share(inScope, "asked"),
      "unsure, right one offered %": share(inScope, "offered"),
      "unsure, right one not offered %": share(inScope, "not offered"),
      "not understood %": share(inScope, "silent"),
      "wrongly invoked %": share(inScope, "wrong"),
      "all values exact, of the rightly invoked %": percent(
        rightly.filter(({ isExact }) => isExact).length,
        rightly.length,
      ),
      "out of scope": outside.length,
      "out of scope, refused %": share(outside, "rightly refused"),
      "out of scope, two offered %": share(outside, "not offered"),
    },
    [
      atMost("wrong among the invoked %", wrongPercent, 5),
      atLeast("invoked or asked rightly %", understood, 75),
      atLeast("right one within reach %", reachable, 92),
      atMost("out of scope but invoked %", outsidePercent, 3),
    ],
  );
}

function provenBy(reflex: Reflex): Report["figures"] {
  const { threshold, bound } = reflex.decide("anything", CONTEXT);
  return { threshold: round(threshold, 3), "proven bound": bound === null ? "none" : round(bound, 4) };
}

function sizes(modules: readonly Manifest[]): Report["figures"] {
  const capabilities = modules.flatMap((manifest) => manifest.capabilities);
  const examples = capabilities.flatMap((capability) => capability.examples);
  return { capabilities: capabilities.length, examples: examples.length };
}

function mistakesOf(judged: readonly Judged[]): string[] {
  return judged.flatMap(({ utterance, verdict, outcome, isExact }) => {
    if (verdict === "rightly refused" || ((verdict === "invoked" || verdict === "asked") && isExact)) return [];
    return [`${verdict}\t${utterance.capability}\t${utterance.text}\t${JSON.stringify(outcome)}`];
  });
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return round(performance.now() - startedAt, 0);
}

function percent(count: number, total: number): number {
  return total === 0 ? 0 : round((100 * count) / total, 1);
}
