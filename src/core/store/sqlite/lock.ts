import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { NexusError } from "#core/contract/errors.ts";

/**
 * Takes the data directory for this process. The lock is the operating system's, so it ends with the process however
 * that ends.
 * @throws NexusError data_locked when another process has it; data_unusable when the directory cannot be written
 */
export function lockDataDir(dir: string): Disposable {
  const path = join(dir, "lock.db");
  let sqlite: Sqlite.Database | undefined;
  try {
    // SQLite gives its journal the mode of the file, and would make both readable by all.
    closeSync(openSync(path, "a", 0o600));
    sqlite = new Sqlite(path, { timeout: 0 });
    sqlite.exec("begin exclusive");
  } catch (cause) {
    sqlite?.close();
    if (cause instanceof Sqlite.SqliteError && cause.code === "SQLITE_BUSY") {
      throw new NexusError("data_locked", `${path} is held by another process`, { cause });
    }
    throw new NexusError("data_unusable", `${path} cannot be locked`, { cause });
  }
  const held = sqlite;
  return { [Symbol.dispose]: () => void held.close() };
}
