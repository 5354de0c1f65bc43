import { NexusError } from "#core/contract/errors.ts";
import type { AdapterRunResult, Invocation, RunFacts } from "#core/contract/invocation.ts";
import type { Capability, Limits } from "#core/contract/manifest.ts";
import type { QuotaNote } from "#core/contract/quota.ts";
import type { SandboxOutcome } from "#core/contract/sandbox.ts";
import { createAnswerCache, type AnswerCache } from "./answer-cache.ts";
import { readOutput, toResult, type ModuleProblem } from "./answer.ts";
import { checkInput } from "./check-input.ts";
import { credentialsFor } from "./credentials-for.ts";
import { fail, runUnits } from "./facts.ts";
import { createModuleHost, type RunTrace } from "./module-host.ts";
import { about, type Installed } from "./installed.ts";
import type { RegistryDeps } from "./registry-deps.ts";
import { createRunFiles, readInputFiles } from "./run-files.ts";
import { runHeld } from "./run-held.ts";
import { runHostModule } from "./run-host-module.ts";

export interface RunDeps extends RegistryDeps {
  readonly module: Installed;
  readonly capability: Capability;
}

/** A source's trouble, for which an older answer is better than none. */
const SOURCE_TROUBLE: readonly string[] = ["upstream_unavailable", "upstream_invalid", "maintenance", "rate_limited"];

/**
 * One run from checked input to envelope: cached answer, else credentials, files, the module itself, and what it
 * changed. @throws the reason of `signal`, and NexusError for what only the host can get wrong
 */
export async function runInvocation(
  deps: RunDeps,
  invocation: Invocation,
  signal: AbortSignal,
): Promise<AdapterRunResult> {
  const { module, capability } = deps;
  const { manifest } = module;
  const now = deps.clock();
  const startedAtMs = performance.now();
  const seed = deps.newSeed();
  let trace: RunTrace | undefined;
  const factsOf = (run: { cpuMs: number; cached: boolean; quota?: QuotaNote | undefined }): RunFacts => ({
    ...about(module),
    module: manifest.name,
    capability: capability.name,
    startedAt: now,
    ms: Math.round(performance.now() - startedAtMs),
    cpuMs: Math.round(run.cpuMs),
    cached: run.cached,
    egress: trace?.egress ?? [],
    runUnits: runUnits(run.cpuMs, trace?.egress ?? []),
    ...(run.quota && { quota: run.quota }),
    clock: now,
    seed,
  });
  const failed = (error: NexusError, more = {}): AdapterRunResult =>
    fail(error, factsOf({ cpuMs: 0, cached: false }), more);

  const problem = checkInput(capability, invocation.input);
  if (problem !== undefined) {
    const error = new NexusError("slot_invalid", `${problem.slot} does not fit`, { say: problem.say });
    return failed(error, { slot: problem.slot });
  }
  const ready = await credentialsFor(deps, invocation, module, capability, signal);
  if (!ready.ready) return failed(ready.error, { credential: ready.credential });

  const { moduleCache, moduleFiles } = deps.store(invocation.org);
  const cache = createAnswerCache({
    cache: moduleCache,
    invocation,
    manifest,
    sha256: module.sha256,
    capability,
    sample: ready.sample,
    owners: ready.owners,
  });
  const cached = await cache.fresh();
  if (cached !== undefined) return toResult(cached, factsOf({ cpuMs: 0, cached: true }), false);

  const takesFiles = Object.values(capability.slots).some((slot) => slot.type === "file");
  const files = createRunFiles({
    files: moduleFiles,
    module: manifest.name,
    person: invocation.person,
    input: takesFiles ? await readInputFiles(invocation.files, manifest.limits.fileBytes) : new Map(),
    bundle: module.code.runs === "sandbox" ? module.code.bundle.data : new Map(),
    fileBytes: manifest.limits.fileBytes,
    earlier: invocation.earlier,
  });
  signal.throwIfAborted();

  const opened = createModuleHost({
    ...deps,
    ...ready,
    breaker: module.breaker,
    org: invocation.org,
    person: invocation.person,
    module,
    cache: moduleCache,
    files,
    signal,
    beforeEffect: invocation.beforeEffect,
  });
  trace = opened.trace;
  const { asker, input } = invocation;
  const call = { capability: capability.name, input, now, seed, asker, sample: ready.sample };
  const run = (limits: Limits): Promise<SandboxOutcome> =>
    module.code.runs === "sandbox"
      ? deps.sandbox.run(
          { ...call, limits, org: invocation.org, bundle: module.code.bundle, origin: module.origin },
          opened.host,
          signal,
        )
      : runHostModule(module.code.module, { ...call, limits }, opened.host, signal);
  const ran = await runHeld(deps, invocation, manifest.limits, run, () => opened.trace.egress, signal);
  signal.throwIfAborted();
  if (ran.state === "refused") {
    // What cannot be paid for is answered with what is known already, and says so.
    const lastKnown = await cache.lastKnown();
    const facts = factsOf({ cpuMs: 0, cached: lastKnown !== undefined, quota: ran.quota });
    return lastKnown === undefined ? fail(ran.error, facts) : toResult(lastKnown, facts, true);
  }

  const { outcome, cpuMs, quota } = ran;
  if (outcome.status !== "completed") {
    const error = explain(outcome, trace);
    deps.log.warn(
      { turn: invocation.turn, module: manifest.name, why: error.message },
      "a module run did not complete",
    );
    return fail(error, factsOf({ cpuMs, cached: false, quota }));
  }
  const facts = factsOf({ cpuMs, cached: false, quota });
  const read = readOutput(outcome.output, capability, ready.sample === "required", now);
  switch (read.kind) {
    case "invalid":
      deps.log.warn({ turn: invocation.turn, module: manifest.name, why: read.why }, "a module's output was invalid");
      return fail(new NexusError("module_output_invalid", read.why), facts);
    case "error":
      return answerTrouble(deps, invocation, { problem: read.error, trace, cache, facts });
    case "answer": {
      const result = { ...toResult(read.answer, facts, false), files: files.result() };
      await cache.keep(read.answer, now);
      return result;
    }
    default:
      return read satisfies never;
  }
}

/** What to say when the module itself says it could not: an older answer if the source is at fault and there is one. */
async function answerTrouble(
  deps: RunDeps,
  invocation: Invocation,
  run: { problem: ModuleProblem; trace: RunTrace; cache: AnswerCache; facts: RunFacts },
): Promise<AdapterRunResult> {
  const { problem, trace, facts } = run;
  const { capability } = deps;
  if (trace.wasDenied) return fail(new NexusError("egress_denied", problem.say), facts);
  if (SOURCE_TROUBLE.includes(problem.code)) {
    const lastKnown = await run.cache.lastKnown();
    if (lastKnown !== undefined) return toResult(lastKnown, facts, true);
  }
  const [credential] = capability.credentials;
  const isCredential = problem.code === "credential_rejected" || problem.code === "credential_missing";
  if (problem.code === "credential_rejected") {
    for (const name of capability.credentials) deps.vault.distrust(invocation.org, name);
  }
  const options = { say: problem.say, ...(problem.hint === undefined ? {} : { hint: problem.hint }) };
  return fail(new NexusError(problem.code, problem.say, options), facts, {
    downSince: trace.downSince,
    ...(problem.retryAfterS === undefined ? {} : { retryAfterS: problem.retryAfterS }),
    ...(problem.slot !== undefined && problem.slot in capability.slots ? { slot: problem.slot } : {}),
    ...(isCredential && credential !== undefined ? { credential } : {}),
  });
}

function explain(outcome: Exclude<SandboxOutcome, { status: "completed" }>, trace: RunTrace): NexusError {
  switch (outcome.status) {
    case "failed":
      return new NexusError(trace.wasDenied ? "egress_denied" : "module_failed", outcome.message);
    case "timeout":
      return new NexusError("module_timeout", "the module did not finish in time");
    case "resources":
      return new NexusError("module_resources", `the module used too much: ${outcome.what}`);
    case "aborted":
      return new NexusError("stopped", "the module was stopped");
    case "busy":
      return new NexusError("module_busy", "no runner was free in time");
    case "unavailable":
      return new NexusError("sandbox_unavailable", outcome.reason);
    default:
      return outcome satisfies never;
  }
}
