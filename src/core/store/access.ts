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
  write<T>(work: (db: Kysely<Database>) => Promise<T>, durability?: Durability): Promise<T>;
}

/**
 * `power_cut`: on the disk when it resolves. `crash`: survives the death of this process, which is enough for what can be
 * found out again: a claim, or that a reply which is looked up before it is repeated has been sent.
 */
export type Durability = "power_cut" | "crash";

/** The access of repositories that take part in a transaction already under way. */
export function within(db: Kysely<Database>, clock: Clock): Access {
  return { db, clock, write: (work) => work(db) };
}
