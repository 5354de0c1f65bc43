import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { newId, OrgId } from "#core/contract/ids.ts";
import type { ModuleHost, Sandbox, SandboxOutcome } from "#core/contract/sandbox.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { descendants } from "#bench/processes.ts";
import { atMost, exactly, percentile, reportOf, type Report, round } from "#bench/report.ts";
import type { Measurement } from "#bench/run.ts";
import { handMadeBundle } from "./hand-made-bundle.ts";
import { type HostileModule, writeHostileModule } from "./hostile-modules.ts";
import { type Experience, playLiveTraffic } from "./live-traffic.ts";
import { seededRandom, type SeededRandom } from "./seeded-random.ts";

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

/** Cases as `eval -- sandbox` reads them; only those with a module's source are of use here. */
const Cases = z.object({
  cases: z.array(z.object({ id: z.string(), payloadType: z.string().optional(), payload: z.unknown().optional() })),
});

const HOSTILE_LIMITS = { timeoutMs: 500, memoryMib: 64, fetches: 20, outputChars: 100_000, fileBytes: 1_000_000 };
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
    const until = AbortSignal.timeout(options.seconds * 1_000);
    const memory = sampleMemory(until);
    const modules = openModules(options);
    const attacks = Array.from({ length: options.attackers }, () => attack(sandbox, modules, until));
    const live = await playLiveTraffic(sandbox, options.orgs, until);
    const attempts = (await Promise.all(attacks)).flat();
    const { fences } = await sandbox.check(new AbortController().signal);
    await sandbox[Symbol.asyncDispose]();
    const left = await countLeft(strays);
    const standing = fences.map(({ name, up }) => (up ? name : `no ${name}`)).join(", ");
    return judge(options, { baseline, live, attempts, memory: await memory, left, unhandled, standing });
  } finally {
    await sandbox[Symbol.asyncDispose]();
    process.off("unhandledRejection", count);
  }
}

interface Attempt {
  readonly kind: string;
  readonly ending: string;
  readonly ms: number;
  readonly hasEscaped: boolean;
}

/** An org whose modules are all hostile, one after the other, each a bundle of its own. */
async function attack(sandbox: Sandbox, next: () => HostileModule, until: AbortSignal): Promise<Attempt[]> {
  const org = newId(OrgId);
  const attempts: Attempt[] = [];
  while (!until.aborted) {
    const { kind, source } = next();
    const bundle = handMadeBundle(
      new Map([
        ["module.ts", ENTRY],
        ["shim.ts", SHIM],
        ["hostile.ts", source],
      ]),
      HOSTILE_LIMITS,
    );
    const startedAt = performance.now();
    const outcome = await sandbox.run(
      {
        org,
        bundle,
        capability: "run",
        input: {},
        limits: HOSTILE_LIMITS,
        now: new Date(0),
        seed: "hostile",
        asker: { locale: "en-CA", timeZone: "UTC" },
        sample: "off",
        origin: "stranger",
      },
      VICTIM,
      new AbortController().signal,
    );
    attempts.push({
      kind,
      ending: endingOf(outcome),
      ms: performance.now() - startedAt,
      hasEscaped: hasEscaped(outcome),
    });
  }
  return attempts;
}

/** Payloads that were written for another host find its two functions. */
const SHIM = `let nexus; globalThis.__set = (it) => { nexus = it; };
  globalThis.__fetch = (url, init) => nexus.fetch(url, init); globalThis.__log = (line) => nexus.log(line);`;
const ENTRY = `import "./shim.ts"; import * as hostile from "./hostile.ts";
  export async function run(input, nexus) { globalThis.__set(nexus); return hostile.run(input, nexus); }`;

/** Takes its time, as a host does that asks a network or a disk. */
const VICTIM: ModuleHost = {
  fetch: async () => {
    await pause(5);
    return { ok: true, status: 200, headers: {}, body: "{}" };
  },
  log: () => {},
  cacheGet: async () => undefined,
  cacheSet: () => pause(1),
  fileList: async () => [],
  fileRead: async () => undefined,
  fileWrite: () => pause(1),
  fileRemove: async () => {},
};

function endingOf(outcome: SandboxOutcome): string {
  return outcome.status === "resources" ? `resources: ${outcome.what}` : outcome.status;
}

function hasEscaped(outcome: SandboxOutcome): boolean {
  if (outcome.status !== "completed" || typeof outcome.output !== "object" || outcome.output === null) return false;
  return "escaped" in outcome.output && outcome.output.escaped === true;
}

/** From the grammar, and every other time from the file when there is one. */
function openModules({ seed, cases }: Options): () => HostileModule {
  const random: SeededRandom = seededRandom(seed);
  const read = cases === undefined ? [] : Cases.parse(JSON.parse(readFileSync(cases, "utf8"))).cases;
  const payloads = read.flatMap(({ id, payloadType, payload }) =>
    payloadType === "module-source" && typeof payload === "string" ? [{ kind: id, source: payload }] : [],
  );
  return () => {
    const payload = random.between(0, 1) === 0 ? payloads[random.between(0, payloads.length - 1)] : undefined;
    return payload ?? writeHostileModule(random);
  };
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
  readonly left: number;
  readonly unhandled: number;
  readonly standing: string;
}

function judge(options: Options, { baseline, live, attempts, memory, left, unhandled, standing }: Findings): Report {
  const endings = new Map<string, number>();
  for (const { ending } of attempts) endings.set(ending, (endings.get(ending) ?? 0) + 1);
  const p99 = round(percentile(live.times, 0.99), 1);
  const baselineP99 = round(percentile(baseline.times, 0.99), 1);
  const tenth = Math.max(1, Math.floor(memory.length / 10));
  const growth = percentile(memory.slice(-tenth), 0.5) - percentile(memory.slice(tenth, 2 * tenth), 0.5);
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
    "memory of the service MiB": round(percentile(memory, 0.5), 1),
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
    // Between the second tenth, when its own code is compiled, and the last.
    atMost("memory growth of the service MiB", round(growth, 1), 48),
    exactly("processes left behind", left, 0),
  ]);
}
