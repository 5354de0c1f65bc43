import type { Nexus } from "#core/contract/module.ts";
import type { Ledger } from "./ledger.ts";
import type { Group } from "./sums.ts";
import { money } from "./wording.ts";

/** A chart of the ten largest groups. */
export function barChart(title: string, groups: readonly Group[], nexus: Nexus) {
  const top = groups.filter((group) => group.cents > 0).slice(0, 10);
  const drawn = top.length > 0 ? top : groups.slice(0, 1);
  const first = drawn[0];
  return {
    type: "chart" as const,
    kind: "bar" as const,
    title,
    takeaway: first ? `${first.name} is the largest with ${money(first.cents, nexus)}.` : title,
    categories: drawn.map((group) => group.name),
    series: [{ name: "Spent", values: drawn.map((group) => group.cents) }],
    format: { type: "currency" as const, currency: "CAD" },
  };
}

/** What every answer ends with: suggestions, and the mark of a sample. */
export function ending(ledger: Ledger, next: string[]) {
  return ledger.sample ? { sample: true, next: ["import a CIBC file", ...next].slice(0, 4) } : { next };
}
