import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { barChart } from "./answer.ts";
import { openBook } from "./categories.ts";
import { writeJson } from "./json.ts";
import { readIndex, readMerchants, readYear, type StoredRow, yearPath } from "./records.ts";
import { refusal } from "./refusals.ts";
import { readStatement, type Row } from "./statement.ts";
import { spent, totals } from "./sums.ts";
import { counted, days, money } from "./wording.ts";

/** Reads a CIBC export into the person's own records: all of its rows, or none. */
export async function importFile(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const path = typeof input["file"] === "string" ? input["file"] : "";
  const name = (path.split("/").at(-1) ?? path).slice(0, 80);
  const text = path === "" ? undefined : await nexus.files.read(path);
  if (text === undefined) return refusal("file_unreadable", "I could not read that file.", { slot: "file" });
  const statement = readStatement(text);
  if ("problem" in statement) {
    const say = `${name}: ${statement.problem} Nothing was imported.`;
    return refusal("file_format", say, { slot: "file", hint: EXPECTED });
  }

  const index = await readIndex(nexus);
  const id = `i${index.nextId}`;
  const fresh = await addNew(statement.rows, id, nexus);
  const dates = statement.rows.map((row) => row.date).toSorted();
  const [from, to] = [dates[0] ?? "", dates.at(-1) ?? ""];
  const total = counted(statement.rows.length, "row", nexus);
  if (fresh.length === 0) {
    return {
      summary: `Already imported: 0 new. All ${total} of ${name} were there before.`,
      data: { added: 0, duplicates: statement.rows.length, from, to },
      next: FIRST_QUESTIONS,
    };
  }
  const book = await openBook(nexus);
  const entries = fresh.map((row) => book.entry(row));
  const seen = new Set(await readMerchants(nexus));
  const merchants = new Set(entries.filter((entry) => entry.kind === "spending").map((entry) => entry.merchant));
  const newMerchants = [...merchants].filter((merchant) => !seen.has(merchant));
  const record = { id, name, at: nexus.now().toISOString(), rows: fresh.length, from, to };
  await writeJson("index.json", { ...index, nextId: index.nextId + 1, imports: [...index.imports, record] }, nexus);
  if (newMerchants.length > 0) await writeJson("merchants.json", [...seen, ...newMerchants], nexus);

  const duplicates = statement.rows.length - fresh.length;
  const known = duplicates > 0 ? ` ${counted(duplicates, "row", nexus)} were there before.` : "";
  const groups = totals(entries, (entry) => entry.category);
  const leading = groups.slice(0, 3).map((group) => `${group.name} ${money(group.cents, nexus)}`);
  const led = leading.length > 0 ? ` ${leading.join(", ")}.` : "";
  return {
    summary: `Imported ${counted(fresh.length, "transaction", nexus)} ${days(from, to, nexus)}, ${counted(newMerchants.length, "new merchant", nexus)}.${known}${led}`,
    data: { added: fresh.length, duplicates, newMerchants: newMerchants.length, from, to, cents: spent(entries) },
    parts: groups.length > 0 ? [barChart("Spending in this file", groups, nexus)] : [],
    next: FIRST_QUESTIONS,
  };
}

const FIRST_QUESTIONS = ["show me my spending this month", "by category", "by month"];

const EXPECTED =
  "I read CIBC exports: online banking, Download transactions, Spreadsheet (CSV). Columns: date, description, debit, credit; for cards also the card number.";

/** Stores the rows that are not there yet. Alike rows are counted: a second coffee is a second row, a second upload is not. */
async function addNew(rows: readonly Row[], id: string, nexus: Nexus): Promise<Row[]> {
  const fresh: Row[] = [];
  const byFile = Map.groupBy(rows, yearPath);
  for (const [path, year] of byFile) {
    const stored = await readYear(path, nexus);
    const known = new Map<string, number>();
    for (const [date, text, cents] of stored) {
      const key = `${date}|${cents}|${text}`;
      known.set(key, (known.get(key) ?? 0) + 1);
    }
    const added = year.filter((row) => {
      const key = `${row.date}|${row.cents}|${row.text}`;
      const left = known.get(key) ?? 0;
      if (left > 0) known.set(key, left - 1);
      return left === 0;
    });
    if (added.length === 0) continue;
    const appended = added.map((row): StoredRow => [row.date, row.text, row.cents, id]);
    await writeJson(path, [...stored, ...appended], nexus);
    fresh.push(...added);
  }
  return fresh;
}
