import type { DataTableBlock, RawNumberElement, RawTextElement } from "@slack/types";
import { cleanLine } from "#bot/clean-text.ts";
import { toCsv } from "#bot/csv.ts";
import { INLINE_CODE, SLACK_LIMITS } from "#bot/slack/limits.ts";
import { alignGrid, readGrid, type TextGrid, widthOfLines, writeCell } from "#bot/text-grid.ts";
import type { TablePart } from "#core/contract/reply.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import { context, plainSections, preformatted } from "./blocks.ts";
import type { Drawn, NativeAllowance } from "./drawn.ts";
import { attach } from "./files.ts";

/** What is wider wraps in the width of Slack's message pane, and is no table any more. */
const MAX_COLUMNS = 90;

/** Draws a table as Slack's own where it fits whole, else in monospaced text, else as a CSV file. */
export function drawTable(table: TablePart, native: NativeAllowance, canAttach: boolean): Drawn {
  const caption = withWrittenMoments(cleanLine(table.caption));
  const grid = readGrid(table);
  const title = plainSections(caption);
  if (table.rows.length === 0) {
    const headers = grid.columns.flatMap(({ header }) => (header === "" ? [] : [header])).join(" · ");
    return { blocks: [...title, ...plainSections(headers), ...context(["No rows."])], files: [] };
  }
  const block = native.tables > 0 && caption !== "" ? dataTable(table, grid, caption) : undefined;
  if (block !== undefined) {
    native.tables -= 1;
    return { blocks: [...title, block], files: [] };
  }
  const lines = alignGrid(grid);
  const text = lines.join("\n");
  if (canAttach && (text.length > INLINE_CODE || widthOfLines(lines) > MAX_COLUMNS)) {
    const what = `Table of ${table.rows.length} ${table.rows.length === 1 ? "row" : "rows"}`;
    const file = attach("table.csv", "text/csv", toCsv(table), what);
    return { blocks: [...title, ...file.blocks], files: file.files };
  }
  return { blocks: [...title, ...preformatted(text)], files: [] };
}

/** https://docs.slack.dev/reference/block-kit/blocks/data-table-block */
function dataTable({ rows }: TablePart, grid: TextGrid, caption: string): DataTableBlock | undefined {
  const limits = SLACK_LIMITS.table;
  if (grid.rows.length > limits.rows || grid.columns.length > limits.columns) return undefined;
  const cells = rows.map((row) => grid.columns.map((_, index) => cellOf(row[index])));
  const header = grid.columns.map(({ header }) => rawText(header === "" ? "—" : header));
  const all = [header, ...cells];
  const length = all.flat().reduce((sum, { text }) => sum + text.length, caption.length);
  if (length > limits.text) return undefined;
  return { type: "data_table", caption, rows: all, page_size: Math.min(PAGE_SIZE, limits.pageSize) };
}

/** Slack's default of 5 suits a digest; who asked for a table came to look at it. */
const PAGE_SIZE = 20;

function cellOf(cell: string | number | undefined): RawTextElement | RawNumberElement {
  const text = writeCell(cell);
  if (typeof cell === "number" && Number.isFinite(cell)) return { type: "raw_number", value: cell, text };
  return rawText(text === "" ? "—" : text);
}

function rawText(text: string): RawTextElement {
  return { type: "raw_text", text };
}
