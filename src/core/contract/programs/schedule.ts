import { z } from "zod";
import { PersonId, ScheduleId } from "#core/contract/ids.ts";
import { MisfirePolicy, ScheduleRule, ScheduleState, SlotState } from "#core/contract/schedule.ts";
import { Moment } from "./page.ts";

/** Something that is done again and again. What goes to one person alone is told without its words to anybody else. */
export const ScheduleResource = z.object({
  id: ScheduleId,
  code: z.string(),
  /** Absent where it is somebody else's own. */
  title: z.string().exactOptional(),
  does: z.enum(["briefing", "say", "run"]),
  rule: ScheduleRule,
  misfire: MisfirePolicy,
  lateMinutes: z.number().int(),
  state: ScheduleState,
  why: z.string().exactOptional(),
  owner: PersonId,
  /** `slack:T…:C…`; absent where only its owner reads. */
  channel: z.string().exactOptional(),
  nextAt: Moment.exactOptional(),
  snoozedUntil: Moment.exactOptional(),
  createdAt: Moment,
});
export type ScheduleResource = z.infer<typeof ScheduleResource>;

/** One of its times that has come. */
export const ScheduleRun = z.object({ slot: z.string(), dueAt: Moment, state: SlotState });

/** A schedule with its last runs. */
export const ScheduleDetail = ScheduleResource.extend({ runs: z.array(ScheduleRun).max(20) });
export type ScheduleDetail = z.infer<typeof ScheduleDetail>;

/** In the words a person would say it with. */
export const NewScheduleBody = z.strictObject({ words: z.string().min(1).max(300) });

export const ScheduleParams = z.strictObject({ id: ScheduleId });

/** What was done, in words, with how many there are now of the person's own. */
export const ScheduleSet = z.object({ said: z.string() });
export type ScheduleSet = z.infer<typeof ScheduleSet>;
