import type { SchedulePlan } from "#core/contract/schedule.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { failingText } from "./holidays-text.ts";
import { readCalendar } from "./read-calendar.ts";

/** What was read of a calendar is good for a day, and one that could not be read is tried again in an hour; ms. */
export const GOOD_FOR_MS = 24 * 60 * 60_000;
export const TRIED_AGAIN_MS = 60 * 60_000;

/**
 * Reads the calendar that a plan of the asker's own names, unless that was done today: so what it leaves out is known
 * before it is set up. @returns why it cannot be so, where only they can mend that
 */
export async function knowHolidays(
  deps: OrchestratorDeps,
  scene: Scene,
  { rule, place }: Pick<SchedulePlan, "rule" | "place">,
): Promise<{ readonly refused: string } | undefined> {
  const { org } = scene.turn;
  const { person } = scene;
  if (!rule.skipHolidays || rule.calendar === undefined) return undefined;
  const known = deps.holidays.of(org, person, rule).calendar;
  const isFresh = known?.readAt !== undefined && scene.now.getTime() - known.readAt.getTime() < GOOD_FOR_MS;
  if (isFresh && known.failing === undefined) return undefined;
  const read = await readCalendar(deps, scene, rule.calendar, place);
  if (read.is === "failed" && read.isTheirs) {
    const words = failingText(read.why, true);
    return {
      refused: `I can't leave out the holidays of ${inert(rule.calendar)}: ${words}. Then say this again.`,
    };
  }
  const { holidayCalendars } = deps.store.forOrg(org);
  if (read.is === "read") await holidayCalendars.keep(person, rule.calendar, read.days, laterBy(scene, GOOD_FOR_MS));
  else await holidayCalendars.fail(person, rule.calendar, read.why, laterBy(scene, TRIED_AGAIN_MS));
  const kept = await holidayCalendars.get(person, rule.calendar);
  if (kept !== undefined) deps.holidays.learn({ org, ...kept });
  return undefined;
}

/** So long after the time of the turn. */
export function laterBy({ now }: Pick<Scene, "now">, ms: number): Date {
  return new Date(now.getTime() + ms);
}
