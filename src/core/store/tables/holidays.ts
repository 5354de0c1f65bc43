import type { OrgId, PersonId } from "#core/contract/ids.ts";

/** The table of this migration, as Kysely sees it. */
export interface HolidaysTables {
  /** Calendars whose whole days schedules leave out, as their owner may read them. */
  holiday_calendars: {
    org_id: OrgId;
    /** With whose account it is read. */
    person_id: PersonId;
    address: string;
    /** `{"2026-12-25":"Christmas Day"}`, as it was read last; null: it never was. */
    days_json: string | null;
    read_at: number | null;
    /** Why the last look brought nothing, in a code; null: it did. */
    failing: string | null;
    /** When it is to be read again. */
    next_at: number;
    /** Counts what was read or failed. */
    revision: number;
  };
}
