import type { TablePart } from "#core/contract/reply.ts";
import { type Canvas, paint } from "./canvas.ts";
import { cleanLine } from "#bot/clean-text.ts";
import { readGrid } from "#bot/text-grid.ts";
import { pad, widthOf } from "./measure.ts";
import { wrapText } from "./wrap.ts";

interface Column {
  readonly header: string;
  readonly align: "left" | "right";
  readonly cells: readonly string[];
}

/** Below this a box is harder to read than a list of records. */
const MIN_BOX_COLUMNS = 40;
const MIN_CELL_COLUMNS = 4;

/** Draws a table as a box whose cells wrap, or as a list of records where a box has no room or cannot be heard. */
export function drawTable(canvas: Canvas, table: TablePart): string[] {
  const columns = readColumns(table);
  const caption = wrapText(cleanLine(table.caption), canvas.columns).map((line) =>
    paint(canvas, [{ text: line, style: { bold: true } }]),
  );
  if (table.rows.length === 0) return [...caption, paint(canvas, [{ text: "(no rows)", style: { dim: true } }])];
  const widths = canvas.plain || canvas.columns < MIN_BOX_COLUMNS ? undefined : fitWidths(columns, canvas.columns);
  return [...caption, ...(widths === undefined ? drawRecords(canvas, columns) : drawBox(canvas, columns, widths))];
}

function readColumns(table: TablePart): Column[] {
  const { columns, rows } = readGrid(table);
  return columns.map((column, index) => ({ ...column, cells: rows.map((row) => row[index] ?? "") }));
}

/** Widths that fit, taking from the widest column first; undefined when not even the narrowest would. */
function fitWidths(columns: readonly Column[], available: number): number[] | undefined {
  const frame = 3 * columns.length + 1;
  const widths = columns.map(({ header, cells }) => Math.max(1, ...[header, ...cells].map(widthOf)));
  const floors = columns.map((column, index) => Math.min(widths[index] ?? 0, floorOf(column)));
  let excess = widths.reduce((sum, width) => sum + width, frame) - available;
  while (excess > 0) {
    const widest = widths.reduce(
      (best, width, index) => (width > (floors[index] ?? 0) && width > (widths[best] ?? 0) ? index : best),
      widths.findIndex((width, index) => width > (floors[index] ?? 0)),
    );
    if (widest === -1) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

/** A number is never broken in two; words may be, but not into crumbs. */
function floorOf({ align, header, cells }: Column): number {
  if (align === "right") return Math.max(...cells.map(widthOf), MIN_CELL_COLUMNS);
  const words = [header, ...cells].flatMap((text) => text.split(" ")).map(widthOf);
  return Math.max(MIN_CELL_COLUMNS, Math.min(12, Math.max(...words)));
}

function drawBox(canvas: Canvas, columns: readonly Column[], widths: readonly number[]): string[] {
  const rule = (left: string, middle: string, right: string) =>
    paint(canvas, [
      { text: left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right, style: { dim: true } },
    ]);
  const bar = paint(canvas, [{ text: "│", style: { dim: true } }]);
  const row = (texts: readonly string[], bold: boolean) => {
    const cells = texts.map((text, index) => wrapText(text, widths[index] ?? 1));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const drawn = columns.map(({ align }, index) => {
        const text = pad(cells[index]?.[line] ?? "", widths[index] ?? 1, align);
        return ` ${paint(canvas, [{ text, style: { bold } }])} `;
      });
      return bar + drawn.join(bar) + bar;
    });
  };
  const rows = columns[0]?.cells.map((_, index) => columns.map((column) => column.cells[index] ?? "")) ?? [];
  const isTall = rows.some((texts) => texts.some((text, index) => widthOf(text) > (widths[index] ?? 1)));
  const between = isTall ? [rule("├", "┼", "┤")] : [];
  return [
    rule("┌", "┬", "┐"),
    ...row(
      columns.map((column) => column.header),
      true,
    ),
    rule("├", "┼", "┤"),
    ...rows.flatMap((texts, index) => [...(index > 0 ? between : []), ...row(texts, false)]),
    rule("└", "┴", "┘"),
  ];
}

function drawRecords(canvas: Canvas, columns: readonly Column[]): string[] {
  const labelWidth = Math.min(
    Math.max(...columns.map((column) => widthOf(column.header))),
    Math.floor(canvas.columns * 0.4),
  );
  const count = columns[0]?.cells.length ?? 0;
  return Array.from({ length: count }, (_, index) => {
    const lines = columns.flatMap(({ header, cells }) =>
      drawRecordField(canvas, header, cells[index] ?? "", labelWidth),
    );
    return index === 0 ? lines : ["", ...lines];
  }).flat();
}

function drawRecordField(canvas: Canvas, header: string, value: string, labelWidth: number): string[] {
  const label = header === "" ? "" : `${header}:`;
  if (canvas.plain || header === "" || widthOf(header) > labelWidth)
    return wrapText(`${label} ${value === "" ? "—" : value}`.trim(), canvas.columns);
  const values = wrapText(value === "" ? "—" : value, canvas.columns - labelWidth - 2);
  return values.map(
    (line, at) => paint(canvas, [{ text: pad(at === 0 ? label : "", labelWidth + 2), style: { dim: true } }]) + line,
  );
}
