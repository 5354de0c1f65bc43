import type { Json } from "#core/contract/json.ts";
import type { Nexus } from "#core/contract/module.ts";
import { addMonths, earlier, isDate, lastDay, localToday, type Period } from "./days.ts";
import { get } from "./json.ts";
import type { Ledger } from "./ledger.ts";
import { type Ended, refusal } from "./refusals.ts";
import { days, span } from "./wording.ts";

/** The days asked for; none means this month. Days to come, or after the last import, are left off. */
export function readPeriod(value: Json | undefined, ledger: Ledger, nexus: Nexus): Period | Ended {
  const today = localToday(nexus);
  const from = get(value, "from") ?? `${today.slice(0, 7)}-01`;
  const to = get(value, "to") ?? today;
  if (typeof from !== "string" || typeof to !== "string" || !isDate(from) || !isDate(to) || from > to) {
    const hint = "Say it as “this month”, “last week”, “March” or “since September”.";
    return { output: refusal("slot_invalid", "I could not read the period.", { slot: "period", hint }) };
  }
  const end = earlier(to, today);
  if (from > end) return { output: refusal("slot_invalid", "That period has not begun yet.", { slot: "period" }) };
  if (from > ledger.last || end < ledger.first) {
    const say = `There are no transactions ${days(from, end, nexus)}. Your imports cover ${span(ledger.first, ledger.last, nexus)}.`;
    return { output: refusal("no_data", say, { hint: "Send me a newer export, or ask for a period inside it." }) };
  }
  return { from, to: earlier(end, ledger.last) };
}

/** The same days of the month before, when the period is a month or the beginning of one and that data is there. */
export function comparable(period: Period, ledger: Ledger): Period | undefined {
  const month = period.from.slice(0, 7);
  if (!period.from.endsWith("-01") || period.to.slice(0, 7) !== month) return undefined;
  const before = addMonths(month, -1);
  const whole = period.to === lastDay(month);
  const day = Math.min(Number(period.to.slice(8)), Number(lastDay(before).slice(8)));
  const to = whole ? lastDay(before) : `${before}-${String(day).padStart(2, "0")}`;
  // A file that starts with the month may well have nothing on its first two days.
  return `${before}-03` >= ledger.first ? { from: `${before}-01`, to } : undefined;
}
