import type { Nexus } from "#core/contract/module.ts";
import { language, money, percent } from "./wording.ts";

/** How a sum compares with an earlier one, to be followed by the earlier period: “12% more than”. */
export function change(cents: number, before: number, nexus: Nexus): string {
  if (before <= 0) return `compared with ${money(before, nexus)}`;
  const share = (cents - before) / before;
  if (Math.abs(share) < 0.005) return "as much as";
  return `${percent(Math.abs(share), nexus)} ${share > 0 ? "more" : "less"} than`;
}

/** How a sum compares with an earlier one, for a table: “+12%”. */
export function shift(cents: number, before: number, nexus: Nexus): string {
  if (before <= 0) return cents > 0 ? "new" : "—";
  const share = new Intl.NumberFormat(language(nexus), {
    style: "percent",
    maximumFractionDigits: 0,
    signDisplay: "exceptZero",
  });
  return share.format((cents - before) / before);
}
