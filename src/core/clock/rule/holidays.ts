/** Which days are holidays. */
export interface Holidays {
  /** @param day `2026-12-25` */
  isHoliday(day: string): boolean;
  name(day: string): string | undefined;
  /** Nobody has said which days are holidays. */
  readonly isUnset?: true;
}

/** A calendar without any. */
export const NO_HOLIDAYS: Holidays = { isHoliday: () => false, name: () => undefined, isUnset: true };
