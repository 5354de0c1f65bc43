import stringWidth from "string-width";
import { cleanLine } from "#bot/clean-text.ts";
import type { TablePart } from "#core/contract/reply.ts";
import { withWrittenMoments } from "./moments.ts";

/** A table as plain words: every column as long as the table, every cell on one line. */
export interface Grid {
  readonly columns: readonly { readonly header: string; readonly align: "left" | "right" }[];
  readonly rows: readonly (readonly string[])[];
}

/** Reads a table whose rows may be ragged. */
export function readGrid({ columns, rows }: Pick<TablePart, "columns" | "rows">): Grid {
  const count = Math.max(columns.length, ...rows.map((row) => row.length));
  const written = rows.map((row) => Array.from({ length: count }, (_, index) => writeCell(row[index])));
  return {
    columns: Array.from({ length: count }, (_, index) => {
      const { header = "", align } = columns[index] ?? {};
      const isNumeric = rows.some((row) => typeof row[index] === "number");
      return { header: cleanLine(withWrittenMoments(header)), align: align ?? (isNumeric ? "right" : "left") };
    }),
    rows: written,
  };
}

/** The grid as lines of monospace text, as wide as its longest cells. */
export function alignGrid({ columns, rows }: Grid): string[] {
  const widths = columns.map(({ header }, index) =>
    Math.max(stringWidth(header), ...rows.map((row) => stringWidth(row[index] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => {
        const space = " ".repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(cell)));
        return columns[index]?.align === "right" ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd();
  return [
    line(columns.map(({ header }) => header)),
    widths.map((width) => "─".repeat(width)).join("  "),
    ...rows.map(line),
  ];
}

/** How many columns of monospace text the widest line takes. */
export function widthOfLines(lines: readonly string[]): number {
  return Math.max(0, ...lines.map((line) => stringWidth(line)));
}

/** Four digits stay together, so that a year is not “2,026”. */
const numbers = new Intl.NumberFormat("en", { useGrouping: "min2", maximumFractionDigits: 6 });

function writeCell(cell: string | number | undefined): string {
  if (typeof cell !== "number") return cleanLine(withWrittenMoments(cell ?? ""));
  const size = Math.abs(cell);
  return size !== 0 && (size >= 1e15 || size < 1e-6) ? String(cell) : numbers.format(cell);
}
