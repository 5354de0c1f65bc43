import type { SandboxOutcome } from "#core/contract/sandbox.ts";
import type { EngineName, ValidationReport } from "#core/contract/validation.ts";
import { quoted } from "./visible-text.ts";

/** Calls to be made twice. */
export interface Comparison {
  /** Makes call `index` in an engine: the same time, seed, input and answers in both. */
  readonly run: (engine: EngineName, index: number) => Promise<SandboxOutcome>;
  /** What each call is known by. */
  readonly names: readonly string[];
  readonly first: EngineName;
  readonly second: EngineName;
}

type Compared = ValidationReport["engines"];

const MAX_QUOTED = 200;
const QUOTED_BEFORE = 60;
const MAX_DIFFERENCES = 100;
/** Two engines round the last bit of `Math.exp` and its like differently; whatever differs beyond that is a difference. */
const DIGITS = 12;
/** How the QuickJS engine's own refusal reads, see `align.ts`. */
const NEEDS_INTL = " needs Intl, which QuickJS does not have";

/**
 * Makes the same calls in two engines and says where they part. They agree when a call ends the same way and with the
 * same answer; errors of the language are worded differently in each, so that of failures only the fact counts. A call
 * that met a limit of its machine in one of them (no runner, no time or memory left, `Intl`) compares nothing.
 */
export async function compareEngines(
  { run, names, first, second }: Comparison,
  signal: AbortSignal,
): Promise<Compared> {
  const differences: Compared["differences"] = [];
  const reasons = new Set<string>();
  let compared = 0;
  let agreed = 0;
  for (const [index, test] of names.entries()) {
    signal.throwIfAborted();
    const [one, other] = await Promise.all([run(first, index), run(second, index)]);
    const reason = whyNot(one, other);
    if (reason !== undefined) {
      reasons.add(reason);
      continue;
    }
    compared += 1;
    const [a, b] = [tell(one), tell(other)];
    if (a === b) agreed += 1;
    else if (differences.length < MAX_DIFFERENCES) differences.push({ test, ...quoteWhereTheyPart(a, b) });
  }
  const skipped = names.length - compared;
  const why = `${skipped} of ${names.length} calls: ${[...reasons].join("; ")}`.slice(0, 300);
  return { first, second, compared, agreed, ...(skipped === 0 ? {} : { notCompared: why }), differences };
}

/** Why two outcomes say nothing of the code, only of the machine or of what an engine lacks. */
function whyNot(one: SandboxOutcome, other: SandboxOutcome): string | undefined {
  for (const outcome of [one, other]) {
    if (outcome.status === "busy") return "no runner was free in time";
    if (outcome.status === "unavailable") return outcome.reason;
    if (outcome.status === "aborted") return "it was called off";
    if (outcome.status === "failed" && outcome.message.includes(NEEDS_INTL)) return "QuickJS has no Intl";
  }
  if (one.status === other.status) return undefined;
  const isShort = [one, other].some(({ status }) => status === "timeout" || status === "resources");
  return isShort ? "one engine ran out of time or memory where the other did not" : undefined;
}

function tell(outcome: SandboxOutcome): string {
  if (outcome.status === "completed") return JSON.stringify(canonical(outcome.output));
  return outcome.status === "resources" ? `(resources: ${outcome.what})` : `(${outcome.status})`;
}

/** The same value for outputs that mean the same: keys in order, numbers to twelve digits. */
function canonical(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(DIGITS));
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, inner]) => [key, canonical(inner)]));
}

function quoteWhereTheyPart(a: string, b: string): { first: string; second: string } {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const from = Math.max(0, at - QUOTED_BEFORE);
  const quote = (text: string): string => quoted(`${from > 0 ? "…" : ""}${text.slice(from)}`, MAX_QUOTED);
  return { first: quote(a), second: quote(b) };
}
