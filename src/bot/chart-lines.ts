import { CHART_WIDTH, type Plot, type PlotSeries } from "./chart-plot.ts";
import { px, svgText } from "./chart-text.ts";

interface Point {
  readonly x: number;
  readonly y: number;
  readonly value: number;
  readonly category: number;
}

/** Draws one line per series, broken where values are missing, dashed into a category that is not complete. */
export function drawLineMarks(plot: Plot): string {
  return plot.series.map((series) => drawSeries(plot, series)).join("") + drawLastValues(plot);
}

function drawSeries(plot: Plot, { values, fill }: PlotSeries): string {
  const points = pointsOf(plot, values);
  const segments = points.slice(1).map((point, index) => {
    const from = points[index];
    if (from === undefined || point.category !== from.category + 1) return "";
    const dash = plot.isPartial(point.category) ? ` stroke-dasharray="5 5"` : "";
    return `<line x1="${px(from.x)}" y1="${px(from.y)}" x2="${px(point.x)}" y2="${px(point.y)}" stroke="${fill}" stroke-width="3" stroke-linecap="round"${dash}/>`;
  });
  const isSparse = points.length <= 24;
  const dots = points
    .filter((point, index) => isSparse || index === points.length - 1)
    .map((point) => {
      const isHollow = plot.isPartial(point.category);
      const paint = isHollow ? `fill="#ffffff" stroke="${fill}" stroke-width="2"` : `fill="${fill}"`;
      return `<circle cx="${px(point.x)}" cy="${px(point.y)}" r="4" ${paint}/>`;
    });
  return segments.join("") + dots.join("");
}

/** The last value of each line, over its last point, unless two of them would collide. */
function drawLastValues(plot: Plot): string {
  const lasts = plot.series.flatMap(({ values }) => pointsOf(plot, values).at(-1) ?? []);
  const isCrowded = lasts.some((point, index) =>
    lasts.some((other, at) => at > index && Math.abs(other.y - point.y) < 16),
  );
  if (isCrowded) return "";
  return lasts
    .map((point) => {
      const text = plot.write(point.value);
      const half = plot.fonts.bold.width(text, 14) / 2;
      return svgText(text, {
        x: Math.min(point.x, CHART_WIDTH - 6 - half),
        y: point.y - 11,
        size: 14,
        anchor: "middle",
        bold: true,
        halo: true,
      });
    })
    .join("");
}

function pointsOf({ band, left, y }: Plot, values: readonly (number | undefined)[]): Point[] {
  return values.flatMap((value, category) =>
    value === undefined ? [] : [{ x: left + (category + 0.5) * band, y: y(value), value, category }],
  );
}
