/** A calendar day as the number of days since 1970-01-01, free of any zone. */
export type Day = number;

const DAY_MS = 86_400_000;

/** The day of a date; months are 1 to 12, and what overflows carries over. */
export function dayOf(year: number, month: number, date: number): Day {
  const instant = new Date(0);
  instant.setUTCFullYear(year, month - 1, date);
  return Math.round(instant.getTime() / DAY_MS);
}

/** Year, month (1 to 12), date and weekday (0 is Sunday) of a day. */
export function dateOf(day: Day): { year: number; month: number; date: number; weekday: number } {
  const instant = new Date(day * DAY_MS);
  return {
    year: instant.getUTCFullYear(),
    month: instant.getUTCMonth() + 1,
    date: instant.getUTCDate(),
    weekday: instant.getUTCDay(),
  };
}

/** `YYYY-MM-DD`. */
export function formatDay(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The same date some months on, or the last of the month where it has no such date. */
export function addMonths(day: Day, months: number): Day {
  const { year, month, date } = dateOf(day);
  const first = dayOf(year, month + months, 1);
  return first + Math.min(date, daysInMonth(first)) - 1;
}

/** The first and last day of the month some months on. */
export function monthOf(day: Day, months = 0): { from: Day; to: Day } {
  const { year, month } = dateOf(day);
  return { from: dayOf(year, month + months, 1), to: dayOf(year, month + months + 1, 1) - 1 };
}

/** The first and last day of the quarter some quarters on. */
export function quarterOf(day: Day, quarters = 0): { from: Day; to: Day } {
  const { year, month } = dateOf(day);
  const first = month - ((month - 1) % 3) + quarters * 3;
  return { from: dayOf(year, first, 1), to: dayOf(year, first + 3, 1) - 1 };
}

/** The first and last day of the year some years on. */
export function yearOf(day: Day, years = 0): { from: Day; to: Day } {
  const { year } = dateOf(day);
  return { from: dayOf(year + years, 1, 1), to: dayOf(year + years, 12, 31) };
}

/** The first and last day of the week some weeks on. `weekStart` is 0 for Sunday, 1 for Monday, 6 for Saturday. */
export function weekOf(day: Day, weekStart: number, weeks = 0): { from: Day; to: Day } {
  const from = day - ((dateOf(day).weekday - weekStart + 7) % 7) + weeks * 7;
  return { from, to: from + 6 };
}

function daysInMonth(first: Day): number {
  const { year, month } = dateOf(first);
  return dayOf(year, month + 1, 1) - first;
}
