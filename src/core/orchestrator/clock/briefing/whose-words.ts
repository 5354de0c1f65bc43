import type { SchedulePlan } from "#core/contract/schedule.ts";
import { inert } from "#core/orchestrator/inert.ts";

/** Whose a post is, and how to end it: what every post of a schedule says at its end. */
export function whoseWords({ actor }: Pick<SchedulePlan, "actor">): string {
  return `Set up by ${inert(actor.displayName)} · \`schedules\` changes, pauses or ends it`;
}
