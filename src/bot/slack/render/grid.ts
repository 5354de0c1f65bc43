import stringWidth from "string-width";
import { cleanLine } from "#bot/clean-text.ts";
import type { TablePart } from "#core/contract/reply.ts";
import { withWrittenMoments } from "./escape.ts";

/** A table as words: every row as long as the longest, every cell on one line. */
export interface Grid {
  readonly headers: readonly string[];
  readonly aligns: readonly ("left" | "right")[];
  readonly rows: readonly (readonly string[])[];
}

/** Reads a table whose rows may be ragged. */
export function readGrid({ columns, rows }: Pick<TablePart, "columns" | "rows">): Grid {
  const count = Math.max(columns.length, ...rows.map((row) => row.length));
  const indexes = Array.from({ length: count }, (_, index) => index);
  return {
    headers: indexes.map((index) => withWrittenMoments(cleanLine(columns[index]?.header ?? ""))),
    aligns: indexes.map(
      (index) => columns[index]?.align ?? (rows.some((row) => typeof row[index] === "number") ? "right" : "left"),
    ),
    rows: rows.map((row) => indexes.map((index) => writeCell(row[index]))),
  };
}

/** The grid as lines of monospaced text. */
export function alignGrid({ headers, aligns, rows }: Grid): string[] {
  const widths = headers.map((header, index) =>
    Math.max(stringWidth(header), ...rows.map((row) => stringWidth(row[index] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => {
        const space = " ".repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(cell)));
        return aligns[index] === "right" ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd();
  return [line(headers), widths.map((width) => "─".repeat(Math.max(1, width))).join("  "), ...rows.map(line)];
}

/** A table as CSV (RFC 4180) for spreadsheets: numbers are bare, and no cell is run as a formula. */
export function toCsv({ columns, rows }: Pick<TablePart, "columns" | "rows">): string {
  const lines = [columns.map(({ header }) => header), ...rows];
  return `${lines.map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

/** A cell as words. Four digits stay together, so that a year is not “2,026”. */
export function writeCell(cell: string | number | undefined): string {
  if (typeof cell !== "number") return withWrittenMoments(cleanLine(cell ?? ""));
  const size = Math.abs(cell);
  return size !== 0 && (size >= 1e15 || size < 1e-6) ? String(cell) : numbers.format(cell);
}

function csvCell(cell: string | number): string {
  if (typeof cell === "number") return String(cell);
  const text = withWrittenMoments(cleanLine(cell));
  const isFormula = /^[=+\-@]/.test(text) && !/^[+-]?[\d.,\s]+%?$/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const numbers = new Intl.NumberFormat("en", { useGrouping: "min2", maximumFractionDigits: 6 });
