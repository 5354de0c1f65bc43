/** Which days are holidays. */
export interface Holidays {
  /** @param day `2026-12-25` */
  isHoliday(day: string): boolean;
  name(day: string): string | undefined;
  /** Nobody has said which days are holidays. */
  readonly isUnset?: true;
  /** Those of a calendar that a schedule names. */
  readonly calendar?: NamedCalendar;
}

/** How a calendar stands that somebody has named. */
export interface NamedCalendar {
  readonly address: string;
  /** When the days that are known were read; left out, none are. */
  readonly readAt?: Date;
  /** Why the last look brought nothing, in a code. */
  readonly failing?: string;
}

/** A calendar without any. */
export const NO_HOLIDAYS: Holidays = { isHoliday: () => false, name: () => undefined, isUnset: true };
