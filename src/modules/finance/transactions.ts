import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ending } from "./answer.ts";
import { addMonths, localToday } from "./days.ts";
import { openQuestion } from "./question.ts";
import { nothingSpent } from "./refusals.ts";
import { spent } from "./sums.ts";
import { counted, days, money, number } from "./wording.ts";

/** Lists and searches single transactions, the newest first. */
export async function transactions(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const searching = [input["merchant"], input["category"]].some((value) => typeof value === "string" && value !== "");
  const today = localToday(nexus);
  const year = { from: `${addMonths(today.slice(0, 7), -11)}-01`, to: today };
  const asked = await openQuestion(input["period"] || !searching ? input : { ...input, period: year }, nexus);
  if ("output" in asked) return asked.output;
  const { ledger, period, filter } = asked;
  const found = (await ledger.load(period)).filter(filter.fits).toSorted((a, b) => b.date.localeCompare(a.date));
  if (found.length === 0) return nothingSpent(period, filter.words, nexus);
  const limit = typeof input["limit"] === "number" ? Math.min(50, Math.max(1, Math.round(input["limit"]))) : 20;
  const shown = found.slice(0, limit);
  const some = shown.length < found.length ? `, the latest ${number(shown.length, nexus)} below` : "";
  return {
    summary: `${counted(found.length, "transaction", nexus)}${filter.words} ${days(period.from, period.to, nexus)}${some}. Spent: ${money(spent(found), nexus)}.`,
    data: {
      total: found.length,
      currency: "CAD",
      cents: spent(found),
      transactions: shown.map(({ date, text, cents, category, account }) => ({ date, text, cents, category, account })),
    },
    parts: [
      {
        type: "table",
        caption: shown.length < found.length ? `Transactions (${shown.length} of ${found.length})` : "Transactions",
        columns: [
          { header: "Date" },
          { header: "Description" },
          { header: "Category" },
          { header: "Amount", align: "right" },
        ],
        rows: shown.map((entry) => [
          entry.date,
          entry.text.replace(/\s+/g, " ").slice(0, 80),
          entry.category,
          money(-entry.cents, nexus),
        ]),
      },
    ],
    ...ending(ledger, ["by category", "by merchant"]),
  };
}
