import { sql } from "kysely";
import type { Clock } from "#core/contract/ports.ts";
import { within } from "./access.ts";
import { createRepositories, type Repositories } from "./repositories.ts";
import { createCommitGroup } from "./sqlite/commit-group.ts";
import { openSqlite } from "./sqlite/open.ts";

export type { OrgStore, Repositories } from "./repositories.ts";
export type { ConversationState } from "./conversations.ts";
export type { Sending } from "./outbox.ts";
export type { StoredGate, StoredVote } from "./gates.ts";
export type { Member } from "./roles.ts";
export type { LinkCode } from "./link-codes.ts";
export type { LinkedPerson, Person, PersonRef } from "./people.ts";
export { LONGEST_WAIT_MS } from "./due.ts";
export { lockDataDir } from "./sqlite/lock.ts";

/** The database. A write resolves when it is on the disk, and survives a power cut from then on. */
export interface Store extends Repositories, AsyncDisposable {
  /**
   * Runs `work` as one transaction, with repositories that are part of it: all of it happens, or, when `work` rejects,
   * none. Only the repositories given to `work` may be awaited in it; the store itself would wait for the transaction.
   */
  transaction<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
}

/**
 * Opens (and if need be creates) the store at `path`, brought up to the newest migration.
 * @param path file path, or ":memory:"
 * @throws NexusError store_corrupt | store_newer | disk_full | data_unusable
 */
export async function openStore(path: string, options: { clock: Clock }): Promise<Store> {
  const { clock } = options;
  const db = await openSqlite(path);
  const write = createCommitGroup(db);
  return {
    ...createRepositories({ db, clock, write }),
    transaction: (work) => write((connection) => work(createRepositories(within(connection, clock)))),
    ping: async () => {
      await sql`select 1`.execute(db);
    },
    [Symbol.asyncDispose]: async () => {
      // An empty write is behind all that are still waiting for their commit.
      await write(() => Promise.resolve());
      await db.destroy();
    },
  };
}
