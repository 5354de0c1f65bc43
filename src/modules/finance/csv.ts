/** One line of a table; `line` counts from 1, as editors do. */
export interface CsvLine {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Why a file cannot be read, in words that follow its name. */
export interface Problem {
  readonly problem: string;
}

/** Reads a table as RFC 4180 has it, with LF, CR LF or CR at the end of lines; empty lines are skipped. */
export function readCsv(text: string): { readonly lines: readonly CsvLine[] } | Problem {
  const lines: CsvLine[] = [];
  const plain = /[^,\r\n]*/y;
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const cells: string[] = [];
    const start = line;
    for (;;) {
      if (text[at] === '"') {
        const quoted = readQuoted(text, at);
        if (!quoted) return { problem: `line ${line}: a quotation mark is opened and never closed.` };
        at = quoted.end;
        line += quoted.value.match(/\r\n|\r|\n/g)?.length ?? 0;
        cells.push(quoted.value);
        if (at < text.length && !",\r\n".includes(text.charAt(at))) {
          return { problem: `line ${line}: something follows a closing quotation mark. I expected a comma.` };
        }
      } else {
        plain.lastIndex = at;
        const cell = plain.exec(text)?.[0] ?? "";
        at += cell.length;
        cells.push(cell);
      }
      if (text[at] !== ",") break;
      at += 1;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
    if (cells.length > 1 || cells[0]?.trim() !== "") lines.push({ line: start, cells });
  }
  return { lines };
}

function readQuoted(text: string, open: number): { readonly value: string; readonly end: number } | undefined {
  let value = "";
  let from = open + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return undefined;
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    from = quote + 2;
  }
}
