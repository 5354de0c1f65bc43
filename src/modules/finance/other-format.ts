import type { CsvLine } from "./csv.ts";

/** What a file that is no table looks like, in words. */
export function otherFormat(text: string): string | undefined {
  const start = text.slice(0, 400).trimStart().toLowerCase();
  if (start === "" && text.trim() === "") return "the file is empty.";
  if (start.startsWith("%pdf")) return "line 1: this is a PDF. I expected a CSV of transactions.";
  if (start.startsWith("<!doctype") || start.startsWith("<html"))
    return "line 1: this is a web page. I expected a CSV of transactions.";
  if (start.startsWith("ofxheader") || start.startsWith("<?ofx"))
    return "line 1: this is a Quicken or OFX file. I expected a CSV of transactions.";
  if (start.startsWith("pk\u0003\u0004"))
    return "line 1: this is an Excel workbook or a ZIP archive. I expected a CSV of transactions.";
  if (start.startsWith("<")) return "line 1: this is XML. I expected a CSV of transactions.";
  if (start.startsWith("{") || start.startsWith("[")) return "line 1: this is JSON. I expected a CSV of transactions.";
  if (/[^\P{Cc}\t\n\v\f\r]/u.test(text.slice(0, 4000)))
    return "line 1: this is not a text file. I expected a CSV of transactions.";
  return undefined;
}

/** What a table that is no CIBC export looks like, in words. */
export function wrongLayout(line: CsvLine, header: CsvLine | undefined): string | undefined {
  const names = header?.cells.map((cell) => cell.trim().toLowerCase());
  const order = [/date/, /description|details|transaction/, /debit|withdrawal|out/, /credit|deposit|in/, /card/];
  if (names && (names.length < 4 || names.length > 5 || names.some((name, at) => !order[at]?.test(name)))) {
    return `line ${header?.line ?? 1}: the columns are ${quote(header?.cells.join(", ") ?? "")}. I expected date, description, debit, credit; another bank's file, perhaps.`;
  }
  const count = line.cells.length;
  if (count === 4 || count === 5) return undefined;
  if (count === 1) {
    const separator = [";", "\t", "|"].find((mark) => line.cells[0]?.includes(mark));
    if (separator)
      return `line ${line.line}: the columns are separated by ${separator === "\t" ? "tabs" : quote(separator)}. I expected commas.`;
    return `line ${line.line}: this is not a table: ${quote(line.cells[0] ?? "")}. I expected date, description, debit, credit.`;
  }
  return `line ${line.line}: there are ${count} columns. I expected date, description, debit, credit, and a card number for cards; another bank's file, perhaps.`;
}

/** A piece of a file, shortened for a sentence. */
export function quote(text: string): string {
  const short = text.replace(/\s+/g, " ");
  return `“${short.length > 40 ? `${short.slice(0, 39)}…` : short}”`;
}
