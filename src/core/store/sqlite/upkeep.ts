import Sqlite from "better-sqlite3";
import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";

/** What the upkeep of a database found. */
export const DatabaseUpkeep = z.strictObject({
  bytes: z.number().int(),
  /** Inside the file, and used again before it grows; bytes. */
  free: z.number().int(),
});
export type DatabaseUpkeep = z.infer<typeof DatabaseUpkeep>;

/**
 * Reads every page of a database beside whoever uses it, and brings up to date what its plans rest on. The file is not made
 * smaller: that would keep every writer waiting, and what is free is used again.
 * @throws NexusError store_corrupt when it is damaged; data_unusable when it cannot be opened
 */
export function keepUpDatabase(path: string): DatabaseUpkeep {
  using file = open(path);
  const { sqlite } = file;
  const verdict = sqlite.pragma("quick_check(1)", { simple: true });
  if (verdict !== "ok") throw new NexusError("store_corrupt", `${path}: ${String(verdict)}`);
  // Looks at a sample of each index, so that it takes about a second however large they are.
  sqlite.pragma("analysis_limit = 1000");
  sqlite.pragma("optimize");
  // Copies what nobody reads any more into the file, and waits for nobody.
  sqlite.pragma("wal_checkpoint(PASSIVE)");
  const pageBytes = Number(sqlite.pragma("page_size", { simple: true }));
  return {
    bytes: pageBytes * Number(sqlite.pragma("page_count", { simple: true })),
    free: pageBytes * Number(sqlite.pragma("freelist_count", { simple: true })),
  };
}

function open(path: string): { readonly sqlite: Sqlite.Database } & Disposable {
  try {
    const sqlite = new Sqlite(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    return { sqlite, [Symbol.dispose]: () => void sqlite.close() };
  } catch (cause) {
    throw new NexusError("data_unusable", `${path} cannot be opened`, { cause });
  }
}

const BUSY_TIMEOUT_MS = 5_000;
