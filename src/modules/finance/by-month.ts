import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ending } from "./answer.ts";
import { openBook } from "./categories.ts";
import { addMonths, earlier, lastDay, localToday } from "./days.ts";
import { openLedger } from "./ledger.ts";
import { readFilter } from "./question.ts";
import { nothingImported } from "./refusals.ts";
import { spent } from "./sums.ts";
import { money, monthName } from "./wording.ts";

/** Month by month; the current month is marked as not complete. */
export async function byMonth(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const book = await openBook(nexus);
  const ledger = await openLedger(book, nexus);
  if (!ledger) return nothingImported();
  const filter = readFilter(input, book);
  if ("output" in filter) return filter.output;
  const wanted = input["months"];
  const count = typeof wanted === "number" ? Math.min(24, Math.max(2, Math.round(wanted))) : 6;
  const end = earlier(localToday(nexus), ledger.last);
  const last = end.slice(0, 7);
  const months = Array.from({ length: count }, (_, at) => addMonths(last, at - count + 1)).filter(
    (month) => month === last || month >= ledger.first.slice(0, 7),
  );
  const entries = (await ledger.load({ from: `${months[0] ?? last}-01`, to: end })).filter(filter.fits);
  const values = months.map((month) => spent(entries.filter((entry) => entry.date.startsWith(month))));
  const partialLast = end !== lastDay(last);
  const earlierValues = values.slice(0, -1);
  const average = Math.round(earlierValues.reduce((a, b) => a + b, 0) / earlierValues.length);
  const before = earlierValues.length === 1 ? "month before came to" : `${earlierValues.length} months before averaged`;
  const usual = earlierValues.length === 0 ? "" : ` The ${before} ${money(average, nexus)}.`;
  const soFar = partialLast ? " so far" : "";
  const summary = `You spent ${money(values.at(-1) ?? 0, nexus)}${filter.words}${soFar} in ${monthName(last, nexus)}.${usual}`;
  return {
    summary,
    data: { currency: "CAD", months: months.map((month, at) => ({ month, cents: values[at] ?? 0 })), partialLast },
    parts: [
      {
        type: "chart",
        kind: "bar",
        title: `Spending by month${filter.words}`,
        takeaway: summary,
        categories: months.map((month) => monthName(month, nexus)),
        series: [{ name: "Spent", values }],
        format: { type: "currency", currency: "CAD" },
        partialLast,
      },
    ],
    ...ending(ledger, ["by category", "by merchant"]),
  };
}
