import type { Nexus } from "#core/contract/module.ts";

/** Days from and to, both included, as YYYY-MM-DD. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Today where the asker is. */
export function localToday(nexus: Nexus): string {
  const at = nexus.now();
  try {
    const options = { timeZone: nexus.asker.timeZone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
    return new Intl.DateTimeFormat("sv-SE", options).format(at);
  } catch {
    return at.toISOString().slice(0, 10);
  }
}

/** The earlier of two days. */
export function earlier(one: string, other: string): string {
  return one < other ? one : other;
}

/** A month (YYYY-MM) some months later, or earlier when negative. */
export function addMonths(month: string, by: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

/** The last day of a month (YYYY-MM). */
export function lastDay(month: string): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

/** The day after. */
export function nextDay(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** Whether a text is a day that exists. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
