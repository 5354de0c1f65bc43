import type { Entry } from "./categories.ts";

/** Entries that share a name, summed up. */
export interface Group {
  readonly name: string;
  readonly cents: number;
  readonly count: number;
}

/** Cents spent, refunds taken off. */
export function spent(entries: readonly Entry[]): number {
  return entries.reduce((total, entry) => (entry.kind === "spending" ? total + entry.cents : total), 0);
}

/** Spending by group, largest first. Refunds count against their group. */
export function totals(entries: readonly Entry[], name: (entry: Entry) => string): Group[] {
  const groups = Map.groupBy(
    entries.filter((entry) => entry.kind === "spending"),
    name,
  );
  return [...groups]
    .map(([group, members]) => ({ name: group, cents: spent(members), count: members.length }))
    .toSorted((a, b) => b.cents - a.cents);
}

/** Cents of all groups together. */
export function sum(groups: readonly Group[]): number {
  return groups.reduce((total, group) => total + group.cents, 0);
}
