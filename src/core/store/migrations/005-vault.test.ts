import { appendOnly } from "#core/store/sqlite/append-only.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { Kysely, SqliteDialect, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { expect, onTestFinished, test } from "vitest";
import { newId, OrgId, PersonId } from "#core/contract/ids.ts";
import { openStore } from "#core/store/store.ts";
import type { Flavour } from "./flavour.ts";
import { migrationsFor } from "./migrations.ts";

const flavour: Flavour = { time: "integer", bytes: "blob", tableEnd: sql`strict`, appendOnly };

/** A database as the release before left it: an org with so many people, an API key and a connected calendar. */
async function databaseOfBefore(path: string, people: number) {
  const sqlite = new Sqlite(path);
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: sqlite }) });
  const { "001-first-tables": first, "002-doors-and-gates": second } = migrationsFor(flavour);
  if (first === undefined || second === undefined) throw new Error("the first migrations are gone");
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ "001-first-tables": first, "002-doors-and-gates": second }) },
    migrationTableName: "migrations",
    migrationLockTableName: "migration_lock",
  });
  const { error } = await migrator.migrateToLatest();
  expect(error).toBeUndefined();
  const org = newId(OrgId);
  sqlite.prepare("insert into orgs (id, platform, tenant_id, created_at) values (?, 'test', 'T1', 1)").run(org);
  const ids = Array.from({ length: people }, () => newId(PersonId));
  const person = sqlite.prepare("insert into people (id, org_id, display_name, created_at) values (?, ?, 'Kim', 1)");
  for (const id of ids) person.run(id, org);
  const keep = sqlite.prepare(
    "insert into credentials (org_id, name, version, sealed, hint, updated_at) values (?, ?, ?, ?, ?, ?)",
  );
  keep.run(org, "openweather", 3, "sealed-key", "ends in …4f2a", 1_000);
  keep.run(org, "google-calendar", 1, "sealed-account", "client 1234567890-a…", 2_000);
  await db.destroy();
  return { org, people: ids };
}

test.each([
  ["alone in an org keeps the account that was connected there", 1],
  ["among others is not answered from an account that somebody else may have connected", 2],
] as const)("after the update, whoever is %s", async (_what, count) => {
  const dir = mkdtempSync(join(tmpdir(), "nexus-vault-"));
  const path = join(dir, "nexus.db");
  const { org, people } = await databaseOfBefore(path, count);
  const store = await openStore(path, { clock: () => new Date(5_000) });
  onTestFinished(async () => {
    await store[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true });
  });
  const { credentials, credentialGrants } = store.forOrg(org);
  expect(await credentials.list()).toEqual([
    {
      name: "google-calendar",
      version: 1,
      sealed: "sealed-account",
      keyVersion: 0,
      hint: "client 1234567890-a…",
      updatedAt: new Date(2_000),
      connectedAt: new Date(2_000),
    },
    {
      name: "openweather",
      version: 3,
      sealed: "sealed-key",
      keyVersion: 0,
      hint: "ends in …4f2a",
      updatedAt: new Date(1_000),
      connectedAt: new Date(1_000),
    },
  ]);
  const everyone = { name: "openweather", to: "everyone" };
  expect(await credentialGrants.list()).toEqual(
    count === 1 ? [{ name: "google-calendar", to: people[0] }, everyone] : [everyone],
  );
});
