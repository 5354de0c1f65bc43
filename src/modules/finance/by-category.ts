import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { barChart, ending } from "./answer.ts";
import { shift } from "./change.ts";
import { comparable } from "./periods.ts";
import { openQuestion } from "./question.ts";
import { nothingSpent } from "./refusals.ts";
import { type Group, sum, totals } from "./sums.ts";
import { days, money, percent } from "./wording.ts";

/** Where the money went, by category. */
export async function byCategory(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const asked = await openQuestion(input, nexus);
  if ("output" in asked) return asked.output;
  const { ledger, period } = asked;
  const groups = totals(await ledger.load(period), (entry) => entry.category);
  if (groups.length === 0) return nothingSpent(period, asked.filter.words, nexus);
  const before = comparable(period, ledger);
  const earlier = new Map(
    before
      ? totals(await ledger.load(before), (entry) => entry.category).map((group) => [group.name, group.cents])
      : [],
  );
  const cents = sum(groups);
  const share = (group: Group): string => percent(cents > 0 ? group.cents / cents : 0, nexus);
  const leading = groups.slice(0, 3).map((group) => `${group.name} ${money(group.cents, nexus)} (${share(group)})`);
  return {
    summary: `You spent ${money(cents, nexus)} ${days(period.from, period.to, nexus)}: ${leading.join(", ")}${groups.length > 3 ? " and less on the rest" : ""}.`,
    data: {
      cents,
      currency: "CAD",
      from: period.from,
      to: period.to,
      categories: groups.map((group) => ({ ...group })),
    },
    parts: [
      barChart(`Spending by category, ${days(period.from, period.to, nexus)}`, groups, nexus),
      {
        type: "table",
        caption: "Spending by category",
        columns: [
          { header: "Category" },
          { header: "Spent", align: "right" },
          { header: "Share", align: "right" },
          ...(before ? [{ header: "Change", align: "right" as const }] : []),
        ],
        rows: groups.map((group) => [
          group.name,
          money(group.cents, nexus),
          share(group),
          ...(before ? [shift(group.cents, earlier.get(group.name) ?? 0, nexus)] : []),
        ]),
      },
    ],
    ...ending(ledger, ["by merchant", "by month"]),
  };
}
