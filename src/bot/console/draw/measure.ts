import stringWidth from "string-width";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What a reader sees as single characters: never half an emoji or a letter without its accent. */
export function graphemes(text: string): string[] {
  return ASCII.test(text) ? text.split("") : Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** How many terminal columns a line takes. Escape sequences take none. */
export function widthOf(line: string): number {
  return stringWidth(line);
}

/** The line filled with spaces to `columns`; unchanged when it is wider. */
export function pad(line: string, columns: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, columns - widthOf(line)));
  return align === "right" ? space + line : line + space;
}

/** The plain line cut to `columns`, its end marked with “…”. */
export function shorten(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  let kept = "";
  let width = 0;
  for (const grapheme of graphemes(line)) {
    const next = widthOf(grapheme);
    if (width + next > columns - 1) break;
    kept += grapheme;
    width += next;
  }
  return `${kept.trimEnd()}…`;
}

const ASCII = /^[\x20-\x7E]*$/;
