import type { Nexus } from "#core/contract/module.ts";
import type { Tag } from "./tag.ts";

/** A table that fits a chat message. */
export const ROWS = 15;

/** A table's title, with how much of it is shown when that is not all. */
export function shown(title: string, rows: number, total: number): string {
  return rows < total ? `${title} (${rows} of ${total})` : title;
}

/** Names and values; what is not known is left out. */
export function fields(items: readonly (readonly [string, string | undefined])[]) {
  const known = items.flatMap(([label, value]) => (value === undefined || value === "" ? [] : [{ label, value }]));
  return { type: "fields" as const, items: known };
}

/** What every answer ends with: the tag to remember, suggestions, and the mark of a sample. */
export function ending({ slot, tag, isDemo }: Tag, nexus: Nexus, next: string[]) {
  const remember = isDemo ? {} : { remember: { [slot]: tag } };
  return { ...remember, next, ...(nexus.sample === "required" ? { sample: true } : {}) };
}

/** A whole number as the asker writes it. */
export function number(value: number, nexus: Nexus): string {
  return new Intl.NumberFormat(language(nexus)).format(value);
}

/** A share of one as a percentage. */
export function percent(share: number, nexus: Nexus): string {
  return new Intl.NumberFormat(language(nexus), { style: "percent", maximumFractionDigits: 0 }).format(share);
}

function language(nexus: Nexus): string {
  try {
    return new Intl.Locale(nexus.asker.locale).toString();
  } catch {
    return "en";
  }
}
