import { type Canvas, type Colour, paint, type Run } from "./canvas.ts";
import { pad, shorten, widthOf } from "./measure.ts";
import { wrapText } from "./wrap.ts";

export interface Bar {
  readonly label: string;
  /** Undefined where there is no value. */
  readonly value: number | undefined;
  readonly written: string;
  readonly colour: Colour;
  readonly isFaded: boolean;
}

/**
 * Draws one bar to a line: label, value, then blocks in eighths of a column. Bars below zero grow left from the
 * common zero line. Where there is no room, or nothing to see them with, the label and the value remain.
 */
export function drawBars(canvas: Canvas, bars: readonly Bar[]): string[] {
  const labelWidth = Math.min(Math.max(...bars.map(({ label }) => widthOf(label))), Math.floor(canvas.columns * 0.35));
  const valueWidth = Math.max(...bars.map(({ written }) => widthOf(written)));
  const room = canvas.columns - labelWidth - valueWidth - 4;
  if (canvas.plain || room < 4) {
    return bars.flatMap(({ label, written }) => wrapText(`${label.trimStart()}: ${written}`, canvas.columns));
  }
  const scale = createScale(
    bars.map(({ value }) => value ?? 0),
    room,
  );
  return bars.map((bar) => {
    const label = pad(shorten(bar.label, labelWidth), labelWidth);
    const blocks = drawBlocks(bar, scale);
    return paint(canvas, trimEnd([{ text: `${label}  ${pad(bar.written, valueWidth, "right")}  ` }, ...blocks]));
  });
}

interface Scale {
  /** Columns left of zero, and right of it. */
  readonly below: number;
  readonly above: number;
  readonly perUnit: number;
}

function createScale(values: readonly number[], columns: number): Scale {
  const highest = Math.max(0, ...values);
  const lowest = Math.min(0, ...values);
  // A ratio of ratios, because the sum of two huge numbers can overflow.
  const share = lowest < 0 ? 1 / (1 + highest / -lowest) : 0;
  const below = lowest === 0 ? 0 : Math.min(columns - 1, Math.max(1, Math.round(columns * share)));
  const above = columns - below;
  const perUnit = Math.min(highest > 0 ? above / highest : Infinity, lowest < 0 ? below / -lowest : Infinity);
  return { below, above, perUnit: Number.isFinite(perUnit) ? perUnit : 0 };
}

function drawBlocks({ value = 0, colour, isFaded }: Bar, { below, above, perUnit }: Scale): Run[] {
  const style = isFaded ? { colour, dim: true } : { colour };
  const length = Math.min(Math.abs(value) * perUnit, value < 0 ? below : above);
  if (value < 0) {
    const halves = Math.max(1, Math.round(length * 2));
    const blocks = (halves % 2 === 1 ? "▐" : "") + "█".repeat(Math.floor(halves / 2));
    return [{ text: pad(blocks, below, "right"), style }];
  }
  const eighths = value === 0 ? 0 : Math.max(1, Math.round(length * 8));
  const blocks = "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
  return [{ text: " ".repeat(below) }, { text: blocks, style }];
}

function trimEnd(runs: readonly Run[]): Run[] {
  const kept = [...runs];
  for (let last = kept.at(-1); last !== undefined && last.text.trimEnd() === ""; last = kept.at(-1)) kept.pop();
  const last = kept.pop();
  return last === undefined ? [] : [...kept, { ...last, text: last.text.trimEnd() }];
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;
