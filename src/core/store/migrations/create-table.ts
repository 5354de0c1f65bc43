import type { CreateTableBuilder, Kysely } from "kysely";
import type { Flavour } from "./flavour.ts";

type Table = CreateTableBuilder<string>;

/** Makes one table, ended as the engine wants it (STRICT on SQLite). */
export async function create(
  db: Kysely<unknown>,
  flavour: Flavour,
  name: string,
  columns: (table: Table) => Table,
): Promise<void> {
  await columns(db.schema.createTable(name)).modifyEnd(flavour.tableEnd).execute();
}
