import { type CsvLine, type Problem, readCsv } from "./csv.ts";
import { isDate } from "./days.ts";
import { otherFormat, quote, wrongLayout } from "./other-format.ts";

/** One row of a statement. Cents are Canadian, whole, and positive when money leaves. */
export interface Row {
  /** `chequing`, or `card-` and the last four digits. */
  readonly account: string;
  readonly date: string;
  readonly text: string;
  readonly cents: number;
}

/** Reads a CIBC export: all of its rows, or what is wrong with it. */
export function readStatement(raw: string): { readonly rows: readonly Row[] } | Problem {
  const text = raw.startsWith("\uFEFF") ? raw.slice(1) : raw;
  const wrong = otherFormat(text);
  if (wrong) return { problem: wrong };
  const csv = readCsv(text);
  if ("problem" in csv) return csv;
  const [first] = csv.lines;
  if (!first) return { problem: "the file is empty." };
  const lines = isHeader(first) ? csv.lines.slice(1) : csv.lines;
  const [data] = lines;
  if (!data) return { problem: "there is a heading, but no transaction below it." };
  const layout = wrongLayout(data, isHeader(first) ? first : undefined);
  if (layout) return { problem: layout };
  const rows: Row[] = [];
  for (const line of lines) {
    const row = readRow(line, data.cells.length);
    if ("problem" in row) return { problem: `line ${line.line}: ${row.problem}` };
    rows.push(row);
  }
  return { rows };
}

function isHeader(first: CsvLine): boolean {
  const words = first.cells.map((cell) => cell.trim().toLowerCase());
  return (
    words.some((word) => /^(?:transaction |posting |trans\. ?|post )?date$/.test(word)) || words.includes("description")
  );
}

function readRow({ cells }: CsvLine, columns: number): Row | Problem {
  if (cells.length !== columns)
    return { problem: `there are ${cells.length} columns. I expected ${columns}, as in the lines before.` };
  const [date = "", text = "", debit = "", credit = "", card] = cells.map((cell) => cell.trim());
  if (!isDate(date)) return { problem: `the date is ${quote(date)}. I expected a day as YYYY-MM-DD.` };
  if (text === "") return { problem: "the description is missing." };
  if ((debit === "") === (credit === "")) {
    return { problem: `the amounts are ${quote(debit)} and ${quote(credit)}. I expected either a debit or a credit.` };
  }
  const cents = readCents(debit === "" ? credit : debit);
  if (cents === undefined)
    return {
      problem: `the amount is ${quote(debit === "" ? credit : debit)}. I expected dollars and cents, such as 1234.56.`,
    };
  if (card === undefined) return { account: "chequing", date, text, cents: debit === "" ? -cents : cents };
  const last = /^\d{4,6}[*xX•]{4,10}(\d{4})$/.exec(card)?.[1];
  if (!last)
    return { problem: `the card number is ${quote(card)}. I expected a masked one, such as 4500********1234.` };
  return { account: `card-${last}`, date, text, cents: debit === "" ? -cents : cents };
}

/** Digits only, never through a floating-point number. */
function readCents(amount: string): number | undefined {
  const parts = /^\$?(\d{1,3}(?:,\d{3}){1,3}|\d{1,10})(?:\.(\d{1,2}))?$/.exec(amount);
  if (!parts?.[1]) return undefined;
  return Number(parts[1].replaceAll(",", "")) * 100 + Number((parts[2] ?? "").padEnd(2, "0"));
}
