import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { ScheduleRule } from "#core/contract/schedule.ts";
import type { DueCalendars, OrgCalendar } from "#core/store/store.ts";
import type { HolidayCalendar } from "./holiday-calendar.ts";
import type { Holidays } from "./rule/holidays.ts";

/** The holidays of every schedule: those of the house, or of the calendar that it names. */
export interface HolidayBook {
  /** Those that a schedule of this person leaves out, as far as they are known now. */
  of(org: OrgId, person: PersonId, rule: Pick<ScheduleRule, "calendar">): Holidays;
  /** Goes by what was just read of a calendar, before the next look finds it. */
  learn(calendar: OrgCalendar): void;
}

/** The same for the clock, which keeps it up to date. */
export interface KeptHolidayBook extends HolidayBook {
  /** Looks at what has been read since, by whoever read it. @returns whether other days are holidays now */
  look(): Promise<boolean>;
}

/** Opens the book over the calendar of the house and those that the database keeps. It knows none of these before a look. */
export function createHolidayBook({
  house,
  calendars,
}: {
  readonly house: HolidayCalendar;
  readonly calendars: DueCalendars;
}): KeptHolidayBook {
  const known = new Map<string, Holidays>();
  let mark = "";
  let days = "[]";
  const learn = (calendar: OrgCalendar): void =>
    void known.set(keyOf(calendar.org, calendar.person, calendar.address), holidaysOf(calendar));
  return {
    of(org, person, { calendar }) {
      if (calendar === undefined) return house;
      return known.get(keyOf(org, person, calendar)) ?? { ...NONE, calendar: { address: calendar } };
    },
    learn,
    async look() {
      const isOther = await house.look();
      const newest = await calendars.mark();
      if (newest === mark) return isOther;
      const all = await calendars.all();
      known.clear();
      for (const calendar of all) learn(calendar);
      mark = newest;
      const was = days;
      days = JSON.stringify(all.map(({ org, person, address, read }) => [org, person, address, read?.days]));
      return isOther || days !== was;
    },
  };
}

const NONE: Holidays = { isHoliday: () => false, name: () => undefined };

function holidaysOf({ address, read, failing }: OrgCalendar): Holidays {
  const days = new Map(Object.entries(read?.days ?? {}));
  return {
    isHoliday: (day) => days.has(day),
    name: (day) => days.get(day),
    calendar: { address, ...(read && { readAt: read.at }), ...(failing !== undefined && { failing }) },
  };
}

function keyOf(org: OrgId, person: PersonId, address: string): string {
  return `${org} ${person} ${address}`;
}
