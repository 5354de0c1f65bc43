import { categoryLabels, figureFormat, figuresOf } from "#bot/chart-figures.ts";
import { unitOf } from "#bot/chart-format.ts";
import type { ChartPart } from "#core/contract/reply.ts";
import { MANNERS } from "#bot/discord/limits.ts";
import { toCsv } from "#bot/csv.ts";
import type { DrawnText } from "./drawn.ts";
import { fitsAltText, pictureFile, textFile } from "./files.ts";
import { plainLine } from "./neutral.ts";
import { drawTable } from "./table.ts";

/**
 * Draws a chart: what it shows in words, then the picture with every figure in its alternative text, or, without a
 * picture, the figures as a table.
 */
export function drawChart(chart: ChartPart, isPicture: boolean): DrawnText {
  const unit = unitOf(chart.format);
  const title = `**${plainLine(chart.title)}**${unit === undefined ? "" : ` (${plainLine(unit)})`}`;
  const words = `${title}\n${plainLine(chart.takeaway)}${chart.partialLast === true ? "\n-# \\* not complete yet" : ""}`;
  const figures = figuresOf(chart);
  if (!isPicture) {
    const { text, files } = drawTable({ ...figures, type: "table", caption: `Figures: ${chart.title}` });
    return { text: `${words}\n${text}`, files };
  }
  const spoken = speakFigures(chart);
  const description = `${chart.title}. ${chart.takeaway} ${spoken}`;
  const picture = pictureFile(chart, description);
  const line = `-# ${plainLine(spoken)}`;
  if (chart.series.length === 1 && line.length <= MANNERS.figuresLine)
    return { text: `${words}\n${line}`, files: [picture] };
  if (fitsAltText(description)) return { text: words, files: [picture] };
  const file = textFile(`${chart.title}.csv`, "text/csv", `The figures of “${chart.title}”`, toCsv(figures));
  return { text: `${words}\nThe figures are in the attached file.`, files: [picture, file] };
}

function speakFigures(chart: ChartPart): string {
  const write = figureFormat(chart);
  const labels = categoryLabels(chart);
  const said = [chart.title, chart.takeaway, unitOf(chart.format)].join(" ");
  const series = chart.series.map(({ name, values }) => {
    const figures = labels.map((label, index) => `${label} ${write(values[index])}`).join(" · ");
    const isKnown = chart.series.length === 1 && said.includes(name);
    return isKnown ? figures : `${name}: ${figures}`;
  });
  return series.join("; ");
}
