import { type Canvas, type Colour, paint } from "./canvas.ts";
import { pad, shorten, widthOf } from "./measure.ts";

const PLOT_ROWS = 7;

/** Draws one series as a line of braille dots above a row of category names, with its lowest and highest value beside it. */
export function drawLinePlot(
  canvas: Canvas,
  categories: readonly string[],
  values: readonly (number | undefined)[],
  write: (value: number) => string,
  colour: Colour,
): string[] {
  const known = values.filter((value) => value !== undefined);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const marks = new Map([
    [0, write(high)],
    [PLOT_ROWS - 1, write(low)],
  ]);
  const axisWidth = Math.max(...Array.from(marks.values(), widthOf));
  const width = Math.min(canvas.columns - axisWidth - 2, 72);
  const grid = plotDots(values, width * 2, PLOT_ROWS * 4, low, high);
  const rows = Array.from({ length: PLOT_ROWS }, (_, row) => {
    const cells = Array.from({ length: width }, (_, column) => brailleAt(grid, column, row))
      .join("")
      .trimEnd();
    const axis = `${pad(marks.get(row) ?? "", axisWidth, "right")} ${marks.has(row) ? "┤" : "│"}`;
    return paint(canvas, [
      { text: axis, style: { dim: true } },
      { text: cells, style: { colour } },
    ]);
  });
  const labels = " ".repeat(axisWidth + 2) + axisLabels(categories, width);
  return [...rows, paint(canvas, [{ text: labels.trimEnd(), style: { dim: true } }])];
}

/** Draws one series as a row of blocks, resampled to `columns` when there are more values than room. */
export function drawSparkline(values: readonly (number | undefined)[], columns: number): string {
  const known = values.filter((value) => value !== undefined);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const count = Math.min(values.length, columns);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * values.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * values.length) / count));
    const bin = values.slice(from, to).filter((value) => value !== undefined);
    if (bin.length === 0) return " ";
    const mean = bin.reduce((sum, value) => sum + value / bin.length, 0);
    return LEVELS[Math.round(shareOf(mean, low, high) * (LEVELS.length - 1))] ?? " ";
  }).join("");
}

/** Where a value lies between two others, 0 to 1; the middle when they are equal. Halved first, so that no difference overflows. */
function shareOf(value: number, low: number, high: number): number {
  const range = high / 2 - low / 2;
  return range > 0 ? Math.min(1, Math.max(0, (value / 2 - low / 2) / range)) : 0.5;
}

function plotDots(
  values: readonly (number | undefined)[],
  dotsWide: number,
  dotsHigh: number,
  low: number,
  high: number,
): ReadonlySet<number> {
  const dots = new Set<number>();
  const points = values.map((value, index) =>
    value === undefined
      ? undefined
      : {
          x: values.length === 1 ? 0 : (index / (values.length - 1)) * (dotsWide - 1),
          y: (1 - shareOf(value, low, high)) * (dotsHigh - 1),
        },
  );
  points.forEach((point, index) => {
    if (point === undefined) return;
    const next = points[index + 1] ?? point;
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(next.x - point.x), Math.abs(next.y - point.y))));
    for (let step = 0; step <= steps; step += 1) {
      const x = Math.round(point.x + ((next.x - point.x) * step) / steps);
      const y = Math.round(point.y + ((next.y - point.y) * step) / steps);
      dots.add(y * DOT_STRIDE + x);
    }
  });
  return dots;
}

function brailleAt(dots: ReadonlySet<number>, column: number, row: number): string {
  let bits = 0;
  for (const [dx, dy, bit] of BRAILLE_DOTS) {
    if (dots.has((row * 4 + dy) * DOT_STRIDE + column * 2 + dx)) bits |= bit;
  }
  return bits === 0 ? " " : String.fromCodePoint(0x2800 + bits);
}

/** The first and last category, and as many between as fit. */
function axisLabels(categories: readonly string[], width: number): string {
  const widest = Math.max(...categories.map(widthOf));
  const slots = Math.max(2, Math.min(categories.length, Math.floor(width / (Math.min(widest, 12) + 2))));
  const slotWidth = Math.floor(width / slots);
  if (categories.length === 1) return shorten(categories[0] ?? "", width);
  return Array.from({ length: slots }, (_, slot) => {
    const index = Math.round((slot / (slots - 1)) * (categories.length - 1));
    const text = shorten(categories[index] ?? "", slotWidth - 1);
    return slot === slots - 1 ? pad(text, width - slotWidth * (slots - 1), "right") : pad(text, slotWidth);
  }).join("");
}

const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const DOT_STRIDE = 1024;
/** https://www.unicode.org/charts/PDF/U2800.pdf: column, row and bit of each of the eight dots. */
const BRAILLE_DOTS = [
  [0, 0, 0x01],
  [0, 1, 0x02],
  [0, 2, 0x04],
  [1, 0, 0x08],
  [1, 1, 0x10],
  [1, 2, 0x20],
  [0, 3, 0x40],
  [1, 3, 0x80],
] as const;
