import type { TablePart } from "#core/contract/reply.ts";
import { cleanLine } from "#bot/clean-text.ts";
import { withWrittenMoments } from "./moments.ts";

/** A table as CSV (RFC 4180), for spreadsheets: numbers are bare, and no cell is run as a formula. */
export function toCsv({ columns, rows }: Pick<TablePart, "columns" | "rows">): string {
  const lines = [columns.map(({ header }) => header), ...rows].map((row) => row.map(toCell).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function toCell(cell: string | number): string {
  if (typeof cell === "number") return String(cell);
  const text = cleanLine(withWrittenMoments(cell));
  const isFormula = /^[=+\-@]/.test(text) && !/^[+-]?[\d.,\s]+%?$/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
