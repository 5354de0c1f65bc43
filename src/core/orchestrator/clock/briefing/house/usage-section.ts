import { MATRIX } from "#core/contract/permission.ts";
import type { ChartPart } from "#core/contract/reply.ts";
import { unitsText } from "#core/contract/run-units.ts";
import { dayAfter } from "#core/metering/calendar.ts";
import { dollars } from "#core/metering/words.ts";
import type { UsageLine } from "#core/metering/metering.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { Briefed } from "#core/orchestrator/clock/briefing/briefed.ts";
import { failedSection, nothingSection, type Section } from "#core/orchestrator/clock/briefing/section.ts";
import { worthwhileChart } from "#core/orchestrator/clock/briefing/worthwhile-chart.ts";

const SHOWN_DAYS = 7;

/**
 * What was used yesterday and this month: everybody's, where its owner may see that; else their own, and only where nobody
 * else reads. By person or channel it is never told here.
 */
export async function usageSection(
  { metering }: Pick<OrchestratorDeps, "metering">,
  { turn }: Pick<Scene, "turn">,
  title: string,
  { owner, readers }: Pick<Briefed, "owner" | "readers">,
): Promise<Section> {
  const isEverybodys = MATRIX[owner.role].has("usage.read");
  if (!isEverybodys && readers !== "alone") {
    return failedSection(title, "only admins can have everybody's usage posted.");
  }
  const { day, monthStart } = metering.today();
  const yesterday = dayAfter(day, -1);
  const from = [monthStart, dayAfter(day, -SHOWN_DAYS)].toSorted()[0] ?? monthStart;
  const whose = isEverybodys ? {} : { person: owner.person };
  const days = await metering.usage(turn.org, { from, to: day, by: "day", ...whose });
  const month = sum(days.filter(({ key }) => key >= monthStart));
  const before = sum(days.filter(({ key }) => key === yesterday));
  if (month.units === 0 && before.units === 0) return nothingSection(title, "nothing was used.");
  const money = isEverybodys && month.microUsd > 0 ? `, ${dollars(month.microUsd)}` : "";
  const who = isEverybodys ? "" : "you used ";
  const line = `${who}${unitsText(before.units)} yesterday, ${unitsText(month.units)} this month${money}.`;
  const chart = isEverybodys ? worthwhileChart([chartOf(days.slice(-SHOWN_DAYS))]) : undefined;
  return { title, state: "ok", lines: [line], ...(chart && { chart }), says: [yesterday, before.units, month.units] };
}

function sum(lines: readonly UsageLine[]): Pick<UsageLine, "units" | "microUsd"> {
  return {
    units: lines.reduce((all, { units }) => all + units, 0),
    microUsd: lines.reduce((all, { microUsd }) => all + microUsd, 0),
  };
}

function chartOf(days: readonly UsageLine[]): ChartPart {
  return {
    type: "chart",
    kind: "bar",
    title: "Units a day",
    takeaway: `${unitsText(sum(days).units)} in the last ${days.length} days with any.`,
    categories: days.length === 0 ? ["none"] : days.map(({ key }) => key.slice(5)),
    series: [{ name: "Units", values: days.map(({ units }) => units) }],
    format: { type: "number", unit: "units" },
    partialLast: true,
  };
}
