import { createValueFormat, unitOf } from "./chart-format.ts";
import type { ChartPart, TablePart } from "#core/contract/reply.ts";

/** The chart's figures as a table, a row per category, written as the chart writes them. */
export function figuresOf(chart: ChartPart): Pick<TablePart, "columns" | "rows"> {
  const write = figureFormat(chart);
  const unit = unitOf(chart.format);
  return {
    columns: [
      { header: "" },
      ...chart.series.map(({ name }) => ({
        header: unit === undefined || unit === name ? name : `${name} (${unit})`,
        align: "right" as const,
      })),
    ],
    rows: categoryLabels(chart).map((label, index) => [
      label,
      ...chart.series.map(({ values }) => write(values[index])),
    ]),
  };
}

/** How this chart's values are written, all to the same precision. */
export function figureFormat({ format, series, categories }: ChartPart): (value: number | undefined) => string {
  return createValueFormat(
    format,
    series.flatMap(({ values }) => values.slice(0, categories.length)),
  );
}

/** The categories; one that is not complete yet has a star. */
export function categoryLabels({
  categories,
  partialLast,
}: Pick<ChartPart, "partialLast"> & { readonly categories: readonly string[] }): string[] {
  return categories.map((label, index) =>
    partialLast === true && index === categories.length - 1 ? `${label}*` : label,
  );
}
