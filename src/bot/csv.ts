import { cleanLine } from "./clean-text.ts";
import type { TablePart } from "#core/contract/reply.ts";
import { withWrittenMoments } from "./written-moments.ts";

/** A table as CSV (RFC 4180) for spreadsheets: numbers are bare, and no cell is run as a formula. */
export function toCsv({ columns, rows }: Pick<TablePart, "columns" | "rows">): string {
  const lines = [columns.map(({ header }) => header), ...rows];
  return `${lines.map((row) => row.map(writeCell).join(",")).join("\r\n")}\r\n`;
}

function writeCell(cell: string | number): string {
  if (typeof cell === "number") return String(cell);
  const text = withWrittenMoments(cleanLine(cell));
  // https://owasp.org/www-community/attacks/CSV_Injection; a negative amount is no formula.
  const isFormula = /^[=+\-@]/.test(text) && !/^[+-]?[\d.,\s]+%?$/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
