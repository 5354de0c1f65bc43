import type { SandboxOutcome } from "#core/contract/sandbox.ts";
import type { EngineName, ValidationReport } from "#core/contract/validation.ts";
import { compareEngines } from "./differential.ts";
import { makeCall, type RunCall, type Trial, type TrialDeps, type TrialEnd } from "./trial.ts";

/** From all over the list; the second engine takes some 20 ms for each. */
const MAX_COMPARED = 12;
/** The second engine is slower by a factor of ten and more: what it is asked is whether it agrees, not how fast. */
const PATIENCE = 10;

/** A call that has been made in the first engine. */
export interface Made {
  readonly name: string;
  readonly trial: Trial;
  readonly end: TrialEnd;
}

/**
 * Makes a sample of the calls again in a second engine, and says whether both agree: code that tells engines apart does
 * so to behave well only here.
 */
export async function askSecondEngine(
  deps: TrialDeps,
  made: readonly Made[],
  engines: { readonly first: EngineName; readonly second: EngineName; readonly runSecond: RunCall },
  signal: AbortSignal,
): Promise<ValidationReport["engines"]> {
  const sample = spread(made.filter(({ end }) => end.ending.kind !== "overused"));
  const timeoutMs = Math.min(60_000, deps.bundle.manifest.limits.timeoutMs * PATIENCE);
  const run = async (engine: EngineName, index: number): Promise<SandboxOutcome> => {
    const call = sample[index];
    if (call === undefined) throw new RangeError(`there is no call ${index}`);
    if (engine === engines.first) return call.end.outcome;
    const { outcome } = await makeCall(deps, call.trial, { run: engines.runSecond, timeoutMs }, signal);
    return outcome;
  };
  const { first, second } = engines;
  return await compareEngines({ run, names: sample.map(({ name }) => name), first, second }, signal);
}

/** What the report says when there is no second opinion, and why there is none. */
export function notCompared(first: EngineName, why: string): ValidationReport["engines"] {
  return { first, compared: 0, agreed: 0, notCompared: why.slice(0, 300), differences: [] };
}

/** As many as are compared, from all over the list. */
function spread(made: readonly Made[]): Made[] {
  const step = Math.max(1, made.length / MAX_COMPARED);
  return Array.from(
    { length: Math.min(made.length, MAX_COMPARED) },
    (_, index) => made[Math.floor(index * step)],
  ).filter((each) => each !== undefined);
}
