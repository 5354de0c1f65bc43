import { categoryLabels, figuresOf } from "#bot/chart-figures.ts";
import { minorUnits, unitOf } from "#bot/chart-format.ts";
import { cleanLine } from "#bot/clean-text.ts";
import { toCsv } from "#bot/csv.ts";
import { INLINE_CODE, SLACK_LIMITS } from "#bot/slack/limits.ts";
import { alignGrid, readGrid } from "#bot/text-grid.ts";
import type { ChartPart } from "#core/contract/reply.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import { context, plainSections, preformatted } from "./blocks.ts";
import type { Drawn, NativeAllowance } from "./drawn.ts";
import { escapeSlack } from "./escape.ts";
import { altText, attach } from "./files.ts";
import type { DataVisualizationBlock, SlackBlock, SlackFile } from "./rendering.ts";
import { splitText } from "./split-text.ts";

/**
 * Draws a chart under the sentence it shows: as Slack's own where it fits exactly, else as a picture with its figures
 * in text. Where no file can go along, the figures alone.
 */
export function drawChart(chart: ChartPart, native: NativeAllowance, canAttach: boolean): Drawn {
  const said = [...plainSections(writtenLine(chart.takeaway)), ...drawPartial(chart)];
  const block = native.charts > 0 ? dataVisualization(chart) : undefined;
  if (block !== undefined) {
    native.charts -= 1;
    return { blocks: [...said, block], files: [] };
  }
  const title = plainSections(writtenLine(chart.title));
  const figures = figuresOf(chart);
  const text = alignGrid(readGrid(figures)).join("\n");
  if (!canAttach) return { blocks: [...title, ...said, ...preformatted(text)], files: [] };
  const isShort = text.length <= INLINE_CODE / 2 && chart.categories.length <= SLACK_LIMITS.chart.categories;
  const written: Drawn = isShort
    ? { blocks: preformatted(text), files: [] }
    : attach("figures.csv", "text/csv", toCsv(figures), "Figures");
  return { blocks: [...title, ...said, ...written.blocks], files: [pictureOf(chart), ...written.files] };
}

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block, or undefined where that does not fit. */
function dataVisualization(chart: ChartPart): DataVisualizationBlock | undefined {
  const limits = SLACK_LIMITS.chart;
  const title = writtenLine(chart.title);
  const categories = categoryLabels(chart).map(writtenLine);
  const unit = unitOf(chart.format) ?? "%";
  const divisor = chart.format.type === "currency" ? minorUnits(chart.format.currency) : 1;
  const names = chart.series.map(({ name }) => writtenLine(name));
  const isFull = chart.series.every(({ values }) => categories.every((_, at) => Number.isFinite(values[at] ?? NaN)));
  const fits =
    isFull &&
    title !== "" &&
    title.length <= limits.title &&
    categories.length <= limits.categories &&
    chart.series.length <= limits.series &&
    areLabels(categories) &&
    areLabels(names);
  if (!fits) return undefined;
  return {
    type: "data_visualization",
    title,
    chart: {
      type: chart.kind,
      series: chart.series.map(({ values }, index) => ({
        name: names[index] ?? "",
        data: categories.map((label, at) => ({ label, value: (values[at] ?? 0) / divisor })),
      })),
      axis_config: { categories, ...axisOf(chart, writtenLine(unit)) },
    },
  };
}

function axisOf({ format }: ChartPart, unit: string): { y_label?: string } {
  const isNamed = format.type !== "number" || format.unit !== undefined;
  return isNamed && unit !== "" && unit.length <= SLACK_LIMITS.chart.axis ? { y_label: unit } : {};
}

/** Whether Slack takes these as labels: none blank, none too long, none twice. */
function areLabels(labels: readonly string[]): boolean {
  const { label: limit } = SLACK_LIMITS.chart;
  return labels.every((label) => label !== "" && label.length <= limit) && new Set(labels).size === labels.length;
}

function drawPartial({ partialLast, categories }: ChartPart): SlackBlock[] {
  if (partialLast !== true) return [];
  const last = writtenLine(categories.at(-1) ?? "");
  const text = `* ${last === "" ? "The last one" : last} is not complete yet.`;
  return context(splitText(escapeSlack(text), SLACK_LIMITS.textObject));
}

function pictureOf(chart: ChartPart): SlackFile {
  const title = writtenLine(chart.title);
  const name = title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60);
  return {
    name: `${name === "" ? "chart" : name.toWellFormed()}.png`,
    mimeType: "image/png",
    title,
    altText: altText(`${title}. ${writtenLine(chart.takeaway)}`),
    content: { chart },
  };
}

function writtenLine(text: string): string {
  return withWrittenMoments(cleanLine(text));
}
