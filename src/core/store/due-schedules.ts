import { type Kysely, sql } from "kysely";
import type { OrgId, ScheduleId, TurnId } from "#core/contract/ids.ts";
import type { SlotState } from "#core/contract/schedule.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";
import { type StoredSchedule, toSchedule } from "./schedules.ts";

/** A schedule, and whose. */
export type OrgSchedule = StoredSchedule & { readonly org: OrgId };

/** One slot of a schedule, to be taken by whoever is first. */
export interface SlotClaim {
  readonly org: OrgId;
  readonly id: ScheduleId;
  readonly slot: string;
  readonly dueAt: Date;
  /** That of the schedule when it was found due. */
  readonly revision: number;
  /** When the schedule runs next; undefined: never again. */
  readonly nextAt: Date | undefined;
  readonly as: SlotState;
  readonly result?: string;
  /** Slots before it that nobody came for, and that are written off with it. */
  readonly passed?: readonly { readonly slot: string; readonly dueAt: Date }[];
}

/** A slot whose turn is not in the inbox, though it was taken. */
export interface UnhandedSlot {
  readonly slot: string;
  readonly dueAt: Date;
  readonly schedule: OrgSchedule;
}

/** The schedules of all orgs whose time has come, for the clock. */
export interface DueSchedules {
  /** Of up to `limit` slots the same share for each org with some, the longest due first. */
  find(now: Date, limit: number): Promise<OrgSchedule[]>;
  /**
   * Takes a slot and moves its schedule on, both or neither: false when somebody else took it, or the schedule was
   * changed, paused or ended meanwhile.
   */
  claim(claim: SlotClaim, now: Date): Promise<boolean>;
  /** Moves a schedule on without a slot; nothing happens when it was changed meanwhile. */
  moveOn(of: Pick<SlotClaim, "org" | "id" | "revision" | "nextAt"> & { readonly from: Date }): Promise<void>;
  /** How many slots are handed on and have not ended; with `since`, of those that were handed on from then on. */
  open(since?: Date): Promise<number>;
  /** The turn of a slot is in the inbox. */
  handed(of: Pick<SlotClaim, "org" | "id" | "slot">, turn: TurnId): Promise<void>;
  /** Slots that were taken and whose turn never came into the inbox, or is there no more. */
  unhanded(limit: number): Promise<UnhandedSlot[]>;
  /**
   * Ends the slots whose turn is over and said nothing of them: `failed` where it was given up.
   * @returns how many
   */
  settle(now: Date): Promise<number>;
  /** Schedules that run, by id from behind `after`, whose next time lies beyond `beyond`. */
  ahead(beyond: Date, after: ScheduleId | undefined, limit: number): Promise<OrgSchedule[]>;
  /** Forgets the slots that were written off though they are yet to come: the clock that said so was ahead. */
  unskip(now: Date): Promise<void>;
  /** Brings the next time of a schedule forward; nothing happens when it was changed meanwhile. */
  bringForward(of: Pick<SlotClaim, "org" | "id" | "revision">, nextAt: Date): Promise<void>;
  /** Which of these slots of a schedule have been taken. */
  taken(org: OrgId, id: ScheduleId, slots: readonly string[]): Promise<Set<string>>;
}

/** Makes the view of what is due. It crosses orgs, which is its purpose; every change names one. */
export function createDueSchedules(access: Access): DueSchedules {
  return {
    find: (now, limit) => find(access.db, now.getTime(), limit),
    claim: (claim, now) => access.write((db) => take(db, claim, now.getTime())),
    moveOn: ({ org, id, revision, from, nextAt }) =>
      access.write(async (db) => {
        await unchanged(db, { org, id, revision })
          .set({ next_at: nextAt?.getTime() ?? null })
          .where("next_at", "=", from.getTime())
          .execute();
      }, "crash"),
    open: async (since) => {
      const { total } = await access.db
        .selectFrom("schedule_slots")
        .where(sql<boolean>`state = 'handed'`)
        .where("handed_at", ">=", since?.getTime() ?? 0)
        .select(({ fn }) => fn.countAll<number>().as("total"))
        .executeTakeFirstOrThrow();
      return total;
    },
    handed: ({ org, id, slot }, turn) =>
      access.write(async (db) => {
        await db
          .updateTable("schedule_slots")
          .set({ turn_id: turn })
          .where("org_id", "=", org)
          .where("schedule_id", "=", id)
          .where("slot", "=", slot)
          .where("state", "=", "handed")
          .execute();
        // Found out again: the inbox knows the slot by its name.
      }, "crash"),
    unhanded: async (limit) => {
      const rows = await access.db
        .selectFrom("schedule_slots")
        .innerJoin("schedules", "schedules.id", "schedule_slots.schedule_id")
        .where(sql<boolean>`schedule_slots.state = 'handed'`)
        .where(
          sql<boolean>`(turn_id is null or not exists (select 1 from inbox where inbox.id = schedule_slots.turn_id))`,
        )
        .selectAll("schedules")
        .select(["schedule_slots.slot", "schedule_slots.due_at"])
        .limit(limit)
        .execute();
      return rows.flatMap(({ slot, due_at, ...row }) =>
        readable(row).map((schedule) => ({ slot, dueAt: new Date(due_at), schedule })),
      );
    },
    settle: async (now) => {
      const over = sql<boolean>`exists (
        select 1 from inbox where inbox.id = schedule_slots.turn_id and inbox.state = 'done')`;
      const any = access.db
        .selectFrom("schedule_slots")
        .where(sql<boolean>`state = 'handed'`)
        .where(over)
        .select("slot")
        .limit(1);
      // As often as not there is none, and to read that makes nobody wait.
      if (!(await any.executeTakeFirst())) return 0;
      return access.write(async (db) => {
        const failed = sql<SlotState>`case when exists (
          select 1 from dead_letters where dead_letters.turn_id = schedule_slots.turn_id
            and dead_letters.outbox_id is null) then 'failed' else 'done' end`;
        const ended = await db
          .updateTable("schedule_slots")
          .set({ state: failed, ended_at: now.getTime() })
          .where(sql<boolean>`state = 'handed'`)
          .where(over)
          .executeTakeFirst();
        return Number(ended.numUpdatedRows);
      }, "crash");
    },
    ahead: async (beyond, after, limit) => {
      const rows = await access.db
        .selectFrom("schedules")
        .where(sql<boolean>`state = 'on'`)
        .where("next_at", ">", beyond.getTime())
        .$if(after !== undefined, (query) => query.where("id", ">", after ?? null))
        .selectAll()
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.flatMap(readable);
    },
    unskip: (now) =>
      access.write(async (db) => {
        await db
          .deleteFrom("schedule_slots")
          .where("due_at", ">", now.getTime())
          .where("state", "=", "skipped")
          // Where a turn has decided so, its owner wanted it.
          .where("turn_id", "is", null)
          .execute();
      }),
    bringForward: (of, nextAt) =>
      access.write(async (db) => {
        await unchanged(db, of).set({ next_at: nextAt.getTime() }).where("next_at", ">", nextAt.getTime()).execute();
      }),
    taken: async (org, id, slots) => {
      const rows = await access.db
        .selectFrom("schedule_slots")
        .where("org_id", "=", org)
        .where("schedule_id", "=", id)
        .where("slot", "in", slots)
        .select("slot")
        .execute();
      return new Set(rows.map(({ slot }) => slot));
    },
  };
}

async function find(db: Kysely<Database>, now: number, limit: number): Promise<OrgSchedule[]> {
  const due = db
    .selectFrom("schedules")
    .where(sql<boolean>`state = 'on'`)
    .where("next_at", "<=", now);
  const orgs = await due
    .groupBy("org_id")
    .orderBy(({ fn }) => fn.min("next_at"))
    .select("org_id")
    .limit(limit)
    .execute();
  const share = Math.ceil(limit / Math.max(1, orgs.length));
  const found = [];
  for (const { org_id } of orgs) {
    found.push(
      ...(await due.where("org_id", "=", org_id).selectAll().orderBy("next_at").orderBy("id").limit(share).execute()),
    );
  }
  return found.slice(0, limit).flatMap(readable);
}

/** A row that says nothing anybody can read holds up no other: it is passed over. */
function readable(row: Database["schedules"]): OrgSchedule[] {
  try {
    return [{ org: row.org_id, ...toSchedule(row) }];
  } catch {
    return [];
  }
}

async function take(db: Kysely<Database>, claim: SlotClaim, now: number): Promise<boolean> {
  const { org, id, slot, dueAt, nextAt, as, result = null, passed = [] } = claim;
  const moved = await unchanged(db, claim)
    .set({ next_at: nextAt?.getTime() ?? null })
    // Whoever comes late must not move it back.
    .where("next_at", "<=", dueAt.getTime())
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) return false;
  const row = { schedule_id: id, org_id: org, handed_at: now, turn_id: null };
  const insert = db.insertInto("schedule_slots").onConflict((conflict) => conflict.doNothing());
  const isOpen = as === "handed" || as === "asked";
  const values = { ...row, slot, due_at: dueAt.getTime(), state: as, ended_at: isOpen ? null : now, result };
  const taken = await insert.values(values).executeTakeFirst();
  for (const each of passed) {
    const skipped = { state: "skipped", ended_at: now, result: null } as const;
    await insert.values({ ...row, slot: each.slot, due_at: each.dueAt.getTime(), ...skipped }).execute();
  }
  return taken.numInsertedOrUpdatedRows === 1n;
}

function unchanged(db: Kysely<Database>, { org, id, revision }: Pick<SlotClaim, "org" | "id" | "revision">) {
  return db
    .updateTable("schedules")
    .where("org_id", "=", org)
    .where("id", "=", id)
    .where("revision", "=", revision)
    .where(sql<boolean>`state = 'on'`);
}
