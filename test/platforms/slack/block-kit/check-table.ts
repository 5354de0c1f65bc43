import { MOST_TABLE_TEXT } from "./limits.ts";
import { isObject, walk, type JsonObject } from "./walk.ts";

/** What is wrong with the rows of a table, or undefined. */
export function checkTable(type: "table" | "data_table", block: JsonObject): string | undefined {
  const rows: readonly unknown[][] = Array.isArray(block["rows"]) ? block["rows"] : [];
  const [header = [], ...data] = rows;
  let length = 0;
  for (const { object } of walk(rows)) if (typeof object["text"] === "string") length += object["text"].length;
  if (length > MOST_TABLE_TEXT) return `${length} characters, more than ${MOST_TABLE_TEXT}`;
  if (type === "table") return undefined;
  // https://docs.slack.dev/reference/block-kit/blocks/data-table-block
  if (header.some((cell) => isObject(cell) && cell["type"] === "rich_text")) return "a header cell is rich text";
  if (data.length === 0) return "no row of data";
  if (data.some((row) => row.length !== header.length)) return "rows differ in length";
  const { row_header_column_index: column = 0 } = block;
  const isColumn = typeof column === "number" && column >= 0 && column < header.length;
  return isColumn ? undefined : "row_header_column_index is no column";
}
