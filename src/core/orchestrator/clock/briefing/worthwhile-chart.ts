import type { ChartPart, ModulePart } from "#core/contract/reply.ts";
import { inertPart } from "#core/orchestrator/inert.ts";

/** The fewest points that make a picture say more than a sentence does. */
const FEWEST_POINTS = 3;

/** The first chart that shows something: enough points, and not all of them the same. */
export function worthwhileChart(parts: readonly ModulePart[]): ChartPart | undefined {
  for (const part of parts) {
    if (part.type !== "chart" || part.categories.length < FEWEST_POINTS) continue;
    if (!part.series.some(({ values }) => new Set(values).size > 1)) continue;
    const shown = inertPart(part);
    if (shown.type === "chart") return shown;
  }
  return undefined;
}
