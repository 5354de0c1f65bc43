import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { z } from "zod";
import { createSandbox } from "#sandbox/sandbox.ts";
import { descendants } from "#bench/processes.ts";
import { atMost, exactly, percentile, reportOf, type Report, round } from "#bench/report.ts";
import type { Measurement } from "#bench/run.ts";
import { attack, type Attempt, HOSTILE_LIMITS, openArsenal } from "./attackers.ts";
import { type Experience, playLiveTraffic } from "./live-traffic.ts";
import { seededRandom } from "./seeded-random.ts";

/** Runs hostile modules without end beside ordinary calls of other orgs, and looks whether those notice. */
export const hostileDrill: Measurement = {
  name: "hostile",
  options: "[--minutes 10 | --seconds N] [--seed 1] [--orgs 4] [--attackers 2] [--runners 8] [--cases FILE]",
  purpose: "hostile modules beside live traffic: no live call fails or slows beyond its bar, nothing is left behind",
  run: (args) => runHostileDrill(readOptions(args)),
};

const count = z.coerce.number().int().positive();
const Options = z.object({
  seconds: z.coerce.number().positive(),
  seed: z.coerce.number().int(),
  orgs: count,
  attackers: count,
  runners: count,
  cases: z.string().optional(),
});
type Options = z.infer<typeof Options>;

/** The time of the module, the parent's grace, two seconds to end it, and the start of a process on a full machine. */
const LONGEST_MS = HOSTILE_LIMITS.timeoutMs + 300 + 2_000 + 1_000;
const SAMPLE_MS = 200;

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: "string", default: "10" },
      seconds: { type: "string" },
      seed: { type: "string", default: "1" },
      orgs: { type: "string", default: "4" },
      attackers: { type: "string", default: "2" },
      runners: { type: "string", default: "8" },
      cases: { type: "string" },
    },
  });
  return Options.parse({ ...values, seconds: values.seconds ?? Number(values.minutes) * 60 });
}

async function runHostileDrill(options: Options): Promise<Report> {
  let unhandled = 0;
  const count = (): void => {
    unhandled += 1;
  };
  process.on("unhandledRejection", count);
  const strays = descendants().length;
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  // Whatever this machine lacks, the drill looks at what stands.
  const sandbox = createSandbox({ log, runners: options.runners, minimum: [] });
  try {
    const quietMs = Math.max(2_000, options.seconds * 100);
    // Not measured: processes start, and this one's own code is compiled.
    await playLiveTraffic(sandbox, options.orgs, AbortSignal.timeout(quietMs / 2));
    const baseline = await playLiveTraffic(sandbox, options.orgs, AbortSignal.timeout(quietMs));
    const heapBefore = liveMib();
    const until = AbortSignal.timeout(options.seconds * 1_000);
    const memory = sampleMemory(until);
    const modules = openArsenal(seededRandom(options.seed), options.cases);
    const attacks = Array.from({ length: options.attackers }, () => attack(sandbox, modules, until));
    const live = await playLiveTraffic(sandbox, options.orgs, until);
    const attempts = (await Promise.all(attacks)).flat();
    const { fences } = await sandbox.check(new AbortController().signal);
    await sandbox[Symbol.asyncDispose]();
    const left = await countLeft(strays);
    const grown = liveMib() - heapBefore;
    const standing = fences.map(({ name, up }) => (up ? name : `no ${name}`)).join(", ");
    return judge(options, { baseline, live, attempts, memory: await memory, grown, left, unhandled, standing });
  } finally {
    await sandbox[Symbol.asyncDispose]();
    process.off("unhandledRejection", count);
  }
}

/** What this process cannot let go of, MiB: all garbage is collected first. */
function liveMib(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
  return process.memoryUsage().heapUsed / 1_048_576;
}

/** What this process holds over time, MiB. */
async function sampleMemory(until: AbortSignal): Promise<number[]> {
  const samples: number[] = [];
  while (!until.aborted) {
    samples.push(process.memoryUsage.rss() / 1_048_576);
    await pause(SAMPLE_MS);
  }
  return samples;
}

/** Processes that are still there when those that were killed have had two seconds to go. */
async function countLeft(before: number): Promise<number> {
  const late = AbortSignal.timeout(2_000);
  while (descendants().length > before && !late.aborted) await pause(20);
  return descendants().length - before;
}

interface Findings {
  readonly baseline: Experience;
  readonly live: Experience;
  readonly attempts: readonly Attempt[];
  readonly memory: readonly number[];
  readonly grown: number;
  readonly left: number;
  readonly unhandled: number;
  readonly standing: string;
}

function judge(
  options: Options,
  { baseline, live, attempts, memory, grown, left, unhandled, standing }: Findings,
): Report {
  const endings = new Map<string, number>();
  for (const { ending } of attempts) endings.set(ending, (endings.get(ending) ?? 0) + 1);
  const p99 = round(percentile(live.times, 0.99), 1);
  const baselineP99 = round(percentile(baseline.times, 0.99), 1);
  const longest = attempts.reduce((most, { ms }) => Math.max(most, ms), 0);
  const figures = {
    seconds: options.seconds,
    seed: options.seed,
    fences: standing,
    "hostile runs": attempts.length,
    ...Object.fromEntries([...endings].map(([ending, runs]) => [`hostile runs ${ending}`, runs])),
    "longest hostile run ms": round(longest, 0),
    "live calls": live.times.length,
    "live p50 ms": round(percentile(live.times, 0.5), 1),
    "live p99 ms": p99,
    "live calls without hostile ones": baseline.times.length,
    "live p50 ms without": round(percentile(baseline.times, 0.5), 1),
    "live p99 ms without": baselineP99,
    "memory of the service MiB, median": round(percentile(memory, 0.5), 1),
    "memory of the service MiB, most": round(percentile(memory, 1), 1),
    ...(live.failures[0] === undefined ? {} : { "first failure": live.failures[0] }),
  };
  return reportOf("hostile", figures, [
    exactly("escapes", attempts.filter((attempt) => attempt.hasEscaped).length, 0),
    exactly("live calls that failed", live.failures.length + baseline.failures.length, 0),
    // Attackers burn a core each, and the two of a small machine are all there is: a live call of 1 ms waits for its
    // turn of the scheduler, now and then for a process that starts (70 ms of processor). Nobody in a chat notices 250 ms.
    atMost("live p99 ms", p99, Math.max(250, 5 * baselineP99)),
    atMost("longest hostile run ms", round(longest, 0), LONGEST_MS),
    exactly("errors that nobody caught", unhandled, 0),
    // What the drill itself writes down is in it: 2 MiB in ten minutes.
    atMost("growth of live memory MiB", round(grown, 1), 16),
    exactly("processes left behind", left, 0),
  ]);
}
