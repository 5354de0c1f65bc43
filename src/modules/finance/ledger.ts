import type { Nexus } from "#core/contract/module.ts";
import type { Book, Entry } from "./categories.ts";
import { addMonths, localToday, type Period } from "./days.ts";
import { readIndex, readRows } from "./records.ts";
import { sampleRows } from "./sample.ts";

/** The entries that questions are asked of. */
export interface Ledger {
  readonly sample: boolean;
  /** The earliest and the latest day there is data for. */
  readonly first: string;
  readonly last: string;
  readonly load: (period: Period) => Promise<Entry[]>;
}

/** The person's own entries, else sample ones; undefined when there are none and samples are off. */
export async function openLedger(book: Book, nexus: Nexus): Promise<Ledger | undefined> {
  const index = await readIndex(nexus);
  if (index.imports.length > 0) {
    return {
      sample: false,
      first: index.imports.map((record) => record.from).toSorted()[0] ?? "",
      last:
        index.imports
          .map((record) => record.to)
          .toSorted()
          .at(-1) ?? "",
      load: async (period) => (await readRows(period, index, nexus)).map(book.entry),
    };
  }
  if (nexus.sample === "off") return undefined;
  const today = localToday(nexus);
  const first = `${addMonths(today.slice(0, 7), -7)}-01`;
  const rows = sampleRows(first, today);
  const load = (period: Period): Promise<Entry[]> =>
    Promise.resolve(rows.filter((row) => row.date >= period.from && row.date <= period.to).map(book.entry));
  return { sample: true, first, last: today, load };
}
