import stringWidth from "string-width";
import { cleanLine } from "./clean-text.ts";
import type { TablePart } from "#core/contract/reply.ts";
import { withWrittenMoments } from "./written-moments.ts";

/** A table as plain words: every row as long as the longest, every cell on one line. */
export interface TextGrid {
  readonly columns: readonly { readonly header: string; readonly align: "left" | "right" }[];
  readonly rows: readonly (readonly string[])[];
}

/** Reads a table whose rows may be ragged. A column of figures is aligned right unless the table says otherwise. */
export function readGrid({ columns, rows }: Pick<TablePart, "columns" | "rows">): TextGrid {
  const count = Math.max(columns.length, ...rows.map((row) => row.length));
  const written = rows.map((row) => Array.from({ length: count }, (_, index) => writeCell(row[index])));
  return {
    columns: Array.from({ length: count }, (_, index) => {
      const { header = "", align } = columns[index] ?? {};
      const isFigures = areFigures(rows.map((row) => row[index]));
      return { header: withWrittenMoments(cleanLine(header)), align: align ?? (isFigures ? "right" : "left") };
    }),
    rows: written,
  };
}

/** The grid as lines of monospaced text, as wide as its longest cells. */
export function alignGrid({ columns, rows }: TextGrid): string[] {
  const widths = columns.map(({ header }, index) =>
    Math.max(1, stringWidth(header), ...rows.map((row) => stringWidth(row[index] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => {
        const space = " ".repeat((widths[index] ?? 0) - stringWidth(cell));
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

/** How many columns of monospaced text the widest line takes. */
export function widthOfLines(lines: readonly string[]): number {
  return Math.max(0, ...lines.map((line) => stringWidth(line)));
}

/** A cell as words. Four digits stay together, so that a year is not “2,026”. */
export function writeCell(cell: string | number | undefined): string {
  if (typeof cell !== "number") return withWrittenMoments(cleanLine(cell ?? ""));
  const size = Math.abs(cell);
  if (size === 0) return "0";
  return size >= 1e15 || size < 1e-6 ? String(cell) : numbers.format(cell);
}

const numbers = new Intl.NumberFormat("en", { useGrouping: "min2", maximumFractionDigits: 6 });

function areFigures(cells: readonly (string | number | undefined)[]): boolean {
  const filled = cells.filter((cell = "") => !/^\s*[—-]?\s*$/.test(String(cell)));
  return filled.length > 0 && filled.every((cell) => typeof cell !== "string" || FIGURE.test(cell.trim()));
}

/** An amount, a count or a share: `-$1,650.00`, `(12)`, `3 €`, `40%`. */
const FIGURE = /^[-+−(]?\p{Sc}?[-+−]?\d[\d.,\s']*[)%]?(?:\s?\p{Sc})?$/u;
