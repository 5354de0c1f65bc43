import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

/** The last run of a job, and the next. */
export interface StoredJob {
  readonly name: string;
  readonly nextAt: Date;
  /** It runs now. */
  readonly isRunning: boolean;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  readonly outcome?: "done" | "failed";
  readonly result?: string;
  /** How many runs in a row have failed. */
  readonly failures: number;
}

/** What NEXUS does by itself, of the whole house. */
export interface Jobs {
  /** Notes a job that there is; one that is known keeps its time, unless that is further off than `latest`. */
  know(name: string, first: Date, latest: Date): Promise<void>;
  all(now: Date): Promise<StoredJob[]>;
  /** Takes a job for as long as `until`; false when it is not its time, or somebody else has it. `due` false takes it whenever. */
  claim(name: string, by: { holder: string; now: Date; until: Date; due: boolean }): Promise<boolean>;
  /** Ends what this holder has taken. */
  end(
    name: string,
    of: { holder: string; now: Date; nextAt: Date; outcome: "done" | "failed"; result: string },
  ): Promise<void>;
}

/** Makes the repository of jobs. */
export function createJobs(access: Access): Jobs {
  return {
    know: (name, first, latest) =>
      access.write(async (db) => {
        await db
          .insertInto("jobs")
          .values({
            name,
            next_at: first.getTime(),
            holder: null,
            held_until: null,
            started_at: null,
            ended_at: null,
            outcome: null,
            result: null,
            failures: 0,
          })
          .onConflict((conflict) => conflict.column("name").doNothing())
          .execute();
        await db
          .updateTable("jobs")
          .set({ next_at: first.getTime() })
          .where("name", "=", name)
          .where("next_at", ">", latest.getTime())
          .execute();
      }),
    all: async (now) => {
      const rows = await access.db.selectFrom("jobs").selectAll().orderBy("name").execute();
      return rows.map((row) => toJob(row, now));
    },
    claim: (name, { holder, now, until, due }) =>
      access.write(async (db) => {
        const at = now.getTime();
        let query = db
          .updateTable("jobs")
          .set({ holder, held_until: until.getTime(), started_at: at, ended_at: null })
          .where("name", "=", name)
          .where((either) => either.or([either("held_until", "is", null), either("held_until", "<=", at)]));
        if (due) query = query.where("next_at", "<=", at);
        const { numUpdatedRows } = await query.executeTakeFirst();
        return numUpdatedRows === 1n;
      }),
    end: (name, { holder, now, nextAt, outcome, result }) =>
      access.write(async (db) => {
        await db
          .updateTable("jobs")
          .set((old) => ({
            holder: null,
            held_until: null,
            ended_at: now.getTime(),
            next_at: nextAt.getTime(),
            outcome,
            result,
            failures: outcome === "done" ? 0 : old("failures", "+", 1),
          }))
          .where("name", "=", name)
          .where("holder", "=", holder)
          .execute();
      }),
  };
}

function toJob(row: Database["jobs"], now: Date): StoredJob {
  return {
    name: row.name,
    nextAt: new Date(row.next_at),
    isRunning: row.held_until !== null && row.held_until > now.getTime(),
    ...(row.started_at !== null && { startedAt: new Date(row.started_at) }),
    ...(row.ended_at !== null && { endedAt: new Date(row.ended_at) }),
    ...(row.outcome !== null && { outcome: row.outcome }),
    ...(row.result !== null && { result: row.result }),
    failures: row.failures,
  };
}
