import { categoryLabels } from "#bot/chart-figures.ts";
import { createValueFormat, unitOf } from "#bot/chart-format.ts";
import type { ChartPart } from "#core/contract/reply.ts";
import { type Bar, drawBars } from "./bars.ts";
import { type Canvas, type Colour, paint } from "./canvas.ts";
import { cleanLine } from "#bot/clean-text.ts";
import { drawLinePlot, drawSparkline } from "./line-plot.ts";
import { pad, shorten, widthOf } from "./measure.ts";
import { drawTable } from "./table.ts";
import { wrapText } from "./wrap.ts";

const COLOURS = ["blue", "yellow", "green", "magenta", "red", "cyan"] as const satisfies readonly Colour[];
/** Up to this many series stand side by side; more are added up, with a table of their parts. */
const MAX_GROUPED_SERIES = 3;

interface Series {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
  readonly colour: Colour;
}

/** Draws a chart with characters: every value is written out, and the shape comes on top. */
export function drawChart(canvas: Canvas, chart: ChartPart): string[] {
  const categories = chart.categories.map(cleanLine);
  const series = chart.series.map(({ name, values }, index): Series => ({
    name: cleanLine(name),
    values: categories.map((_, at) => finite(values[at])),
    colour: COLOURS[index % COLOURS.length] ?? "blue",
  }));
  const unit = unitOf(chart.format);
  const title = unit === undefined ? cleanLine(chart.title) : `${cleanLine(chart.title)} (${cleanLine(unit)})`;
  return [
    ...wrapText(title, canvas.columns).map((line) => paint(canvas, [{ text: line, style: { bold: true } }])),
    ...drawShape(canvas, chart, categories, series),
    ...(chart.partialLast === true
      ? wrapText(`* ${categories.at(-1) ?? ""} is not complete yet`, canvas.columns).map((line) =>
          paint(canvas, [{ text: line, style: { dim: true } }]),
        )
      : []),
  ];
}

function drawShape(
  canvas: Canvas,
  chart: ChartPart,
  categories: readonly string[],
  series: readonly Series[],
): string[] {
  const [only] = series;
  if (chart.kind === "line" && !canvas.plain && categories.length > 1) {
    const isRoomy = canvas.columns >= 40 && only !== undefined && only.values.some((value) => value !== undefined);
    return series.length === 1 && isRoomy
      ? drawLine(canvas, chart, categories, only)
      : drawLines(canvas, chart, categories, series);
  }
  if (series.length <= MAX_GROUPED_SERIES) return drawGrouped(canvas, chart, categories, series);
  return [...drawTotals(canvas, chart, categories, series), "", ...drawParts(canvas, chart, categories, series)];
}

function drawLine(canvas: Canvas, chart: ChartPart, categories: readonly string[], series: Series): string[] {
  const write = createValueFormat(chart.format, known(series.values));
  const plot = drawLinePlot(canvas, categoryLabels({ ...chart, categories }), series.values, write, series.colour);
  return [...plot, ...wrapText(extremes(categoryLabels({ ...chart, categories }), series, write), canvas.columns)];
}

/** Several lines on one canvas cannot be told apart without colour, so each gets a row. */
function drawLines(
  canvas: Canvas,
  chart: ChartPart,
  categories: readonly string[],
  series: readonly Series[],
): string[] {
  const labelWidth = Math.min(Math.max(...series.map(({ name }) => widthOf(name))), Math.floor(canvas.columns * 0.35));
  const labels = categoryLabels({ ...chart, categories });
  return series.flatMap((one) => {
    const write = createValueFormat(chart.format, known(one.values));
    const line = drawSparkline(one.values, canvas.columns - labelWidth - 2);
    const head = paint(canvas, [
      { text: `${pad(shorten(one.name, labelWidth), labelWidth)}  ` },
      { text: line, style: { colour: one.colour } },
    ]);
    const indent = " ".repeat(2);
    return [head, ...wrapText(extremes(labels, one, write), canvas.columns - 2).map((text) => indent + text)];
  });
}

function extremes(labels: readonly string[], { values }: Series, write: (value: number) => string): string {
  const points = values.flatMap((value, index) => (value === undefined ? [] : [{ value, label: labels[index] ?? "" }]));
  const last = points.at(-1);
  if (last === undefined) return "no values";
  const low = points.reduce((best, point) => (point.value < best.value ? point : best));
  const high = points.reduce((best, point) => (point.value > best.value ? point : best));
  const name = ({ value, label }: typeof last) => `${write(value)} (${label})`;
  return `low ${name(low)} · high ${name(high)} · last ${name(last)}`;
}

function drawGrouped(
  canvas: Canvas,
  chart: ChartPart,
  categories: readonly string[],
  series: readonly Series[],
): string[] {
  const write = createValueFormat(chart.format, known(series.flatMap(({ values }) => values)));
  const labels = categoryLabels({ ...chart, categories });
  if (canvas.plain && series.length > 1) {
    return labels.flatMap((label, index) => {
      const values = series.map((one) => `${one.name} ${write(one.values[index])}`);
      return wrapText(`${label}: ${values.join(", ")}`, canvas.columns);
    });
  }
  const isPartial = (index: number) => chart.partialLast === true && index === categories.length - 1;
  const bars = labels.flatMap((label, index) =>
    series.map(({ name, values, colour }): Bar => {
      const value = values[index];
      const text = series.length === 1 ? label : `  ${name}`;
      return { label: text, value, written: write(value), colour, isFaded: isPartial(index) };
    }),
  );
  const drawn = drawBars(canvas, bars);
  if (drawn.length !== bars.length || series.length === 1) return drawn;
  return labels.flatMap((label, index) => [
    ...wrapText(label, canvas.columns),
    ...drawn.slice(index * series.length, (index + 1) * series.length),
  ]);
}

function drawTotals(
  canvas: Canvas,
  chart: ChartPart,
  categories: readonly string[],
  series: readonly Series[],
): string[] {
  const totals = categories.map((_, index) => known(series.map(({ values }) => values[index])).reduce(sum, 0));
  const write = createValueFormat(chart.format, totals);
  const labels = categoryLabels({ ...chart, categories });
  return drawBars(
    canvas,
    totals.map((value, index) => ({
      label: labels[index] ?? "",
      value,
      written: write(value),
      colour: COLOURS[0],
      isFaded: chart.partialLast === true && index === totals.length - 1,
    })),
  );
}

/** The parts of each total: a row per series where the categories fit across, else a row per category. */
function drawParts(
  canvas: Canvas,
  chart: ChartPart,
  categories: readonly string[],
  series: readonly Series[],
): string[] {
  const write = createValueFormat(chart.format, known(series.flatMap(({ values }) => values)));
  const labels = categoryLabels({ ...chart, categories });
  const isWide = categories.length > 8;
  const rows = isWide
    ? labels.map((label, index) => [label, ...series.map(({ values }) => write(values[index]))])
    : series.map(({ name, values }) => [name, ...values.map(write)]);
  const headers = isWide ? series.map(({ name }) => name) : labels;
  return drawTable(canvas, {
    type: "table",
    caption: "What the totals are made of",
    columns: [{ header: "" }, ...headers.map((header) => ({ header, align: "right" }) as const)],
    rows,
  });
}

function known(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined);
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function sum(total: number, value: number): number {
  return total + value;
}
