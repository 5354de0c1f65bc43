import type { ModulePart } from "#core/contract/reply.ts";
import { lineOf } from "./section.ts";

const MOST_ROWS = 3;

/** The first rows of a table as one line, as in `09:30–09:45 Stand-up · 11:00–11:45 Planning · 4 more`. */
export function firstRows(parts: readonly ModulePart[]): string | undefined {
  const table = parts.find((part) => part.type === "table");
  if (table === undefined || table.rows.length === 0 || table.columns.length < 2) return undefined;
  const rows = table.rows.slice(0, MOST_ROWS).map(([first = "", second = ""]) => `${first} ${second}`.trim());
  const more = table.rows.length - MOST_ROWS;
  return lineOf([...rows, ...(more > 0 ? [`${more} more`] : [])].join(" · "));
}
