import { chmodSync, closeSync, openSync } from "node:fs";
import { Kysely, SqliteDialect, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { NexusError, asNexusError } from "#core/contract/errors.ts";
import type { Database } from "#core/store/database.ts";
import type { Flavour } from "#core/store/migrations/flavour.ts";
import { migrationsFor } from "#core/store/migrations/migrations.ts";
import { openConnection } from "./connection.ts";

/**
 * Opens the SQLite file at `path`, brought up to the newest migration, for the owner's eyes only.
 * @param path file path, or ":memory:"
 * @throws NexusError store_corrupt | store_newer | disk_full | data_unusable
 */
export async function openSqlite(path: string): Promise<Kysely<Database>> {
  if (path !== ":memory:") makePrivate(path);
  const connection = openConnection(path);
  const db = new Kysely<Database>({ dialect: new SqliteDialect({ database: connection }) });
  try {
    await migrate(db, path);
  } catch (error) {
    connection.close();
    throw error;
  }
  return db;
}

const flavour: Flavour = { time: "integer", tableEnd: sql`strict` };

/** Before SQLite sees it: the WAL and the index beside it take the mode of the database file. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
  } catch (cause) {
    throw new NexusError("data_unusable", `${path} cannot be opened for writing`, { cause });
  }
}

async function migrate(db: Kysely<Database>, path: string): Promise<void> {
  const migrations = migrationsFor(flavour);
  for (const name of await executedMigrations(db)) {
    if (!(name in migrations)) throw new NexusError("store_newer", `${path} has the unknown migration ${name}`);
  }
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: "migration_lock",
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw asNexusError(error);
}

const MIGRATION_TABLE = "migrations";

async function executedMigrations(db: Kysely<Database>): Promise<string[]> {
  const table = await sql`select 1 from sqlite_master where type = 'table' and name = ${MIGRATION_TABLE}`.execute(db);
  if (table.rows.length === 0) return [];
  const executed = await sql<{ name: string }>`select name from ${sql.table(MIGRATION_TABLE)} order by name`.execute(
    db,
  );
  return executed.rows.map((row) => row.name);
}
