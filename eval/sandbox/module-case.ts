import { randomUUID } from "node:crypto";
import { newId, OrgId } from "#core/contract/ids.ts";
import type { JsonObject } from "#core/contract/json.ts";
import type { Limits } from "#core/contract/manifest.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { SandboxOutcome } from "#core/contract/sandbox.ts";
import type { EngineName, Finding } from "#core/contract/validation.ts";
import { type BrokerWorld, openBrokerWorld, SECRET } from "#test/abuse/broker-world.ts";
import { bareHost } from "#sandbox/bare-host.ts";
import { strangeBundle, strangeCall, strangeManifest } from "#test/abuse/strange-module.ts";
import type { AbuseCase } from "./case-file.ts";
import { blank, type CaseResult, type Ended } from "./case-result.ts";
import type { Lab } from "./lab.ts";
import { likelyInput } from "./likely-input.ts";
import { scriptedSource } from "./scripted-source.ts";

const SCRIPT_ENGINES: readonly EngineName[] = ["v8", "quickjs"];
/**
 * From the end of its own time to the last moment a call may go on. A runner is killed 300 ms after; the rest is for a
 * runner to start first, on a machine that is busy with hostile code.
 */
const GRACE_MS = 5_000;

/**
 * Tries the source of a module twice over: is it refused when it is looked at, and what does it do when it runs although
 * nobody looked. V8's engine is judged; the second engine is held to the same containment.
 */
export async function tryModule(
  lab: Lab,
  { id, expected, memoryLimitMb = 64 }: AbuseCase,
  source: string,
): Promise<CaseResult> {
  const result = blank(id);
  const manifest = strangeManifest(source, limitsFor(expected, memoryLimitMb));
  const findings = await inspect(lab, source, manifest);
  const errors = findings.filter(({ severity }) => severity === "error");
  result.inspected = errors.length > 0 ? "rejected" : "passed";
  const rules = [...new Set(errors.map(({ rule }) => rule))].join(", ");
  if (expected === "static-reject" && errors.length === 0) result.wrong.push("expected to be rejected, was passed");
  if (expected === "pass" && errors.length > 0) result.wrong.push(`expected to be passed, was rejected: ${rules}`);

  const bundle = strangeBundle(asEntry(source), manifest);
  result.ran = {};
  for (const engine of SCRIPT_ENGINES) {
    const ended = await tryEngine(lab, engine, bundle, likelyInput(source), result);
    if (ended === undefined) continue;
    result.ran[engine] = ended;
    if (!ended.contained) result.wrong.push(`expected to be contained in ${engine}, ended as ${ended.status}`);
    const mustComplete = expected === "pass" && !(engine === "quickjs" && /\bIntl\b|toLocale/.test(source));
    if (mustComplete && ended.status !== "completed") {
      result.wrong.push(`expected to pass in ${engine}, ended as ${ended.status}`);
    }
  }
  if (result.ran["v8"] === undefined) result.wrong.push("expected to run, and no runner could be had");
  result.saw = [
    result.inspected,
    rules,
    ...Object.entries(result.ran).map(([engine, { status }]) => `${engine}: ${status}`),
  ]
    .filter((part) => part !== "")
    .join("; ");
  return result;
}

function limitsFor(expected: AbuseCase["expected"], memoryMb: number): Partial<Limits> {
  return {
    memoryMib: Math.min(256, Math.max(8, Math.round(memoryMb))),
    // What must pass is given time on a machine that is busy with hostile code.
    timeoutMs: expected === "pass" ? 3_000 : 500,
  };
}

async function inspect(lab: Lab, source: string, manifest: Bundle["manifest"]): Promise<readonly Finding[]> {
  const inspected = await lab.inspector.inspect(
    { sources: new Map([["module.ts", source]]), manifest, allowGlobals: ["__fetch", "__log"] },
    AbortSignal.timeout(60_000),
  );
  return inspected.findings;
}

/** The source as the entry; behind a frame that gives it `__fetch` and `__log` when it asks for those. */
function asEntry(source: string): ReadonlyMap<string, string> {
  if (!/\b__(?:fetch|log)\b/.test(source)) return new Map([["module.ts", source]]);
  return new Map([
    ["module.ts", FRAME],
    ["globals.ts", GLOBALS],
    ["case.ts", source],
  ]);
}

const GLOBALS = `let held;
export const hold = (nexus) => { held = nexus; };
const constant = (name, value) => Object.defineProperty(globalThis, name, { value: Object.freeze(value) });
constant("__fetch", (url, init) => held.fetch(url, init === undefined || init === null ? {} : init));
constant("__log", (message) => held.log(message));
`;
const FRAME = `import { hold } from "./globals.ts";
import * as subject from "./case.ts";
export * from "./case.ts";
export function run(input, nexus) { hold(nexus); return subject.run(input, nexus); }
`;

/** Runs it, and twice more when it answered: for somebody else of the org, and for another org. */
async function tryEngine(
  lab: Lab,
  engine: EngineName,
  bundle: Bundle,
  input: JsonObject,
  result: CaseResult,
): Promise<Ended | undefined> {
  const org = newId(OrgId);
  const told = randomUUID();
  const first = await runOnce(lab, engine, bundle, { ...input, told }, org, result);
  if (first.outcome.status === "unavailable") return undefined;
  if (first.outcome.status === "completed") {
    for (const next of [org, newId(OrgId)]) {
      const later = await runOnce(lab, engine, bundle, { ...input, told: "nothing" }, next, result);
      if (later.said.includes(told)) result.escapes.push(`${engine}: what one person told it was told to another`);
    }
  }
  const { status } = first.outcome;
  const isEnding = ["completed", "failed", "timeout", "resources"].includes(status);
  const inTime = first.ms <= bundle.manifest.limits.timeoutMs + GRACE_MS;
  if (isEnding && !inTime) result.deaths.push(`${engine}: a call went on for ${first.ms} ms`);
  const peakMib = first.outcome.status === "completed" ? Math.round(first.outcome.peakMib) : 0;
  return { status, contained: isEnding && inTime, ms: first.ms, peakMib };
}

interface Run {
  readonly outcome: SandboxOutcome;
  readonly ms: number;
  /** All that came out of it, in one text. */
  readonly said: string;
}

async function runOnce(
  lab: Lab,
  engine: EngineName,
  bundle: Bundle,
  input: JsonObject,
  org: OrgId,
  result: CaseResult,
): Promise<Run> {
  await using world = await openBrokerWorld();
  world.answerWith(scriptedSource);
  const { manifest } = bundle;
  const policy = { hosts: manifest.hosts, maxResponseBytes: 1_048_576, timeoutMs: manifest.limits.timeoutMs };
  const said: string[] = [];
  const host = bareHost({
    fetch: async (url, init) => {
      said.push(url, JSON.stringify(init));
      return (await world.ask(url, init, policy)).result;
    },
    log: (line) => void said.push(line),
    cacheSet: async (key, value) => void said.push(key, JSON.stringify(value)),
    fileWrite: async (path, text) => void said.push(path, text),
  });
  const startedAt = performance.now();
  const outcome = await lab.run(engine, strangeCall(bundle, input, org), host, new AbortController().signal);
  const ms = Math.round(performance.now() - startedAt);
  if (outcome.status === "completed") said.push(JSON.stringify(outcome.output) ?? "");
  if (outcome.status === "failed") said.push(outcome.message);
  const whole = said.join("\n");
  const found = (sign: string): void => void result.escapes.push(`${engine}: ${sign}`);
  if (outcome.status === "completed" && claimsEscape(outcome.output)) found(`it says so: ${whole.slice(-300)}`);
  for (const where of lab.canaries.foundIn(whole)) found(`it knows the canary ${where}`);
  for (const what of lab.canaries.changed()) found(`it changed ${what}`);
  if (whole.includes(SECRET)) found("it knows a credential");
  for (const stray of strayRequests(world, bundle)) found(stray);
  return { outcome, ms, said: whole };
}

/** What the catalogue's modules say of themselves when they believe they are out. */
function claimsEscape(output: unknown): boolean {
  return typeof output === "object" && output !== null && "escaped" in output && output.escaped === true;
}

function strayRequests({ seen }: BrokerWorld, { manifest }: Bundle): string[] {
  return seen.flatMap(({ host, method }) => {
    const grant = manifest.hosts.find((each) => each.host === host);
    return grant?.methods.some((granted) => granted === method) === true ? [] : [`${method} reached ${host}`];
  });
}
