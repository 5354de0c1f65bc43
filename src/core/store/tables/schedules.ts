import type { ChannelKey, OrgId, PersonId, ScheduleId, TurnId } from "#core/contract/ids.ts";
import type { ScheduleState, SlotState } from "#core/contract/schedule.ts";

/** The tables of this migration, as Kysely sees them. */
export interface SchedulesTables {
  schedules: {
    id: ScheduleId;
    org_id: OrgId;
    /** Whose it is: with whose rights it runs. */
    person_id: PersonId;
    /** What people call it by. */
    code: string;
    plan_json: string;
    /** The channel that it posts in. */
    channel_key: ChannelKey;
    state: ScheduleState;
    /** Why it does not run, for whoever asks. */
    why: string | null;
    /** What is due before this time is left out. */
    snoozed_until: number | null;
    /** The next slot's time; null: none is to come. */
    next_at: number | null;
    /** Counts what people changed: what was made for an older plan is not done with a newer one. */
    revision: number;
    created_at: number;
    changed_at: number;
  };
  /** One row for each time that has come, whatever became of it: its key is why no slot runs twice. */
  schedule_slots: {
    schedule_id: ScheduleId;
    org_id: OrgId;
    /** The minute by the clocks of the schedule's zone, `2026-11-24T08:30`. */
    slot: string;
    due_at: number;
    state: SlotState;
    turn_id: TurnId | null;
    handed_at: number;
    ended_at: number | null;
    /** In a few words of ours, never of a module's. */
    result: string | null;
  };
}
