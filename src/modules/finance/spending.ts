import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { barChart, ending } from "./answer.ts";
import type { Entry } from "./categories.ts";
import { change } from "./change.ts";
import { comparable } from "./periods.ts";
import { openQuestion, type Question } from "./question.ts";
import { spent, totals } from "./sums.ts";
import { days, money, number } from "./wording.ts";

/** What was spent in a period, beside the same part of the month before. */
export async function spending(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const asked = await openQuestion(input, nexus);
  if ("output" in asked) return asked.output;
  const { ledger, period, filter } = asked;
  const entries = (await ledger.load(period)).filter(filter.fits);
  if (filter.kind !== "spending") return notSpent(filter.kind, entries, asked, nexus);
  const cents = spent(entries);
  const before = comparable(period, ledger);
  const beforeCents = before ? spent((await ledger.load(before)).filter(filter.fits)) : undefined;
  const compared =
    before && beforeCents !== undefined
      ? `, ${change(cents, beforeCents, nexus)} ${days(before.from, before.to, nexus)}`
      : "";
  const groups = totals(entries, (entry) => entry.category);
  const purchases = entries.filter((entry) => entry.kind === "spending");
  const income = -entries.filter((entry) => entry.kind === "income").reduce((sum, entry) => sum + entry.cents, 0);
  const items = [
    { label: "Transactions", value: number(purchases.length, nexus) },
    ...(before && beforeCents !== undefined
      ? [{ label: `Before, ${days(before.from, before.to, nexus)}`, value: money(beforeCents, nexus) }]
      : []),
    ...(income > 0 ? [{ label: "Money in", value: money(income, nexus) }] : []),
  ];
  return {
    summary: `You spent ${money(cents, nexus)}${filter.words} ${days(period.from, period.to, nexus)}${compared}.`,
    data: {
      cents,
      currency: "CAD",
      from: period.from,
      to: period.to,
      before: beforeCents ?? null,
      count: purchases.length,
    },
    parts: [
      { type: "fields", items },
      ...(groups.length > 1
        ? [barChart(`Spending${filter.words}, ${days(period.from, period.to, nexus)}`, groups, nexus)]
        : []),
    ],
    ...ending(ledger, ["by category", "by month", "by merchant"]),
  };
}

/** Money that came in, or went between the person's own accounts, when that is what was asked for. */
function notSpent(kind: "income" | "transfer", entries: readonly Entry[], asked: Question, nexus: Nexus): ModuleOutput {
  const { ledger, period } = asked;
  // A transfer is on two accounts; the side it left is the one to count.
  const counting = entries.filter((entry) => kind === "income" || entry.cents > 0);
  const cents = Math.abs(counting.reduce((total, entry) => total + entry.cents, 0));
  const verb = kind === "income" ? "You received" : "You moved between your accounts";
  return {
    summary: `${verb} ${money(cents, nexus)} ${days(period.from, period.to, nexus)}.`,
    data: { cents, currency: "CAD", from: period.from, to: period.to, count: counting.length },
    ...ending(ledger, ["by category", "by month"]),
  };
}
