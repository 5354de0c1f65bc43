import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ask, refused, unreadable } from "./ask.ts";
import { get, numberAt, textAt } from "./json.ts";

/** What an amount of one currency is worth in another, at the last reference rate. */
export async function convert(
  input: { amount?: number; from: unknown; to: unknown },
  nexus: Nexus,
): Promise<ModuleOutput> {
  const { amount = 1 } = input;
  const from = String(input.from).toUpperCase();
  const to = String(input.to).toUpperCase();
  if (!CURRENCY.test(from)) return notACurrency("from", from);
  if (!CURRENCY.test(to)) return notACurrency("to", to);
  if (from === to) return { summary: `${money(amount)} ${from} is ${money(amount)} ${to}: it is the same currency.` };
  const read = await readRates(from, [to], nexus);
  if ("output" in read) return read.output;
  const rate = numberAt(read.rates, to);
  if (rate === undefined) return unreadable().output;
  const worth = amount * rate;
  return {
    summary: `${money(amount)} ${from} is ${money(worth)} ${to}, at ${rate} on ${read.day}.`,
    data: { from, to, amount, worth, rate, day: read.day },
  };
}

/** What one unit of a currency is worth in the others. */
export async function rates(input: { base: unknown }, nexus: Nexus): Promise<ModuleOutput> {
  const base = String(input.base).toUpperCase();
  if (!CURRENCY.test(base)) return notACurrency("base", base);
  const read = await readRates(base, [], nexus);
  if ("output" in read) return read.output;
  const rows = Object.entries(read.rates)
    .filter((row): row is [string, number] => typeof row[1] === "number")
    .sort(([one], [other]) => (one < other ? -1 : 1));
  if (rows.length === 0) return unreadable().output;
  return {
    summary: `One ${base} in ${rows.length} currencies, on ${read.day}.`,
    parts: [
      {
        type: "table",
        caption: `One ${base} on ${read.day}`,
        columns: [{ header: "Currency" }, { header: "Rate", align: "right" }],
        rows,
      },
    ],
    data: { base, day: read.day },
    remember: { base },
  };
}

const CURRENCY = /^[A-Z]{3}$/;

type Read = { readonly rates: object; readonly day: string } | { readonly output: ModuleOutput };

/** Rates of one unit, of all currencies when none is named. https://frankfurter.dev */
async function readRates(base: string, wanted: readonly string[], nexus: Nexus): Promise<Read> {
  const symbols = wanted.length === 0 ? "" : `&symbols=${wanted.join(",")}`;
  const answer = await ask(`https://api.frankfurter.dev/v1/latest?base=${base}${symbols}`, nexus);
  if ("output" in answer) {
    const isUnknown = "error" in answer.output && answer.output.error.code === "not_found";
    const named = [base, ...wanted].join(" or ");
    return isUnknown ? refused("not_found", `The European Central Bank gives no rate for ${named}.`) : answer;
  }
  const found = get(answer.value, "rates");
  const day = textAt(answer.value, "date");
  if (typeof found !== "object" || found === null || day === undefined) return unreadable();
  return { rates: found, day };
}

function notACurrency(slot: string, word: string): ModuleOutput {
  const say = `“${word.slice(0, 20)}” is no currency I know.`;
  return { error: { code: "slot_invalid", say, hint: "Three letters, as in EUR, USD or CAD.", slot } };
}

/** Two decimals, and more for what is less than a cent. */
function money(amount: number): string {
  return amount !== 0 && Math.abs(amount) < 0.01 ? amount.toPrecision(2) : amount.toFixed(2);
}
