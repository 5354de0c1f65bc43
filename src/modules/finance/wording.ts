import type { Nexus } from "#core/contract/module.ts";
import { lastDay } from "./days.ts";

/** Canadian dollars as the asker writes them. */
export function money(cents: number, nexus: Nexus): string {
  const locale = language(nexus);
  const format = formatters.get(locale) ?? new Intl.NumberFormat(locale, { style: "currency", currency: "CAD" });
  formatters.set(locale, format);
  return format.format(cents / 100);
}

// Making a formatter costs a hundred times what using it does, and a table uses one for every row.
const formatters = new Map<string, Intl.NumberFormat>();

/** A whole number as the asker writes it. */
export function number(value: number, nexus: Nexus): string {
  return new Intl.NumberFormat(language(nexus)).format(value);
}

/** A share of one as a percentage. */
export function percent(share: number, nexus: Nexus): string {
  return new Intl.NumberFormat(language(nexus), { style: "percent", maximumFractionDigits: 0 }).format(share);
}

/** A number and its noun: “1 row”, “3 categories”. */
export function counted(count: number, noun: string, nexus: Nexus): string {
  return `${number(count, nexus)} ${count === 1 ? noun : (PLURALS[noun] ?? `${noun}s`)}`;
}

const PLURALS: Readonly<Record<string, string>> = { category: "categories" };

/** “in March 2026”, “on March 3, 2026”, “from March 1 to March 20, 2026”, with dates as the asker writes them. */
export function days(from: string, to: string, nexus: Nexus): string {
  const whole = from.endsWith("-01") && to === lastDay(from.slice(0, 7));
  return `${whole ? "in" : from === to ? "on" : "from"} ${span(from, to, nexus)}`;
}

/** The days of a period without the word before them. */
export function span(from: string, to: string, nexus: Nexus): string {
  if (from.endsWith("-01") && to === lastDay(from.slice(0, 7))) return monthName(from.slice(0, 7), nexus);
  const write = (date: string, year: "numeric" | undefined): string => {
    const options = { day: "numeric", month: "long", timeZone: "UTC", ...(year ? { year } : {}) } as const;
    return new Intl.DateTimeFormat(language(nexus), options).format(new Date(`${date}T00:00:00Z`));
  };
  if (from === to) return write(to, "numeric");
  return `${write(from, from.slice(0, 4) === to.slice(0, 4) ? undefined : "numeric")} to ${write(to, "numeric")}`;
}

/** “March 2026”, from YYYY-MM. */
export function monthName(month: string, nexus: Nexus): string {
  const format = new Intl.DateTimeFormat(language(nexus), { month: "long", year: "numeric", timeZone: "UTC" });
  return format.format(new Date(`${month}-01T00:00:00Z`));
}

/** The asker's language, or Canadian English when it is none that exists. */
export function language(nexus: Nexus): string {
  try {
    return new Intl.Locale(nexus.asker.locale).toString();
  } catch {
    return "en-CA";
  }
}
