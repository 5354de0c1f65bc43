import type { Kysely } from "kysely";
import type { Clock } from "#core/contract/ports.ts";
import type { Database } from "./database.ts";

/**
 * How a repository reaches the database: reads go to `db`; what changes rows goes through `write`, which makes one
 * transaction of it, or joins the one the repository is bound to. Nothing but SQL may be awaited in it.
 */
export interface Access {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  write<T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T>;
}

/** The access of repositories that take part in a transaction already under way. */
export function within(db: Kysely<Database>, clock: Clock): Access {
  return { db, clock, write: (work) => work(db) };
}
