/** How a terminal wants to be written to. */
export interface Look {
  /** No signs but words. */
  readonly plain: boolean;
  readonly colour: boolean;
  readonly columns: number;
}

/** Text in a colour, where there are colours. */
export type Ink = (text: string, colour: "red" | "green" | "yellow" | "faint" | "bold") => string;

const CODES = { red: 31, green: 32, yellow: 33, faint: 2, bold: 1 } as const;

/** The colours of a terminal, or none. */
export function inkFor({ colour }: Look): Ink {
  return (text, name) => (colour ? `\u001b[${CODES[name]}m${text}\u001b[0m` : text);
}

/** The sign in front of what went well or did not. */
export function markFor({ plain }: Look, ok: boolean): string {
  if (plain) return ok ? "ok  " : "FAIL";
  return ok ? "✓" : "✗";
}

/** Words broken into lines of at most `columns` characters, each behind `indent` blanks. */
export function wrap(text: string, columns: number, indent: number): string[] {
  const width = Math.max(20, columns - indent);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    let rest = word;
    if (line !== "" && line.length + 1 + rest.length > width) {
      lines.push(line);
      line = "";
    }
    for (; rest.length > width; rest = rest.slice(width)) lines.push(rest.slice(0, width));
    line = line === "" ? rest : `${line} ${rest}`;
  }
  if (line !== "") lines.push(line);
  return lines.map((each) => " ".repeat(indent) + each);
}

/** `1 test`, `3 tests`. */
export function count(number: number, one: string, many: string = `${one}s`): string {
  return `${number.toLocaleString("en-CA")} ${number === 1 ? one : many}`;
}
