import type { Run, Style } from "./canvas.ts";
import { graphemes, widthOf } from "./measure.ts";

interface Cell {
  readonly grapheme: string;
  readonly width: number;
  readonly style: Style | undefined;
}

/**
 * Breaks clean runs into lines of at most `columns`: at spaces where there are any, else between characters. Line feeds
 * break too. At least one line comes back.
 */
export function wrap(runs: readonly Run[], columns: number): Run[][] {
  const lines: Run[][] = [];
  let line: Cell[] = [];
  for (const cell of cellsOf(runs)) {
    if (cell.grapheme === "\n") {
      lines.push(toRuns(line));
      line = [];
      continue;
    }
    line.push(cell.width > columns ? { ...cell, grapheme: "?", width: 1 } : cell);
    while (widthOfCells(line) > columns) {
      const at = breakPoint(line);
      lines.push(toRuns(trimEnd(line.slice(0, at))));
      line = trimStart(line.slice(at));
    }
  }
  lines.push(toRuns(line));
  return lines;
}

/** The same for text in one style. */
export function wrapText(text: string, columns: number): string[] {
  return wrap([{ text }], columns).map((line) => line.map((run) => run.text).join(""));
}

/** Graphemes are found across runs, so that a style that ends inside one cannot change how wide the line is. */
function cellsOf(runs: readonly Run[]): Cell[] {
  const ends: { end: number; style: Style | undefined }[] = [];
  let end = 0;
  for (const run of runs) ends.push({ end: (end += run.text.length), style: run.style });
  let at = 0;
  let index = 0;
  return graphemes(runs.map((run) => run.text).join("")).map((grapheme) => {
    while ((ends[index]?.end ?? Infinity) <= at) index += 1;
    at += grapheme.length;
    return { grapheme, width: widthOf(grapheme), style: ends[index]?.style };
  });
}

function widthOfCells(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0);
}

/** Where an overfull line breaks: after its last space, else before the character that did not fit. */
function breakPoint(line: readonly Cell[]): number {
  if (line.at(-1)?.grapheme === " ") return line.length;
  const space = line.findLastIndex((cell) => cell.grapheme === " ");
  const isIndent = line.slice(0, Math.max(0, space)).every((cell) => cell.grapheme === " ");
  return isIndent ? line.length - 1 : space + 1;
}

function trimEnd(line: readonly Cell[]): Cell[] {
  return line.slice(0, line.findLastIndex((cell) => cell.grapheme !== " ") + 1);
}

function trimStart(line: readonly Cell[]): Cell[] {
  const start = line.findIndex((cell) => cell.grapheme !== " ");
  return start === -1 ? [] : line.slice(start);
}

function toRuns(cells: readonly Cell[]): Run[] {
  const runs: Run[] = [];
  for (const cell of cells) {
    const last = runs.at(-1);
    if (last !== undefined && last.style === cell.style) {
      runs[runs.length - 1] = { ...last, text: last.text + cell.grapheme };
    } else {
      runs.push(cell.style === undefined ? { text: cell.grapheme } : { text: cell.grapheme, style: cell.style });
    }
  }
  return runs;
}
