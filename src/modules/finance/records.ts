import type { Nexus } from "#core/contract/module.ts";
import type { Period } from "./days.ts";
import { get, readJson } from "./json.ts";
import type { Row } from "./statement.ts";

interface ImportRecord {
  readonly id: string;
  readonly name: string;
  readonly at: string;
  readonly rows: number;
  readonly from: string;
  readonly to: string;
}

/** The imports so far. */
export interface Index {
  readonly nextId: number;
  readonly imports: readonly ImportRecord[];
}

/** A row as stored: date, description, cents, import. One file holds one account's year: a call may change a hundred. */
export type StoredRow = readonly [string, string, number, string];

/** The person's imports, none to begin with. */
export async function readIndex(nexus: Nexus): Promise<Index> {
  const stored = await readJson("index.json", nexus);
  const nextId = get(stored, "nextId");
  const imports = get(stored, "imports");
  if (typeof nextId !== "number" || !Array.isArray(imports)) return { nextId: 1, imports: [] };
  const text = (record: unknown, key: string): string => {
    const value = get(record, key);
    return typeof value === "string" ? value : "";
  };
  const read = (record: unknown): ImportRecord => {
    const rows = get(record, "rows");
    return {
      id: text(record, "id"),
      name: text(record, "name"),
      at: text(record, "at"),
      rows: typeof rows === "number" ? rows : 0,
      from: text(record, "from"),
      to: text(record, "to"),
    };
  };
  return { nextId, imports: imports.map(read) };
}

/** The merchants the person has paid before. */
export async function readMerchants(nexus: Nexus): Promise<string[]> {
  const stored = await readJson("merchants.json", nexus);
  return Array.isArray(stored) ? stored.filter((name): name is string => typeof name === "string") : [];
}

/** The file in which a row is kept. */
export const yearPath = (row: Row): string => `transactions/${row.account}/${row.date.slice(0, 4)}.json`;

/** The person's rows of a period, with both its days. */
export async function readRows(period: Period, index: Index, nexus: Nexus): Promise<Row[]> {
  if (index.imports.length === 0) return [];
  const rows: Row[] = [];
  for (const path of await nexus.files.list("transactions/")) {
    const [, account, year] = /^transactions\/([\w-]+)\/(\d{4})\.json$/.exec(path) ?? [];
    if (!account || !year || year < period.from.slice(0, 4) || year > period.to.slice(0, 4)) continue;
    for (const [date, text, cents] of await readYear(path, nexus)) {
      if (date >= period.from && date <= period.to) rows.push({ account, date, text, cents });
    }
  }
  return rows;
}

/** The rows of one file; what is not a row is left out. */
export async function readYear(path: string, nexus: Nexus): Promise<StoredRow[]> {
  const stored = await readJson(path, nexus);
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((row): StoredRow[] => {
    if (!Array.isArray(row)) return [];
    const [date, text, cents, id]: unknown[] = row;
    if (typeof date !== "string" || typeof text !== "string" || typeof cents !== "number") return [];
    return [[date, text, cents, typeof id === "string" ? id : ""]];
  });
}
