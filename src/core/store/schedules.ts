import { type ChannelKey, type OrgId, type PersonId, type ScheduleId, type TurnId } from "#core/contract/ids.ts";
import { channelOf } from "#core/contract/message.ts";
import { SchedulePlan, type ScheduleState, type SlotState } from "#core/contract/schedule.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";
import { wantCalendar } from "./holiday-calendars.ts";

/** What is done again and again, for whom, and when next. */
export interface StoredSchedule {
  readonly id: ScheduleId;
  /** Whose it is. */
  readonly person: PersonId;
  /** What people call it by; unique among those of an org that have not ended. */
  readonly code: string;
  readonly plan: SchedulePlan;
  readonly state: ScheduleState;
  /** Why it does not run. */
  readonly why?: string;
  /** What is due before this time is left out. */
  readonly snoozedUntil?: Date;
  readonly nextAt?: Date;
  /** Counts what people changed. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

/** One time that has come for a schedule, and what became of it. */
export interface StoredSlot {
  readonly schedule: ScheduleId;
  /** The minute by the clocks of the schedule's zone, `2026-11-24T08:30`. */
  readonly slot: string;
  readonly dueAt: Date;
  readonly state: SlotState;
  readonly turn?: TurnId;
  readonly handedAt: Date;
  readonly endedAt?: Date;
  readonly result?: string;
}

/** A schedule as somebody sets it; without `nextAt` it waits, as a paused one does. */
export interface NewSchedule {
  readonly id: ScheduleId;
  readonly person: PersonId;
  readonly code: string;
  readonly plan: SchedulePlan;
  readonly nextAt?: Date;
}

/** The schedules of one org. */
export interface Schedules {
  /** Adds one, or gives it a new plan and counts it as changed: one that had ended or was orphaned goes on. */
  put(schedule: NewSchedule): Promise<void>;
  get(id: ScheduleId): Promise<StoredSchedule | undefined>;
  /** The newest with this code, those that have not ended first. */
  byCode(code: string): Promise<StoredSchedule | undefined>;
  /** All that have not ended, the oldest first. */
  all(): Promise<StoredSchedule[]>;
  /** Those of a person that have not ended, the oldest first. */
  ofPerson(person: PersonId): Promise<StoredSchedule[]>;
  /** Those that post in a channel or its threads and have not ended, the oldest first. */
  inPlace(channel: ChannelKey): Promise<StoredSchedule[]>;
  /**
   * Moves one from a state to another; false when it was in none of `from`.
   * @param nextAt when it runs next; left out, it waits
   */
  setState(
    id: ScheduleId,
    from: readonly ScheduleState[],
    to: ScheduleState,
    why?: string,
    nextAt?: Date,
  ): Promise<boolean>;
  /** Makes one somebody else's, who goes on with it; false when it has ended. */
  adopt(id: ScheduleId, person: PersonId, plan: SchedulePlan, nextAt: Date | undefined): Promise<boolean>;
  /** Leaves out what is due before `until`; undefined: nothing any more. */
  snooze(id: ScheduleId, until: Date | undefined): Promise<void>;
  /** The last times that have come, the newest first. */
  slots(id: ScheduleId, limit: number): Promise<StoredSlot[]>;
  /** One time that has come. */
  slot(id: ScheduleId, slot: string): Promise<StoredSlot | undefined>;
  /** Says what became of a slot that was handed on or asked about; one that has ended stays as it is. */
  endSlot(
    id: ScheduleId,
    slot: string,
    as: SlotState,
    about: { readonly turn?: TurnId; readonly result?: string },
  ): Promise<void>;
}

/** Makes the repository of an org's schedules. */
export function createSchedules(access: Access, org: OrgId): Schedules {
  const now = (): number => access.clock().getTime();
  const all = () => access.db.selectFrom("schedules").where("org_id", "=", org).selectAll();
  const living = () => all().where("state", "!=", "ended").orderBy("created_at").orderBy("id");
  const slots = (id: ScheduleId) =>
    access.db.selectFrom("schedule_slots").where("org_id", "=", org).where("schedule_id", "=", id).selectAll();
  return {
    put: ({ id, person, code, plan, nextAt }) =>
      access.write(async (db) => {
        const values = { person_id: person, code, changed_at: now(), ...planned(plan, nextAt) };
        await db
          .insertInto("schedules")
          .values({ id, org_id: org, revision: 1, created_at: now(), ...values })
          .onConflict((conflict) =>
            conflict
              .column("id")
              .doUpdateSet((set) => ({ ...values, revision: set("schedules.revision", "+", 1) }))
              .where("schedules.org_id", "=", org),
          )
          .execute();
        await wantCalendar(db, { org, person, rule: plan.rule, now: now() });
      }),
    get: async (id) => {
      const row = await all().where("id", "=", id).executeTakeFirst();
      return row && toSchedule(row);
    },
    byCode: async (code) => {
      const rows = await all().where("code", "=", code).orderBy("created_at", "desc").orderBy("id", "desc").execute();
      const row = rows.find(({ state }) => state !== "ended") ?? rows[0];
      return row && toSchedule(row);
    },
    all: async () => (await living().execute()).map(toSchedule),
    ofPerson: async (person) => (await living().where("person_id", "=", person).execute()).map(toSchedule),
    inPlace: async (channel) => (await living().where("channel_key", "=", channel).execute()).map(toSchedule),
    setState: (id, from, to, why, nextAt) =>
      access.write(async (db) => {
        const moved = await db
          .updateTable("schedules")
          .set({ state: to, why: why ?? null, next_at: nextAt?.getTime() ?? null, changed_at: now() })
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("state", "in", from)
          .executeTakeFirst();
        return moved.numUpdatedRows === 1n;
      }),
    adopt: (id, person, plan, nextAt) =>
      access.write(async (db) => {
        const adopted = await db
          .updateTable("schedules")
          .set((set) => ({
            person_id: person,
            changed_at: now(),
            revision: set("revision", "+", 1),
            ...planned(plan, nextAt),
          }))
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("state", "!=", "ended")
          .executeTakeFirst();
        if (adopted.numUpdatedRows !== 1n) return false;
        await wantCalendar(db, { org, person, rule: plan.rule, now: now() });
        return true;
      }),
    snooze: (id, until) =>
      access.write(async (db) => {
        await db
          .updateTable("schedules")
          .set({ snoozed_until: until?.getTime() ?? null, changed_at: now() })
          .where("org_id", "=", org)
          .where("id", "=", id)
          .execute();
      }),
    slots: async (id, limit) =>
      (await slots(id).orderBy("due_at", "desc").orderBy("slot", "desc").limit(limit).execute()).map(toSlot),
    slot: async (id, slot) => {
      const row = await slots(id).where("slot", "=", slot).executeTakeFirst();
      return row && toSlot(row);
    },
    endSlot: (id, slot, as, { turn, result }) =>
      access.write(async (db) => {
        const ended = as === "handed" || as === "asked" ? null : now();
        await db
          .updateTable("schedule_slots")
          .set({ state: as, ended_at: ended, result: result ?? null, ...(turn && { turn_id: turn }) })
          .where("org_id", "=", org)
          .where("schedule_id", "=", id)
          .where("slot", "=", slot)
          .where("state", "in", ["handed", "asked"])
          .execute();
      }),
  };
}

function planned(plan: SchedulePlan, nextAt: Date | undefined) {
  return {
    plan_json: JSON.stringify(plan),
    channel_key: channelOf(plan.place),
    state: plan.paused ? ("paused" as const) : ("on" as const),
    why: null,
    next_at: plan.paused ? null : (nextAt?.getTime() ?? null),
  };
}

/** A schedule as its row says it. */
export function toSchedule(row: Database["schedules"]): StoredSchedule {
  return {
    id: row.id,
    person: row.person_id,
    code: row.code,
    plan: SchedulePlan.parse(JSON.parse(row.plan_json)),
    state: row.state,
    ...(row.why !== null && { why: row.why }),
    ...(row.snoozed_until !== null && { snoozedUntil: new Date(row.snoozed_until) }),
    ...(row.next_at !== null && { nextAt: new Date(row.next_at) }),
    revision: row.revision,
    createdAt: new Date(row.created_at),
    changedAt: new Date(row.changed_at),
  };
}

function toSlot(row: Database["schedule_slots"]): StoredSlot {
  return {
    schedule: row.schedule_id,
    slot: row.slot,
    dueAt: new Date(row.due_at),
    state: row.state,
    ...(row.turn_id !== null && { turn: row.turn_id }),
    handedAt: new Date(row.handed_at),
    ...(row.ended_at !== null && { endedAt: new Date(row.ended_at) }),
    ...(row.result !== null && { result: row.result }),
  };
}
