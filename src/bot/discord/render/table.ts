import type { TablePart } from "#core/contract/reply.ts";
import { MANNERS } from "#bot/discord/limits.ts";
import { toCsv } from "#bot/csv.ts";
import type { DrawnText } from "./drawn.ts";
import { textFile } from "./files.ts";
import { alignGrid, readGrid, type TextGrid, widthOfLines } from "#bot/text-grid.ts";
import { fenced, plainLine } from "./neutral.ts";

/**
 * Draws a table, which Discord has none of: as a monospace block where it fits a narrow window, else as a list of
 * records, else as a CSV file.
 */
export function drawTable(table: TablePart): DrawnText {
  const caption = `**${plainLine(table.caption)}**`;
  const grid = readGrid(table);
  if (table.rows.length === 0) {
    const headers = grid.columns.flatMap(({ header }) => (header === "" ? [] : [plainLine(header)]));
    return { text: [caption, headers.join(" · "), "(no rows)"].filter((line) => line !== "").join("\n"), files: [] };
  }
  const body = drawBlock(grid) ?? drawRecords(grid);
  if (body !== undefined) return { text: `${caption}\n${body}`, files: [] };
  const size = `${grid.rows.length} rows and ${grid.columns.length} columns`;
  const file = textFile(`${table.caption}.csv`, "text/csv", `${table.caption}: ${size}`, toCsv(table));
  return { text: `${caption}\n${size}, in the attached file.`, files: [file] };
}

/** Draws a grid as a monospace block, or undefined when it is too wide or too long to be one. */
export function drawBlock(grid: TextGrid): string | undefined {
  if (grid.rows.length > MANNERS.blockRows) return undefined;
  const lines = alignGrid(grid);
  const text = lines.map(fenced).join("\n");
  const fits = widthOfLines(lines) <= MANNERS.blockColumns && text.length <= MANNERS.code;
  return fits ? `\`\`\`\n${text}\n\`\`\`` : undefined;
}

function drawRecords({ columns, rows }: TextGrid): string | undefined {
  if (rows.length > MANNERS.blockRows) return undefined;
  const records = rows.map((row) =>
    columns
      .map(({ header }, index) => {
        const value = row[index] === undefined || row[index] === "" ? "—" : plainLine(row[index]);
        return header === "" ? value : `**${plainLine(header)}** ${value}`;
      })
      .join("\n"),
  );
  const text = records.join("\n\n");
  return text.length <= MANNERS.code ? text : undefined;
}
