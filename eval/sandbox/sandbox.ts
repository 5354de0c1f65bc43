import { parseArgs } from "node:util";
import { exactly, type Report, reportOf } from "#bench/report.ts";
import type { Measurement } from "#bench/run.ts";
import { type AbuseCase, readCases } from "./case-file.ts";
import type { CaseResult } from "./case-result.ts";
import { findCovered } from "./covered-by-tests.ts";
import { tryCases } from "./crew.ts";

/** Every attack of a catalogue, on the sandbox as it ships. */
export const sandboxEval: Measurement = {
  name: "sandbox",
  options: "--cases FILE [--only GROUP|ID] [--verbose]",
  purpose:
    "a file of attacks on the sandbox: what static inspection, the runners, the broker and the intake do with each",
  run: async (args) => {
    const { values } = parseArgs({
      args,
      options: { cases: { type: "string" }, only: { type: "string" }, verbose: { type: "boolean" } },
    });
    if (values.cases === undefined) {
      console.error(
        "npm run eval -- sandbox --cases FILE: FILE is a catalogue of attacks, JSON of the schema nexus.abuse-cases/1.\n" +
          "eval/sandbox/case-file.ts says what a case may hold.",
      );
      process.exit(2);
    }
    const cases = await readCases(values.cases, values.only);
    return await runCases(cases, values.verbose === true);
  },
};

const WORKERS = 2;
/** Longer than any case takes on a busy machine. */
const CASE_MS = 240_000;

/** A case with what came of it. */
interface Judged {
  readonly abuse: AbuseCase;
  readonly result: CaseResult;
}

/** Tries the cases and reports on them; whatever is wrong is named on standard error. */
export async function runCases(cases: readonly AbuseCase[], isVerbose = false): Promise<Report> {
  const startedAt = performance.now();
  let done = 0;
  const tried = await tryCases(cases, {
    workers: WORKERS,
    script: new URL("worker.ts", import.meta.url),
    caseMs: CASE_MS,
    onDone: () => {
      done += 1;
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${cases.length}`);
    },
  });
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  const judged = cases.flatMap((abuse): Judged[] => {
    const result = tried.results.get(abuse.id);
    return result === undefined ? [] : [{ abuse, result }];
  });
  const idle = judged.filter(({ result }) => result.notRun !== undefined);
  const covered = await findCovered(idle.map(({ abuse }) => abuse.id));
  const open = idle.filter(({ abuse }) => !covered.has(abuse.id));
  const ran = judged.filter(({ result }) => result.notRun === undefined);
  complain(judged, open);
  if (isVerbose) for (const { abuse, result } of judged) console.error(`${abuse.id}\t${abuse.expected}\t${result.saw}`);
  const count = (pick: (result: CaseResult) => readonly string[]): number =>
    judged.filter(({ result }) => pick(result).length > 0).length;
  const hasNoPayload = open.filter(({ abuse }) => !isStory(abuse));
  return reportOf(
    "sandbox",
    {
      cases: cases.length,
      run: ran.length,
      "covered by tests": covered.size,
      "not runnable": hasNoPayload.length,
      uncovered: open.length - hasNoPayload.length,
      escapes: count(({ escapes }) => escapes),
      "service deaths": count(({ deaths }) => deaths),
      "wrong verdicts": count(({ wrong }) => wrong),
      ...columns(ran),
      ...tally("group", ran, ({ abuse }) => abuse.group),
      ...tally("layer", ran, ({ abuse }) => abuse.layer),
      "service at most, MiB": tried.serviceMib,
      s: Math.round((performance.now() - startedAt) / 1_000),
    },
    [
      exactly(
        "escapes",
        count(({ escapes }) => escapes),
        0,
      ),
      exactly(
        "service deaths",
        count(({ deaths }) => deaths),
        0,
      ),
      exactly(
        "wrong verdicts",
        count(({ wrong }) => wrong),
        0,
      ),
    ],
  );
}

/** Static inspection and the runners, each as if the other were not there. */
function columns(ran: readonly Judged[]): Report["figures"] {
  const modules = ran.filter(({ result }) => result.ran !== undefined);
  const inspected = modules.filter(({ abuse }) => abuse.expected === "static-reject");
  const passing = ran.filter(({ abuse }) => abuse.expected === "pass");
  const contained = (engine: string): Report["figures"] => {
    const all = modules.flatMap(({ result }) => result.ran?.[engine] ?? []);
    return {
      [`static off, ${engine}: run`]: all.length,
      [`static off, ${engine}: contained`]: all.filter((ended) => ended.contained).length,
      [`static off, ${engine}: slowest ms`]: Math.max(0, ...all.map(({ ms }) => ms)),
    };
  };
  return {
    "modules run": modules.length,
    "modules written for bindings that do not exist here": modules.filter(({ abuse }) => abuse.binding !== undefined)
      .length,
    "static: to be rejected": inspected.length,
    "static: rejected": inspected.filter(({ result }) => result.inspected === "rejected").length,
    "static: rejected because the inspector gave up": inspected.filter(({ result }) => isUnread(result)).length,
    ...contained("v8"),
    ...contained("quickjs"),
    "must pass": passing.length,
    "must pass: passed": passing.filter(({ result }) => isFine(result)).length,
  };
}

/** Whether no rule found it, and only its inspection's own end refused it. */
function isUnread({ saw }: CaseResult): boolean {
  return saw.startsWith("rejected; inspect.died;");
}

/** For each value of a property: how many cases were run, and how many came out as they must. */
function tally(what: string, ran: readonly Judged[], keyOf: (judged: Judged) => string): Report["figures"] {
  const groups = Map.groupBy(ran, keyOf);
  return Object.fromEntries(
    [...groups].flatMap(([key, members]) => [
      [`${what} ${key}: run`, members.length],
      [`${what} ${key}: ok`, members.filter(({ result }) => isFine(result)).length],
    ]),
  );
}

function isFine({ escapes, deaths, wrong }: CaseResult): boolean {
  return escapes.length + deaths.length + wrong.length === 0;
}

/** Whether a case is a story to be told by a test: nothing in it can be run as it is. */
function isStory({ payloadType, group }: AbuseCase): boolean {
  return payloadType === "scenario" || /approval|lifecycle/.test(group);
}

function complain(judged: readonly Judged[], open: readonly Judged[]): void {
  for (const { abuse, result } of judged) {
    const say = (what: string, signs: readonly string[]): void => {
      for (const sign of signs) console.error(`${what}\t${abuse.id}\t${abuse.attack}: ${sign}`);
    };
    say("ESCAPE", result.escapes);
    say("DEATH", result.deaths);
    say("WRONG", result.wrong);
  }
  for (const { abuse, result } of open) console.error(`open\t${abuse.id}\t${abuse.attack}: ${result.notRun ?? ""}`);
}
