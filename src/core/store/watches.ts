import type { OrgId, PersonId, WatchId } from "#core/contract/ids.ts";
import { Json } from "#core/contract/json.ts";
import { WatchPlan, type WatchState } from "#core/contract/watch.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";

/** What somebody wants to be told, and how far that is. */
export interface StoredWatch {
  readonly id: WatchId;
  readonly person: PersonId;
  readonly code: string;
  readonly plan: WatchPlan;
  readonly state: WatchState;
  /** What ended it. */
  readonly why?: string;
  /** What the last look saw; absent before the first. */
  readonly seen?: Json;
  readonly nextAt: Date;
  readonly lookedAt?: Date;
  readonly toldAt?: Date;
  readonly tellings: number;
  readonly failures: number;
  readonly failingSince?: Date;
  readonly endsAt: Date;
  readonly revision: number;
  readonly createdAt: Date;
}

/** What a look came to, as it is written down. */
export interface Looked {
  readonly seen: Json;
  readonly nextAt: Date;
  readonly state: WatchState;
  readonly why?: string;
  readonly told: boolean;
  readonly failures: number;
  readonly failingSince?: Date;
}

/** The watches of one org. */
export interface Watches {
  /** Begins one, or begins it anew: with nothing seen, and a look as soon as there can be one. */
  put(watch: Pick<StoredWatch, "id" | "person" | "code" | "plan" | "endsAt">): Promise<void>;
  get(id: WatchId): Promise<StoredWatch | undefined>;
  /** The one that goes on under a code, else the last that did. */
  byCode(code: string): Promise<StoredWatch | undefined>;
  /** Those that go on, the oldest first. */
  ofPerson(person: PersonId): Promise<StoredWatch[]>;
  /** Everybody's that go on. */
  all(): Promise<StoredWatch[]>;
  /** Every code under which one goes on. */
  codes(): Promise<string[]>;
  /** Ends one that goes on; false when none does. */
  end(id: WatchId, as: Exclude<WatchState, "on">, why: string): Promise<boolean>;
  renew(id: WatchId, endsAt: Date): Promise<boolean>;
  /** Writes down what the look that was due at `dueAt` saw; false when another did, or it was changed meanwhile. */
  looked(of: Pick<StoredWatch, "id" | "revision">, dueAt: Date, as: Looked): Promise<boolean>;
}

/** Makes the repository of an org's watches. */
export function createWatches(access: Access, org: OrgId): Watches {
  const now = (): number => access.clock().getTime();
  const every = () => access.db.selectFrom("watches").where("org_id", "=", org).selectAll();
  return {
    put: ({ id, person, code, plan, endsAt }) =>
      access.write(async (db) => {
        const values = {
          person_id: person,
          plan_json: JSON.stringify(plan),
          state: "on" as const,
          why: null,
          seen_json: null,
          next_at: now(),
          handed_at: null,
          failures: 0,
          failing_since: null,
          ends_at: endsAt.getTime(),
          changed_at: now(),
        };
        await db
          .insertInto("watches")
          .values({ id, org_id: org, code, tellings: 0, revision: 0, created_at: now(), ...values })
          .onConflict((conflict) =>
            conflict
              .column("id")
              .doUpdateSet((is) => ({ ...values, revision: is("watches.revision", "+", 1) }))
              .where("watches.org_id", "=", org),
          )
          .execute();
      }),
    get: async (id) => {
      const row = await every().where("id", "=", id).executeTakeFirst();
      return row && toWatch(row);
    },
    byCode: async (code) => {
      const rows = await every().where("code", "=", code).orderBy("changed_at", "desc").execute();
      const row = rows.find(({ state }) => state === "on") ?? rows[0];
      return row && toWatch(row);
    },
    ofPerson: async (person) => {
      const rows = await every().where("person_id", "=", person).where("state", "=", "on").orderBy("id").execute();
      return rows.map(toWatch);
    },
    all: async () => {
      const rows = await every().where("state", "=", "on").orderBy("id").execute();
      return rows.map(toWatch);
    },
    codes: async () => {
      const rows = await access.db
        .selectFrom("watches")
        .where("org_id", "=", org)
        .where("state", "=", "on")
        .select("code")
        .execute();
      return rows.map(({ code }) => code);
    },
    end: (id, as, why) =>
      access.write(async (db) => {
        const ended = await db
          .updateTable("watches")
          .set((is) => ({ state: as, why, changed_at: now(), handed_at: null, revision: is("revision", "+", 1) }))
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("state", "=", "on")
          .executeTakeFirst();
        return ended.numUpdatedRows === 1n;
      }),
    renew: (id, endsAt) =>
      access.write(async (db) => {
        const renewed = await db
          .updateTable("watches")
          .set({ ends_at: endsAt.getTime(), changed_at: now() })
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("state", "=", "on")
          .executeTakeFirst();
        return renewed.numUpdatedRows === 1n;
      }),
    looked: ({ id, revision }, dueAt, as) =>
      access.write(async (db) => {
        const written = await db
          .updateTable("watches")
          .set((is) => ({
            seen_json: JSON.stringify(as.seen),
            next_at: as.nextAt.getTime(),
            state: as.state,
            why: as.why ?? null,
            handed_at: null,
            looked_at: now(),
            failures: as.failures,
            failing_since: as.failingSince?.getTime() ?? null,
            ...(as.told && { told_at: now(), tellings: is("tellings", "+", 1) }),
          }))
          .where("org_id", "=", org)
          .where("id", "=", id)
          .where("state", "=", "on")
          .where("revision", "=", revision)
          .where("next_at", "=", dueAt.getTime())
          .executeTakeFirst();
        return written.numUpdatedRows === 1n;
      }),
  };
}

/** A watch that is to be looked at. */
export interface DueWatch extends StoredWatch {
  readonly org: OrgId;
  /** Its look was put into the inbox long ago, and nothing came of it. */
  readonly isLost: boolean;
}

/** The watches of every org that are to be looked at. */
export interface DueWatches {
  /** The longest due first. One whose look has been in the inbox since before `lostBefore` is found again. */
  find(now: Date, lostBefore: Date, limit: number): Promise<DueWatch[]>;
  /** How many looks are in the inbox, of those handed since `lostBefore`. */
  open(lostBefore: Date): Promise<number>;
  /** Its look is in the inbox, for exactly this time. */
  handed(id: WatchId, dueAt: Date): Promise<void>;
  /** The look that was due is given up: the next is due then. */
  putOff(id: WatchId, dueAt: Date, nextAt: Date): Promise<void>;
}

/** Makes the view of what is to be looked at. */
export function createDueWatches(access: Access): DueWatches {
  return {
    find: async (now, lostBefore, limit) => {
      const rows = await access.db
        .selectFrom("watches")
        .where("state", "=", "on")
        .where((is) =>
          is.or([
            is("next_at", "<=", now.getTime()),
            // Set before the clock went back.
            is("next_at", ">", now.getTime() + LONGEST_MS),
          ]),
        )
        .where((is) => is.or([is("handed_at", "is", null), is("handed_at", "<", lostBefore.getTime())]))
        .selectAll()
        .orderBy("next_at")
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ org: row.org_id, isLost: row.handed_at !== null, ...toWatch(row) }));
    },
    open: async (lostBefore) => {
      const { count } = await access.db
        .selectFrom("watches")
        .where("state", "=", "on")
        .where("handed_at", ">=", lostBefore.getTime())
        .select((is) => is.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      return count;
    },
    handed: (id, dueAt) =>
      access.write(async (db) => {
        await db
          .updateTable("watches")
          .set({ handed_at: access.clock().getTime() })
          .where("id", "=", id)
          .where("next_at", "=", dueAt.getTime())
          .execute();
      }, "crash"),
    putOff: (id, dueAt, nextAt) =>
      access.write(async (db) => {
        await db
          .updateTable("watches")
          .set({ next_at: nextAt.getTime(), handed_at: null })
          .where("id", "=", id)
          .where("next_at", "=", dueAt.getTime())
          .execute();
      }, "crash"),
  };
}

/** No look is ever further ahead: a day, and what it is put off by chance. */
const LONGEST_MS = 48 * 60 * 60_000;

function toWatch(row: Database["watches"]): StoredWatch {
  return {
    id: row.id,
    person: row.person_id,
    code: row.code,
    plan: WatchPlan.parse(JSON.parse(row.plan_json)),
    state: row.state,
    ...(row.why !== null && { why: row.why }),
    ...(row.seen_json !== null && { seen: Json.parse(JSON.parse(row.seen_json)) }),
    nextAt: new Date(row.next_at),
    ...(row.looked_at !== null && { lookedAt: new Date(row.looked_at) }),
    ...(row.told_at !== null && { toldAt: new Date(row.told_at) }),
    tellings: row.tellings,
    failures: row.failures,
    ...(row.failing_since !== null && { failingSince: new Date(row.failing_since) }),
    endsAt: new Date(row.ends_at),
    revision: row.revision,
    createdAt: new Date(row.created_at),
  };
}
