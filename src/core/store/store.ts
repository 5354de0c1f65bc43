import { sql } from "kysely";
import { NexusError } from "#core/contract/errors.ts";
import type { Clock } from "#core/contract/ports.ts";
import { within } from "./access.ts";
import { createRepositories, type Repositories } from "./repositories.ts";
import { createCommitGroup } from "./sqlite/commit-group.ts";
import { comparesVectors } from "./sqlite/nearness.ts";
import { openSqlite, openSqliteToRead } from "./sqlite/open.ts";

export type { OrgStore, Repositories } from "./repositories.ts";
export type { ConversationState } from "./conversations.ts";
export type { Sending } from "./outbox.ts";
export type { StoredGate, StoredVote } from "./gates.ts";
export type { TrailHead, TrailQuery, TrailRow } from "./audit-trail.ts";
export type { Member, PersonFacts } from "./roles.ts";
export type { Durability } from "./access.ts";
export type { EndedUse, Held, NewUse, Standing } from "./meter.ts";
export type { SaidScope, SaidSearch, SaidTurn, SaidTurns, SaidWords } from "./said.ts";
export type { SaidSummary } from "./said-summaries.ts";
export type { Days, UsageRow, UsageSum } from "./meter-history.ts";
export type { DefaultQuota, Limit } from "./quotas.ts";
export type { GroupRef, RoleMapping } from "./role-mappings.ts";
export type { Membership } from "./memberships.ts";
export type { LinkCode } from "./link-codes.ts";
export type { ConnectLink, NewConnectLink } from "./connect-links.ts";
export type { LinkedPerson, Person, PersonRef } from "./people.ts";
export type { JoinPreview, Resealed } from "./join-orgs.ts";
export type { KnownOrg } from "./tenants.ts";
export type { PlanState, StoredPlan } from "./plans.ts";
export type { StoredReminder } from "./reminders.ts";
export type { DueCalendars, HolidayDays, OrgCalendar } from "./holiday-calendars.ts";
export type { NewSchedule, StoredSchedule, StoredSlot } from "./schedules.ts";
export type { DueSchedules, OrgSchedule, SlotClaim, UnhandedSlot } from "./due-schedules.ts";
export type { DueWatch, Looked, StoredWatch } from "./watches.ts";
export type { DeliveryEnd, NewDelivery } from "./hooks.ts";
export type { SealedSecret, StoredHook } from "./stored-hook.ts";
export type { DueDelivery, StoredDelivery } from "./hook-deliveries.ts";
export type { ProposalCounts, ProposalState, StoredProposal } from "./proposals.ts";
export type { StoredUnmet, UnmetIntent, UnmetKind } from "./unmet-intents.ts";
export type { BundleName, StoredBundle } from "./module-bundles.ts";
export type { Activation, LivePointer } from "./module-installs.ts";
export type { ModuleImport } from "./module-imports.ts";
export { type CallCounts, type HealthDecision, type HealthVerdict, NO_CALLS, plus } from "./module-health.ts";
export type { BuildRows, BuildUpdate, StoredBuild } from "./builds.ts";
export type { StoredMailAddress } from "./mail-addresses.ts";
export type { StoredJob } from "./jobs.ts";
export type { BuildPart } from "./build-papers.ts";
export { LONGEST_WAIT_MS } from "./due.ts";
export { copyDatabase, type DatabaseFacts, inspectDatabase, newestMigrations, readErasures } from "./sqlite/backup.ts";
export { lockDataDir } from "./sqlite/lock.ts";

/** The database. A write resolves when it is on the disk, and survives a power cut from then on. */
export interface Store extends Repositories, AsyncDisposable {
  /**
   * Runs `work` as one transaction, with repositories that are part of it: all of it happens, or, when `work` rejects,
   * none. Only the repositories given to `work` may be awaited in it; the store itself would wait for the transaction.
   */
  transaction<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
  /** Whether vectors can be compared on this machine: without, `said.nearest` must not be asked. */
  readonly comparesVectors: boolean;
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
    comparesVectors: await comparesVectors(db),
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

/**
 * Opens the store at `path` for reading only, beside a NEXUS that may be running on it. Nothing in it is changed, and
 * whatever would be is refused.
 * @throws NexusError store_corrupt | store_newer | data_unusable
 */
export async function openStoreToRead(path: string, { clock }: { clock: Clock }): Promise<Store> {
  const db = await openSqliteToRead(path);
  const write = (): Promise<never> => Promise.reject(new NexusError("data_unusable", `${path} was opened for reading`));
  return {
    ...createRepositories({ db, clock, write }),
    transaction: write,
    comparesVectors: await comparesVectors(db),
    ping: async () => {
      await sql`select 1`.execute(db);
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
