import type { ChartPart } from "#core/contract/reply.ts";
import { categoryLabels } from "./chart-figures.ts";
import { createValueFormat, unitOf } from "./chart-format.ts";
import { drawBarMarks } from "./chart-bars.ts";
import { drawLineMarks } from "./chart-lines.ts";
import {
  CHART_HEIGHT,
  CHART_WIDTH,
  type Fonts,
  MARGIN,
  PALETTE,
  type Plot,
  type PlotSeries,
  towardsWhite,
} from "./chart-plot.ts";
import { niceTicks } from "./chart-scale.ts";
import { drawable, fitText, px, svgText } from "./chart-text.ts";

/** Up to this many series stand beside each other as bars; more are stacked. */
const MAX_GROUPED_SERIES = 3;
const MUTED = "#616061";

/** Draws a chart as SVG on white, legible in light and dark surroundings. Every text from outside is escaped. */
export function drawChartSvg(chart: ChartPart, fonts: Fonts): string {
  const series = readSeries(chart, fonts);
  const categories = categoryLabels(chart).map((label) => drawable(label, fonts.regular));
  const isStacked = chart.kind === "bar" && series.length > MAX_GROUPED_SERIES;
  const legend = series.length > 1 ? drawLegend(series, fonts) : { svg: "", height: 0 };
  const top = 106 + legend.height;
  const ticks = niceTicks(...rangeOf(chart, series, isStacked));
  const [low = 0, high = 1] = [ticks.at(0), ticks.at(-1)];
  const writeTick = createValueFormat(chart.format, ticks);
  const left = MARGIN + 12 + Math.max(...ticks.map((tick) => fonts.regular.width(writeTick(tick), 13)));
  const band = (CHART_WIDTH - MARGIN - left) / categories.length;
  const isStaggered = needsTwoRows(chart, categories, band, fonts);
  const bottom = CHART_HEIGHT - 48 - (isStaggered ? ROW_HEIGHT : 0);
  const y = (value: number) => {
    const share = (value / 2 - low / 2) / (high / 2 - low / 2);
    return bottom - Math.max(0, Math.min(1, share)) * (bottom - top);
  };
  const known = series.flatMap(({ values }) => values.filter((value) => value !== undefined));
  const plot: Plot = {
    series,
    categories,
    band,
    left,
    y,
    fonts,
    isPartial: (category) => chart.partialLast === true && category === categories.length - 1,
    write: createValueFormat(chart.format, known),
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${CHART_WIDTH} ${CHART_HEIGHT}" font-family="DejaVu Sans">`,
    `<rect width="${CHART_WIDTH}" height="${CHART_HEIGHT}" fill="#ffffff"/>`,
    drawTitle(chart, fonts),
    legend.svg,
    ...ticks.map((tick) => drawRule(y(tick), left, "#e8e8e8") + drawTick(y(tick), left, writeTick(tick))),
    chart.kind === "bar" ? drawBarMarks(plot, isStacked) : drawLineMarks(plot),
    low <= 0 && high >= 0 ? drawRule(y(0), left, "#8d8d8d") : "",
    isStaggered ? drawTwoRows(plot, bottom + 22) : drawCategories(plot, bottom + 22),
    "</svg>",
  ].join("");
}

function readSeries(chart: ChartPart, fonts: Fonts): PlotSeries[] {
  return chart.series.map(({ name, values }, index) => ({
    name: fitText(drawable(name, fonts.regular), fonts.regular, 14, 180),
    values: chart.categories.map((_, at) => {
      const value = values[at];
      return value !== undefined && Number.isFinite(value) ? value : undefined;
    }),
    fill: towardsWhite(PALETTE[index % PALETTE.length] ?? PALETTE[0], index < PALETTE.length ? 0 : 0.5),
  }));
}

/** Bars start at zero, or they would lie about proportions; lines only go there when it is near. */
function rangeOf(chart: ChartPart, series: readonly PlotSeries[], isStacked: boolean): [low: number, high: number] {
  const columns = chart.categories.map((_, index) => series.flatMap(({ values }) => values[index] ?? []));
  const heights = isStacked
    ? columns.flatMap((values) => [
        total(values.filter((value) => value < 0)),
        total(values.filter((value) => value > 0)),
      ])
    : columns.flat();
  const finite = heights.map((value) => Math.max(-1e300, Math.min(1e300, value)));
  const [low, high] = [Math.min(...finite, Infinity), Math.max(...finite, -Infinity)];
  if (low > high) return [0, 0];
  const isFarFromZero =
    chart.kind === "line" && low * high > 0 && high - low < Math.max(Math.abs(low), Math.abs(high)) / 2;
  if (isFarFromZero) return [low, high === low ? low + Math.abs(low) / 10 : high];
  // A little air above the tallest bar for its value.
  return [Math.min(0, low * 1.06), Math.max(0, high * 1.06)];
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function drawTitle(chart: ChartPart, fonts: Fonts): string {
  const title = fitText(drawable(chart.title, fonts.bold), fonts.bold, 23, CHART_WIDTH - 2 * MARGIN);
  const last = drawable(chart.categories.at(-1) ?? "", fonts.regular);
  const notes = [unitOf(chart.format), chart.partialLast === true ? `* ${last} is not complete yet` : undefined];
  const subtitle = drawable(notes.filter((note) => note !== undefined && note !== "").join(" · "), fonts.regular);
  return (
    svgText(title, { x: MARGIN, y: 48, size: 23, bold: true }) +
    svgText(fitText(subtitle, fonts.regular, 13.5, CHART_WIDTH - 2 * MARGIN), {
      x: MARGIN,
      y: 74,
      size: 13.5,
      fill: MUTED,
    })
  );
}

function drawLegend(series: readonly PlotSeries[], fonts: Fonts): { svg: string; height: number } {
  const [swatch, gap, rowHeight] = [20, 22, 22];
  let [x, row] = [MARGIN, 0];
  const items = series.map(({ name, fill }) => {
    const width = swatch + fonts.regular.width(name, 14) + gap;
    if (x + width > CHART_WIDTH && x > MARGIN) [x, row] = [MARGIN, row + 1];
    const y = 102 + row * rowHeight;
    const item =
      `<rect x="${px(x)}" y="${y - 12}" width="14" height="14" rx="3" fill="${fill}"/>` +
      svgText(name, { x: x + swatch, y, size: 14 });
    x += width;
    return item;
  });
  return { svg: items.join(""), height: (row + 1) * rowHeight };
}

function drawRule(y: number, left: number, stroke: string): string {
  return `<line x1="${px(left)}" x2="${CHART_WIDTH - MARGIN}" y1="${px(y)}" y2="${px(y)}" stroke="${stroke}"/>`;
}

function drawTick(y: number, left: number, label: string): string {
  return svgText(label, { x: left - 10, y: y + 4.5, size: 13, fill: MUTED, anchor: "end" });
}

/** Below a bar stands the name of a thing, and none of a few things may stay nameless. */
const MAX_NAMED_BARS = 20;
const ROW_HEIGHT = 20;

function needsTwoRows(chart: ChartPart, categories: readonly string[], band: number, fonts: Fonts): boolean {
  if (chart.kind !== "bar" || categories.length > MAX_NAMED_BARS) return false;
  return Math.max(...categories.map((name) => fonts.regular.width(name, 14))) + 12 > band;
}

/** Every name, on two rows by turns, each as wide as the two bars it stands below. */
function drawTwoRows({ categories, band, left, fonts }: Plot, y: number): string {
  return categories
    .map((name, index) => {
      const text = fitText(name, fonts.regular, 14, 2 * band - 12);
      const half = fonts.regular.width(text, 14) / 2;
      const x = Math.min(left + (index + 0.5) * band, CHART_WIDTH - 6 - half);
      return svgText(text, { x, y: y + (index % 2) * ROW_HEIGHT, size: 14, anchor: "middle" });
    })
    .join("");
}

/** As many names as fit, counted from the last, which is the one people look for. */
function drawCategories({ categories, band, left, fonts }: Plot, y: number): string {
  const widest = Math.min(120, Math.max(...categories.map((name) => fonts.regular.width(name, 14))));
  const step = Math.ceil((widest + 12) / band);
  let free = CHART_WIDTH - 6;
  const drawn = categories.map((name, index) => {
    const text = fitText(name, fonts.regular, 14, Math.max(120, step * band - 12));
    return { text, half: fonts.regular.width(text, 14) / 2, centre: left + (index + 0.5) * band };
  });
  return drawn
    .filter((_, index) => (categories.length - 1 - index) % step === 0)
    .reverse()
    .map(({ text, half, centre }, index) => {
      // The last name may be moved in from the edge, and then its neighbour has less room than the step gives it.
      const x = index === 0 ? Math.min(centre, free - half) : centre;
      if (x + half > free) return "";
      free = x - half - 10;
      return svgText(text, { x, y, size: 14, anchor: "middle" });
    })
    .reverse()
    .join("");
}
