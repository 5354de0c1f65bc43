import { z } from "zod";

const Label = z.string().min(1).max(20);
const Point = z.strictObject({ label: Label, value: z.number() });
const Plot = {
  // Two pages disagree (6 and 12); the smaller stands.
  series: z
    .array(z.strictObject({ name: Label, data: z.array(Point).min(1).max(20) }))
    .min(1)
    .max(6),
  axis_config: z.strictObject({
    categories: z.array(Label).min(1).max(20),
    x_label: z.string().min(1).max(50).optional(),
    y_label: z.string().min(1).max(50).optional(),
  }),
};
/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block; the published types lack it. */
const Chart = z.strictObject({
  type: z.literal("data_visualization"),
  block_id: z.string().optional(),
  title: z.string().min(1).max(50),
  chart: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("pie"),
      segments: z
        .array(z.strictObject({ label: Label, value: z.number().positive() }))
        .min(1)
        .max(6),
    }),
    z.strictObject({ type: z.literal("bar"), ...Plot }),
    z.strictObject({ type: z.literal("line"), ...Plot }),
    z.strictObject({ type: z.literal("area"), ...Plot }),
  ]),
});

/** What is wrong with a chart, or undefined. */
export function checkChart(block: unknown): string | undefined {
  const read = Chart.safeParse(block);
  if (!read.success) return z.prettifyError(read.error);
  const { chart } = read.data;
  if (chart.type === "pie") {
    return hasDouble(chart.segments.map(({ label }) => label)) ? "two segments have one label" : undefined;
  }
  const { series, axis_config: axis } = chart;
  if (hasDouble(axis.categories)) return "two categories have one name";
  if (hasDouble(series.map(({ name }) => name))) return "two series have one name";
  const gap = series.find(({ data }) => {
    const labels = data.map(({ label }) => label);
    return labels.length !== axis.categories.length || axis.categories.some((name) => !labels.includes(name));
  });
  return gap === undefined ? undefined : `series "${gap.name}" does not have exactly one point per category`;
}

function hasDouble(names: readonly string[]): boolean {
  return new Set(names).size < names.length;
}
