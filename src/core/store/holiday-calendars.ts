import type { Kysely, Selectable } from "kysely";
import { z } from "zod";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { ScheduleRule } from "#core/contract/schedule.ts";
import type { Access } from "./access.ts";
import type { Database } from "./database.ts";
import type { HolidaysTables } from "./tables/holidays.ts";

/** Days by their date, `2026-12-25`, each with its name. */
export const HolidayDays = z.record(z.iso.date(), z.string());
export type HolidayDays = Readonly<z.infer<typeof HolidayDays>>;

/** A calendar whose whole days schedules of its person leave out, as it was read last. */
export interface KeptCalendar {
  readonly person: PersonId;
  readonly address: string;
  /** What the last look that brought anything brought. */
  readonly read?: { readonly days: HolidayDays; readonly at: Date };
  /** Why the last look brought nothing, in a code. */
  readonly failing?: string;
  readonly nextAt: Date;
}

/** The same, and whose org. */
export type OrgCalendar = KeptCalendar & { readonly org: OrgId };

/** The calendars of holidays that people of one org name. */
export interface HolidayCalendars {
  get(person: PersonId, address: string): Promise<KeptCalendar | undefined>;
  /** What was read of one, until when that will do. */
  keep(person: PersonId, address: string, days: HolidayDays, nextAt: Date): Promise<void>;
  /** It could not be read; what was read before stays. */
  fail(person: PersonId, address: string, why: string, nextAt: Date): Promise<void>;
  /** Not to be asked for before `nextAt`: somebody is reading it. */
  putOff(person: PersonId, address: string, nextAt: Date): Promise<void>;
  drop(person: PersonId, address: string): Promise<void>;
}

/** Those of all orgs, for the clock. */
export interface DueCalendars {
  all(): Promise<OrgCalendar[]>;
  /** Other after every change of any of them. */
  mark(): Promise<string>;
  /** Those that are to be read, the longest due first. */
  find(now: Date, limit: number): Promise<OrgCalendar[]>;
}

/** Makes the repository of an org's calendars of holidays. */
export function createHolidayCalendars(access: Access, org: OrgId): HolidayCalendars {
  const now = (): number => access.clock().getTime();
  type Values = Partial<Pick<Row, "days_json" | "read_at" | "failing" | "next_at">>;
  const put = (person: PersonId, address: string, values: Values & Pick<Row, "next_at">): Promise<void> =>
    access.write(async (db) => {
      const row = { ...UNREAD, ...values };
      await db
        .insertInto("holiday_calendars")
        .values({ org_id: org, person_id: person, address, ...row })
        .onConflict((conflict) =>
          conflict
            .columns(["org_id", "person_id", "address"])
            .doUpdateSet((set) => ({ ...values, revision: set("holiday_calendars.revision", "+", 1) })),
        )
        .execute();
    });
  return {
    get: async (person, address) => {
      const row = await access.db
        .selectFrom("holiday_calendars")
        .where("org_id", "=", org)
        .where("person_id", "=", person)
        .where("address", "=", address)
        .selectAll()
        .executeTakeFirst();
      return row && toKept(row);
    },
    keep: (person, address, days, nextAt) =>
      put(person, address, {
        days_json: JSON.stringify(days),
        read_at: now(),
        failing: null,
        next_at: nextAt.getTime(),
      }),
    fail: (person, address, why, nextAt) => put(person, address, { failing: why, next_at: nextAt.getTime() }),
    putOff: (person, address, nextAt) =>
      access.write(async (db) => {
        await db
          .updateTable("holiday_calendars")
          .set({ next_at: nextAt.getTime() })
          .where("org_id", "=", org)
          .where("person_id", "=", person)
          .where("address", "=", address)
          .execute();
      }, "crash"),
    drop: (person, address) =>
      access.write(async (db) => {
        await db
          .deleteFrom("holiday_calendars")
          .where("org_id", "=", org)
          .where("person_id", "=", person)
          .where("address", "=", address)
          .execute();
      }),
  };
}

/** Has the calendar read, from now on, that a schedule of a person names; one that is known already stays as it is. */
export async function wantCalendar(
  db: Kysely<Database>,
  { org, person, rule, now }: { org: OrgId; person: PersonId; rule: ScheduleRule; now: number },
): Promise<void> {
  if (!rule.skipHolidays || rule.calendar === undefined) return;
  await db
    .insertInto("holiday_calendars")
    .values({ org_id: org, person_id: person, address: rule.calendar, ...UNREAD, next_at: now })
    .onConflict((conflict) => conflict.columns(["org_id", "person_id", "address"]).doNothing())
    .execute();
}

/** Makes the view of all of them. It crosses orgs, which is its purpose; it changes nothing. */
export function createDueCalendars({ db }: Access): DueCalendars {
  return {
    all: async () => (await db.selectFrom("holiday_calendars").selectAll().execute()).map(toOrgs),
    mark: async () => {
      const { total, revisions, times } = await db
        .selectFrom("holiday_calendars")
        .select(({ fn }) => [
          fn.countAll().as("total"),
          fn.sum("revision").as("revisions"),
          fn.sum("next_at").as("times"),
        ])
        .executeTakeFirstOrThrow();
      return `${total}:${revisions}:${times}`;
    },
    find: async (now, limit) => {
      const due = db.selectFrom("holiday_calendars").where("next_at", "<=", now.getTime());
      return (await due.selectAll().orderBy("next_at").limit(limit).execute()).map(toOrgs);
    },
  };
}

const UNREAD = { days_json: null, read_at: null, failing: null, revision: 1 };

type Row = Selectable<HolidaysTables["holiday_calendars"]>;

function toOrgs(row: Row): OrgCalendar {
  return { org: row.org_id, ...toKept(row) };
}

function toKept({ person_id, address, days_json, read_at, failing, next_at }: Row): KeptCalendar {
  const days = days_json === null ? undefined : HolidayDays.safeParse(JSON.parse(days_json)).data;
  return {
    person: person_id,
    address,
    ...(days !== undefined && read_at !== null && { read: { days, at: new Date(read_at) } }),
    ...(failing !== null && { failing }),
    nextAt: new Date(next_at),
  };
}
