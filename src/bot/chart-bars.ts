import { px, svgText } from "./chart-text.ts";
import { type Plot, towardsWhite } from "./chart-plot.ts";

/** Draws the bars of every category, stacked or side by side, with the total or the value of each where it fits. */
export function drawBarMarks(plot: Plot, isStacked: boolean): string {
  return plot.categories
    .map((_, category) => (isStacked ? drawStack(plot, category) : drawGroup(plot, category)))
    .join("");
}

function drawGroup(plot: Plot, category: number): string {
  const { series, band, left, y, write } = plot;
  const width = (band * 0.7) / series.length;
  return series
    .map(({ values, fill }, index) => {
      const value = values[category];
      if (value === undefined) return "";
      const x = left + category * band + band * 0.15 + index * width;
      const barWidth = width * (series.length > 1 ? 0.92 : 1);
      const bar = drawBar(x, barWidth, y(0), y(value), fadedIf(plot, category, fill));
      return bar + drawValue(plot, write(value), x + barWidth / 2, value < 0 ? y(value) + 16 : y(value) - 7, width);
    })
    .join("");
}

function drawStack(plot: Plot, category: number): string {
  const { series, band, left, y, write } = plot;
  const x = left + category * band + band * 0.2;
  let [above, below] = [0, 0];
  const bars = series.map(({ values, fill }) => {
    const value = values[category] ?? 0;
    const from = value < 0 ? below : above;
    if (value < 0) below += value;
    else above += value;
    return drawBar(x, band * 0.6, y(from), y(from + value), fadedIf(plot, category, fill));
  });
  const isEmpty = series.every(({ values }) => values[category] === undefined);
  const total = isEmpty ? "—" : write(above + below);
  return bars.join("") + drawValue(plot, total, left + (category + 0.5) * band, y(above) - 7, band);
}

function drawBar(x: number, width: number, from: number, to: number, fill: string): string {
  const height = Math.abs(from - to);
  // A hair of white between stacked bars tells them apart without colour.
  const stroke = height > 3 ? ` stroke="#ffffff" stroke-width="0.8"` : "";
  return `<rect x="${px(x)}" y="${px(Math.min(from, to))}" width="${px(width)}" height="${px(height)}" fill="${fill}"${stroke}/>`;
}

/** Values are all written or, where the bars are too thin for the widest, none: a few would look like a choice. */
function drawValue(plot: Plot, text: string, x: number, y: number, room: number): string {
  const size = 13;
  const widest = plot.series
    .flatMap(({ values }) => values)
    .reduce<number>((most, value) => Math.max(most, plot.fonts.bold.width(plot.write(value), size)), 0);
  if (Math.max(widest, plot.fonts.bold.width(text, size)) > room + 6) return "";
  return svgText(text, { x, y, size, anchor: "middle", bold: true, halo: true });
}

function fadedIf(plot: Plot, category: number, fill: string): string {
  return plot.isPartial(category) ? towardsWhite(fill, 0.55) : fill;
}
