import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";

/**
 * Everything that installing, updating and undoing may change, as one text: read from a copy of the database's files, as
 * they lie there when the process is dead. Ids and times of changes are no part of it: they differ each time.
 */
export function stateIn(dataDir: string): string {
  return inCopy(dataDir, (sqlite) => {
    const rows = (text: string): unknown[] => sqlite.prepare(text).raw().all();
    return JSON.stringify({
      check: sqlite.pragma("quick_check(1)"),
      live: rows(`select i.module, i.sha256, a.sha256, a.version, i.is_pinned from module_installs i
        left join module_activations a on a.id = i.activation_id order by i.module`),
      changes: rows("select module, version, was_version, reason from module_activations order by id"),
      snapshots: rows(`select a.reason, a.version, s.path, s.text from module_snapshots s
        join module_activations a on a.id = s.activation_id order by a.id, s.path`),
      files: rows("select module, path, text from module_files order by module, path"),
      beside: beside(dataDir),
      recorded: rows(`select act, subject_id from audit_entries
        where act in ('module.installed', 'module.reverted', 'module.uninstalled') order by seq`),
    });
  });
}

/** The files beside the database and what is in them, but for the anchors of the audit, which any service adds to. */
function beside(dataDir: string): string[] {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !/\/(?:(?:nexus|lock)\.db[^/]*|audit-anchors\.jsonl)$/.test(path))
    .map((path) => `${path.slice(dataDir.length + 1)} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`)
    .toSorted();
}

/** How many rows there are: `audit_entries where act = 'gate.decided'`. */
export function countIn(dataDir: string, rows: string): number {
  return inCopy(dataDir, (sqlite) => Number(sqlite.prepare(`select count(*) from ${rows}`).pluck().get()));
}

function inCopy<T>(dataDir: string, read: (sqlite: Sqlite.Database) => T): T {
  const copy = mkdtempSync(join(tmpdir(), "nexus-install-state-"));
  try {
    for (const file of ["nexus.db", "nexus.db-wal"]) {
      if (existsSync(join(dataDir, file))) copyFileSync(join(dataDir, file), join(copy, file));
    }
    const sqlite = new Sqlite(join(copy, "nexus.db"));
    try {
      return read(sqlite);
    } finally {
      sqlite.close();
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Changes one bit where the pattern is found in a column, past the service, in the database's own file. */
export function flipBit(
  dataDir: string,
  at: { readonly table: string; readonly column: string; readonly where: string; readonly find: RegExp },
): void {
  const sqlite = new Sqlite(join(dataDir, "nexus.db"));
  try {
    const value: unknown = sqlite.prepare(`select ${at.column} from ${at.table} where ${at.where}`).pluck().get();
    const bytes = typeof value === "string" || value instanceof Uint8Array ? Buffer.from(value) : Buffer.alloc(0);
    // Each byte as one character, so that the place of a match is the place of its byte.
    const match = at.find.exec(bytes.toString("latin1"));
    if (match === null) throw new Error(`nothing to change in ${at.table}.${at.column}`);
    const place = match.index + match[0].length - 1;
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    const changed = typeof value === "string" ? bytes.toString() : bytes;
    sqlite.prepare(`update ${at.table} set ${at.column} = ? where ${at.where}`).run(changed);
  } finally {
    sqlite.close();
  }
}
