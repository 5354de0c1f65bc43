import type { CallCounts } from "#core/store/store.ts";

/** What the calls of a version say about it. */
export type HealthJudgement =
  | { readonly state: "well" }
  /** Too many of its calls went wrong: they failed, or said there was nothing. */
  | { readonly state: "ill"; readonly of: "failures" | "empties" };

/**
 * Whether a version does worse than chance explains: the lowest rate of failures that fits what was seen lies above what
 * any module may have, and above that of the version before.
 * @param former what is known of the version before; no calls when there was none
 */
export function judgeHealth(counts: CallCounts, former: CallCounts): HealthJudgement {
  const { calls, failures, empties } = counts;
  if (calls < LEAST_CALLS) return { state: "well" };
  const isFailing =
    failures >= LEAST_FAILURES && lowest(failures, calls) > Math.max(FLOOR, knownRate(former.failures, former.calls));
  if (isFailing) return { state: "ill", of: "failures" };
  // A search may find nothing for good reasons: it says something only against many answers of the version before.
  const isEmpty =
    former.calls >= LEAST_FORMER &&
    lowest(empties, calls) > Math.max(EMPTY_FLOOR, highest(former.empties, former.calls));
  return isEmpty ? { state: "ill", of: "empties" } : { state: "well" };
}

const LEAST_CALLS = 5;
const LEAST_FAILURES = 3;
const LEAST_FORMER = 20;
/** Below this share a module is left alone, whatever the version before did. */
const FLOOR = 0.1;
const EMPTY_FLOOR = 0.5;
/** Of the 95 % interval. */
const Z = 1.96;

/** The rate of the version before, once there are calls enough to speak of one. */
function knownRate(failures: number, calls: number): number {
  return calls < LEAST_CALLS ? 0 : failures / calls;
}

/** The ends of Wilson's score interval (E. B. Wilson, 1927): true also for few calls and for rates near 0 and 1. */
function lowest(hits: number, calls: number): number {
  const { centre, margin } = wilson(hits, calls);
  return Math.max(0, centre - margin);
}

function highest(hits: number, calls: number): number {
  const { centre, margin } = wilson(hits, calls);
  return Math.min(1, centre + margin);
}

function wilson(hits: number, calls: number): { centre: number; margin: number } {
  const rate = hits / calls;
  const scale = 1 + Z ** 2 / calls;
  const centre = (rate + Z ** 2 / (2 * calls)) / scale;
  const margin = (Z / scale) * Math.sqrt((rate * (1 - rate)) / calls + Z ** 2 / (4 * calls ** 2));
  return { centre, margin };
}
