import type { Json } from "#core/contract/json.ts";
import { fillReply } from "#core/contract/fill-reply.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import type { ModuleTest, TestResult } from "#core/contract/validation.ts";
import { checkUrl } from "#sandbox/egress/check-url.ts";
import { findDifference } from "./json-difference.ts";
import { fromExchanges } from "./scripted-source.ts";
import { runTrial, type Trial, type TrialDeps, type TrialEnd, type TrialUse } from "./trial.ts";
import { quoted, visible } from "./visible-text.ts";

/** A test's verdict, and how the call went; without the latter when the test itself is not sound and nothing was run. */
export interface TestEnd {
  readonly test: ModuleTest;
  readonly result: TestResult;
  readonly trial?: Trial;
  readonly end?: TrialEnd;
}

/** Runs one of a module's tests and judges it: first as the host would, then by what the test expects. */
export async function runTest(deps: TrialDeps, test: ModuleTest, use: TrialUse, signal: AbortSignal): Promise<TestEnd> {
  const { manifest } = deps.bundle;
  const name = visible(test.name, 200);
  const capability = manifest.capabilities.find((each) => each.name === test.capability);
  if (capability === undefined) return unsound(test, `the manifest has no capability ${quoted(test.capability, 60)}`);
  const problem = findUnsound(test, manifest);
  if (problem !== undefined) return unsound(test, problem);
  const trial = trialOf(test, capability);
  const end = await runTrial(deps, trial, use, signal);
  const why = judge(test, capability, end);
  const result = why === undefined ? { name, passed: true } : { name, passed: false, why: visible(why, 1_000) };
  return { test, result, trial, end };
}

/** The call that a test describes. */
export function trialOf(test: ModuleTest, capability: Capability): Trial {
  return {
    capability,
    input: test.input,
    now: new Date(test.now),
    seed: test.seed,
    asker: { locale: test.locale, timeZone: test.timeZone },
    sample: test.sample,
    files: test.files,
    openSource: () => fromExchanges(test.exchanges),
    credentials: test.sample !== "required",
  };
}

function unsound(test: ModuleTest, why: string): TestEnd {
  return { test, result: { name: visible(test.name, 200), passed: false, why } };
}

/** Why no run could ever be as the test has it. */
function findUnsound(test: ModuleTest, manifest: Manifest): string | undefined {
  for (const { request } of test.exchanges) {
    const checked = checkUrl(request.url, request.method, manifest.hosts);
    if (!checked.ok) return `no request can reach ${request.method} ${quoted(request.url, 200)}: ${checked.detail}`;
  }
  const tooLarge = Object.entries(test.files).find(([, text]) => Buffer.byteLength(text) > manifest.limits.fileBytes);
  if (tooLarge === undefined) return undefined;
  return `the file ${quoted(tooLarge[0], 100)} is larger than the ${manifest.limits.fileBytes} bytes of limits.fileBytes`;
}

/** What is wrong with how a call went; undefined when nothing is. */
function judge({ expect }: ModuleTest, capability: Capability, end: TrialEnd): string | undefined {
  const { ending, trace, files } = end;
  const [denied] = trace.denied;
  if (denied !== undefined) {
    return `it asked for ${visible(denied.method, 10)} ${visible(denied.host, 100)}, and was refused: ${denied.why}`;
  }
  if (ending.kind !== "answer" && ending.kind !== "error") return ending.why + hintOf(end);
  const error = ending.kind === "error" ? ending.error : undefined;
  if (error?.code !== expect.error) {
    const got = error === undefined ? "an answer" : `the error ${error.code}, saying ${quoted(error.say, 200)}`;
    return `expected ${expect.error === undefined ? "an answer" : `the error ${expect.error}`}, got ${got}${hintOf(end)}`;
  }
  const { output } = ending;
  if (expect.output !== undefined) {
    const difference = findDifference(expect.output, output, "output");
    if (difference !== undefined) return difference + hintOf(end);
  }
  const said = "error" in output ? output.error.say : summaryOf(capability, output);
  const missing = expect.summary?.find((text) => !said.includes(text));
  if (missing !== undefined) return `summary: expected ${quoted(missing, 200)} in ${quoted(said, 400)}${hintOf(end)}`;
  for (const [path, text] of Object.entries(expect.files ?? {})) {
    const difference = findDifference(text, files.get(path) ?? null, `files[${quoted(path, 60)}]`);
    if (difference !== undefined) return difference;
  }
  if (expect.requests !== undefined && expect.requests !== trace.requests.length) {
    return `expected ${expect.requests} requests, got ${trace.requests.length}`;
  }
  return undefined;
}

/** What a person reads first. */
function summaryOf(capability: Capability, output: { summary?: string | undefined; data?: Json | undefined }): string {
  return output.summary ?? fillReply(capability.reply, output.data) ?? capability.title;
}

/** The usual reason for a surprise: a request that the test has no answer for. */
function hintOf({ trace }: TrialEnd): string {
  const [first] = trace.unanswered;
  return first === undefined ? "" : `; no exchange answers ${quoted(first, 250)}`;
}
