import { isDeepStrictEqual } from "node:util";
import type { Finding, TestResult } from "#core/contract/validation.ts";
import { inPairs } from "./in-pairs.ts";
import type { Probe } from "./probes.ts";
import { findingOf, type ValidationRule } from "./rules.ts";
import { MAX_HANGS } from "./run-tests.ts";
import type { Trace } from "./scripted-host.ts";
import { runTrial, type TrialDeps, type TrialEnd } from "./trial.ts";
import { visible } from "./visible-text.ts";

/** A probe's verdict, and how the call went. */
export interface ProbeEnd {
  readonly probe: Probe;
  readonly result: TestResult;
  readonly end?: TrialEnd;
  readonly rule?: ValidationRule;
  /** The same answer came as in the unchanged call. */
  readonly isUnmoved?: boolean;
}

/**
 * Tries every probe. One is passed by ending in time, within limits, with an answer or a named error. A module that throws
 * is told so with a warning: the host answers for it, and nobody is harmed. One that is stopped, or whose answer the host
 * must throw away, is refused, unless a person asked for too much.
 */
export async function runProbes(deps: TrialDeps, probes: readonly Probe[], signal: AbortSignal): Promise<ProbeEnd[]> {
  const hung = new Set<number>();
  return inPairs(
    probes,
    async (probe, index) => {
      const name = visible(probe.name, 200);
      if ([...hung].filter((each) => each < index - (index % 2)).length >= MAX_HANGS) {
        return { probe, result: { name, passed: false, why: `not run: ${MAX_HANGS} before it did not end in time` } };
      }
      const end = await runTrial(deps, probe.trial, {}, signal);
      if (end.ending.kind === "overused" && end.ending.isHang) hung.add(index);
      return judge(probe, name, end);
    },
    signal,
  );
}

/** One finding for each rule and capability, however many probes ran into it. */
export function findingsOf(ends: readonly ProbeEnd[], file: string): Finding[] {
  const groups = Map.groupBy(
    ends.filter(({ rule }) => rule !== undefined),
    ({ rule, probe }) => `${rule} ${probe.trial.capability.name}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first?.rule === undefined) return [];
    const others =
      group.length > 1 ? ` (and in ${group.length - 1} more ${group.length === 2 ? "probe" : "probes"})` : "";
    return [findingOf(first.rule, visible(`${first.result.name}: ${first.result.why ?? ""}${others}`, 400), file)];
  });
}

/**
 * Whether capabilities answer from their sources at all. The same answer to other values is odd; the same answer to a
 * source that is down as well was made without the source.
 */
export function findUnmoved(ends: readonly ProbeEnd[], file: string): Finding[] {
  const unmoved = (capability: string, when: "changed" | "down"): boolean =>
    ends.some(
      ({ probe, isUnmoved }) =>
        isUnmoved === true && probe.trial.capability.name === capability && probe.unlike?.when === when,
    );
  const capabilities = new Set(ends.map(({ probe }) => probe.trial.capability.name));
  return [...capabilities].flatMap((name) => {
    if (!unmoved(name, "changed")) return [];
    return unmoved(name, "down")
      ? [findingOf("probe.source-ignored", `${name} gives its test's answer even when its source is down`, file)]
      : [findingOf("probe.unmoved", `${name} gives the same answer when every value of the source is another`, file)];
  });
}

/**
 * What a probe's requests say against the module. A person may say `../..`, and a module that escapes it well still asks
 * for a path that the broker refuses: that is a slip, not an attempt.
 */
export function heldAgainst({ cause }: Probe, { trace }: TrialEnd): Trace {
  return cause === "person" ? { ...trace, denied: trace.denied.filter(({ isSlip }) => !isSlip) } : trace;
}

function judge(probe: Probe, name: string, end: TrialEnd): ProbeEnd {
  const failed = (why: string, rule?: ValidationRule): ProbeEnd => ({
    probe,
    result: { name, passed: false, why: visible(why, 1_000) },
    end,
    ...(rule === undefined ? {} : { rule }),
  });
  const [slip] = end.trace.denied;
  const [denied] = heldAgainst(probe, end).denied;
  // The finding of it is made from all requests of all runs.
  if (denied !== undefined) return failed(`it asked for ${denied.method} ${denied.host}: ${denied.why}`);
  if (slip !== undefined) return failed(`it asked for ${slip.method} ${slip.host}: ${slip.why}`, "probe.refused");
  const { ending } = end;
  switch (ending.kind) {
    case "invalid":
      return failed(ending.why, "probe.output");
    case "thrown":
      return failed(ending.why, "probe.thrown");
    case "overused":
      return failed(ending.why, probe.cause === "person" ? "probe.greedy" : "probe.overused");
    case "answer":
    case "error":
      break;
    default:
      ending satisfies never;
  }
  if (JSON.stringify(ending.output).includes("canary-")) return failed("a credential came through", "probe.secret");
  if (probe.unlike === undefined || !isDeepStrictEqual(ending.output, probe.unlike.output)) {
    return { probe, result: { name, passed: true }, end };
  }
  return { ...failed("the answer is the same as before"), isUnmoved: true };
}
