import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { barChart, ending } from "./answer.ts";
import { openQuestion } from "./question.ts";
import { nothingSpent } from "./refusals.ts";
import { totals } from "./sums.ts";
import { counted, days, money, number } from "./wording.ts";

/** Who got the money. */
export async function byMerchant(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const asked = await openQuestion(input, nexus);
  if ("output" in asked) return asked.output;
  const { ledger, period, filter } = asked;
  const groups = totals((await ledger.load(period)).filter(filter.fits), (entry) => entry.merchant);
  const [first] = groups;
  if (!first) return nothingSpent(period, filter.words, nexus);
  const top = groups.slice(0, 15);
  const more = groups.length > top.length ? ` (${top.length} of ${number(groups.length, nexus)})` : "";
  return {
    summary: `You paid ${first.name} the most${filter.words} ${days(period.from, period.to, nexus)}: ${money(first.cents, nexus)} in ${counted(first.count, "purchase", nexus)}.`,
    data: { currency: "CAD", from: period.from, to: period.to, merchants: top.map((group) => ({ ...group })) },
    parts: [
      barChart(`Spending by merchant, ${days(period.from, period.to, nexus)}`, groups, nexus),
      {
        type: "table",
        caption: `Merchants${more}`,
        columns: [{ header: "Merchant" }, { header: "Purchases", align: "right" }, { header: "Spent", align: "right" }],
        rows: top.map((group) => [group.name, group.count, money(group.cents, nexus)]),
      },
    ],
    ...ending(ledger, ["by category", "by month"]),
  };
}
