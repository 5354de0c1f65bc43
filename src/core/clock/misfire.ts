import type { SchedulePlan } from "#core/contract/schedule.ts";

/**
 * What to do about a slot now. `run`: it is on time. `late`: it runs, and says how late it is. `ask`: whose it is decides
 * whether it is still wanted. `skip`: it is not run any more.
 */
export type Misfire = "run" | "late" | "skip" | "ask";

/** Up to this is on time: a busy minute, or a restart, is nobody's business; ms. */
export const ON_TIME_MS = 5 * 60_000;

/** Decides about a slot by how late it is, and by what its plan says for that. */
export function decideMisfire(
  { misfire, lateMinutes }: Pick<SchedulePlan, "misfire" | "lateMinutes">,
  dueAt: Date,
  now: Date,
): Misfire {
  const lateMs = now.getTime() - dueAt.getTime();
  if (lateMs <= ON_TIME_MS) return "run";
  switch (misfire) {
    case "late":
      return lateMs <= lateMinutes * 60_000 ? "late" : "skip";
    case "ask":
      return lateMs <= ASKED_FOR_MS ? "ask" : "skip";
    case "skip":
      return "skip";
    default:
      return misfire satisfies never;
  }
}

/** Nobody is asked about yesterday's briefing. */
const ASKED_FOR_MS = 24 * 60 * 60_000;
