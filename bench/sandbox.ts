import ivm from "isolated-vm";
import { setTimeout as pause } from "node:timers/promises";
import { digestEntries } from "#core/contract/bundle.ts";
import { newId, OrgId } from "#core/contract/ids.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import { bareHost } from "#sandbox/bare-host.ts";
import { loadBundle } from "#sandbox/bundle/bundle.ts";
import { createEngines } from "#sandbox/engines/engines.ts";
import { createLocalLauncher } from "#sandbox/launch/local-launcher.ts";
import { startRunner } from "#sandbox/runner-process.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { callOf } from "#test/sandbox-call.ts";
import { SILENT } from "#test/silent-log.ts";
import { descendants, proportionalMib, residentMib } from "./processes.ts";
import { atMost, percentile, type Report, reportOf, round } from "./report.ts";
import type { Measurement } from "./run.ts";
import { shortlist } from "./shortlist/module.ts";

const STARTS = 40;
const WARM_CALLS = 5_000;
const WARM_UP_CALLS = 300;
const COLD_BUNDLES = 40;
const RUNNERS = 4;
const SATURATION_CALLS = 6_000;
const PLAIN_CALLS = 20_000;

/**
 * What the sandbox costs: the start of a runner behind every fence of this machine, a call of an installed module one at
 * a time and on all runners at once, a bundle's first call, and memory. Beside it, in the same run, the same function
 * called in this process, and in a plain isolate in this process.
 */
export const sandboxBench: Measurement = {
  name: "sandbox",
  options: "",
  purpose: "what a call into the sandbox costs, beside the same call without one",
  run: measureSandbox,
};

async function measureSandbox(): Promise<Report> {
  const starts = await measureStarts();
  const bundle = loadBundle(new URL("shortlist/", import.meta.url));
  const warm = await measureWarm(bundle);
  const cold = await measureCold(bundle);
  const pool = await measurePool(bundle);
  const plain = measureInProcess();
  const isolate = await measurePlainIsolate(bundle);
  const warmP50 = percentile(warm, 0.5);
  return reportOf(
    "sandbox",
    {
      fences: starts.fences,
      "spawn to ready p50 ms": round(percentile(starts.times, 0.5), 1),
      "spawn to ready p95 ms": round(percentile(starts.times, 0.95), 1),
      "warm calls": warm.length,
      "warm call p50 ms": round(warmP50, 3),
      "warm call p99 ms": round(percentile(warm, 0.99), 3),
      "warm call p99.9 ms": round(percentile(warm, 0.999), 3),
      "first call of a bundle p50 ms": round(percentile(cold, 0.5), 1),
      "first call of a bundle p95 ms": round(percentile(cold, 0.95), 1),
      [`calls/s on ${RUNNERS} runners`]: round(pool.perSecond, 0),
      "memory of an idle runner MiB": round(pool.idleMib, 1),
      [`memory of ${RUNNERS} runners MiB`]: round(pool.residentMib, 1),
      [`memory of ${RUNNERS} runners, shared pages counted once, MiB`]:
        pool.proportionalMib === undefined ? "the kernel does not say" : round(pool.proportionalMib, 1),
      "in-process call p50 ms": round(plain, 4),
      "plain isolated-vm call p50 ms": round(isolate.warm, 4),
      "plain isolated-vm call in a fresh context p50 ms": round(isolate.fresh, 4),
      "times an in-process call": round(warmP50 / plain, 0),
      "times a plain isolated-vm call": round(warmP50 / isolate.warm, 1),
      "times a plain isolated-vm call in a fresh context": round(warmP50 / isolate.fresh, 2),
    },
    [
      atMost("start of a runner p95 ms", round(percentile(starts.times, 0.95), 1), 150),
      atMost("warm call of an installed module p50 ms", round(warmP50, 3), 1),
      atMost("warm call of an installed module p99 ms", round(percentile(warm, 0.99), 3), 5),
      atMost(`memory of ${RUNNERS} runners MiB`, round(pool.residentMib, 1), 400),
    ],
  );
}

async function measureStarts(): Promise<{ times: number[]; fences: string }> {
  await using launcher = createLocalLauncher();
  const engine = createEngines().named.v8;
  const times: number[] = [];
  for (let index = 0; index < STARTS; index += 1) {
    const startedAt = performance.now();
    const runner = startRunner({ launcher, engine, memoryCapMib: 256 });
    await runner.ready;
    times.push(performance.now() - startedAt);
    runner.kill();
    await runner.exited;
  }
  const fences = launcher.fences(engine.program).map(({ name, up }) => (up ? name : `no ${name}`));
  return { times, fences: fences.join(", ") };
}

/** One call after the other, at once: each isolate is renewed after 50 and each process after 500 of them. */
async function measureWarm(bundle: Bundle): Promise<number[]> {
  await using sandbox = openSandbox();
  const org = newId(OrgId);
  for (let index = 0; index < WARM_UP_CALLS; index += 1) await callOnce(sandbox, bundle, org);
  const times: number[] = [];
  for (let index = 0; index < WARM_CALLS; index += 1) {
    const startedAt = performance.now();
    await callOnce(sandbox, bundle, org);
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** A runner is ready, and has not seen this bundle: each is a comment different from the one before. */
async function measureCold(bundle: Bundle): Promise<number[]> {
  await using sandbox = openSandbox();
  const org = newId(OrgId);
  const times: number[] = [];
  for (let index = 0; index < COLD_BUNDLES; index += 1) {
    const code = new Map([...bundle.code].map(([path, text]) => [path, `${text}// ${index}\n`]));
    // What is measured is the call, not what else the pool does when it begins.
    await pause(100);
    const startedAt = performance.now();
    await callOnce(sandbox, { ...bundle, code, sha256: digestEntries(code) }, org);
    times.push(performance.now() - startedAt);
  }
  // The first may have waited for a process.
  return times.slice(1);
}

interface PoolFigures {
  readonly perSecond: number;
  readonly idleMib: number;
  readonly residentMib: number;
  readonly proportionalMib: number | undefined;
}

async function measurePool(bundle: Bundle): Promise<PoolFigures> {
  await using sandbox = openSandbox();
  const org = newId(OrgId);
  let left = WARM_UP_CALLS + SATURATION_CALLS;
  let startedAt = 0;
  const callers = Array.from({ length: RUNNERS * 2 }, async () => {
    while (left > 0) {
      left -= 1;
      if (left === SATURATION_CALLS) startedAt = performance.now();
      await callOnce(sandbox, bundle, org);
    }
  });
  await Promise.all(callers);
  const perSecond = SATURATION_CALLS / ((performance.now() - startedAt) / 1000);
  // What the last calls left to be collected is part of what a pool holds; a process on its way out is not.
  await pause(500);
  const pids = descendants();
  const shares = pids.map(proportionalMib);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const held = pids.map((pid) => residentMib(pid));
  return {
    perSecond,
    idleMib: sum(held) / held.length,
    residentMib: sum(held),
    proportionalMib: shares.every((share) => share !== undefined) ? sum(shares) : undefined,
  };
}

/** p50, ms. */
function measureInProcess(): number {
  const times: number[] = [];
  // Nothing is awaited: the function is done when it returns, and a promise's turn is not what is compared.
  for (let index = 0; index < PLAIN_CALLS; index += 1) {
    const startedAt = performance.now();
    const read: typeof INPUT = JSON.parse(JSON.stringify(INPUT));
    void shortlist(read).then((output) => JSON.parse(JSON.stringify(output)));
    times.push(performance.now() - startedAt);
  }
  return percentile(times, 0.5);
}

/** isolated-vm as its documentation shows it, with V8's compiler, no process and no fence. p50, ms. */
async function measurePlainIsolate(bundle: Bundle): Promise<{ warm: number; fresh: number }> {
  const isolate = new ivm.Isolate({ memoryLimit: 128 });
  const compiled = [...bundle.code].map(
    ([path, code]) => [path, isolate.compileModuleSync(code, { filename: path })] as const,
  );
  const open = (files: ReadonlyMap<string, ivm.Module>): ivm.Reference => {
    const entry = files.get("module.ts");
    if (entry === undefined) throw new Error("the bundle has no entry");
    entry.instantiateSync(isolate.createContextSync(), (specifier) => {
      const file = files.get(specifier.slice("./".length));
      if (file === undefined) throw new Error(`the bundle has no ${specifier}`);
      return file;
    });
    entry.evaluateSync();
    return entry.namespace.getSync("shortlist", { reference: true });
  };
  const time = async (get: () => ivm.Reference, calls: number): Promise<number> => {
    const times: number[] = [];
    for (let index = 0; index < calls; index += 1) {
      const startedAt = performance.now();
      await get().apply(undefined, [new ivm.ExternalCopy(INPUT).copyInto({ release: true })], {
        timeout: 2_000,
        result: { promise: true, copy: true },
      });
      times.push(performance.now() - startedAt);
    }
    return percentile(times, 0.5);
  };
  const called = open(new Map(compiled));
  const warm = await time(() => called, 2_000);
  const fresh = await time(
    () =>
      open(
        new Map([...bundle.code].map(([path, code]) => [path, isolate.compileModuleSync(code, { filename: path })])),
      ),
    400,
  );
  isolate.dispose();
  return { warm, fresh };
}

function openSandbox(): Sandbox {
  // Whatever this machine lacks is in the figures; the bench runs all the same.
  return createSandbox({ log: SILENT, runners: RUNNERS, minimum: [] });
}

async function callOnce(sandbox: Sandbox, bundle: Bundle, org: OrgId): Promise<void> {
  const call = callOf(bundle, { org, capability: "shortlist", input: INPUT, now: new Date(0), seed: "bench" });
  const outcome = await sandbox.run(call, bareHost(), new AbortController().signal);
  if (outcome.status !== "completed") throw new Error(`a call ended as ${JSON.stringify(outcome)}`);
}

/** About 1 KB of JSON. */
const INPUT = {
  offers: Array.from({ length: 20 }, (_, index) => ({
    name: `offer ${(index * 7) % 20} of the bench`,
    price: 10 + ((index * 13) % 17),
    stars: 1 + (index % 5),
  })),
};
