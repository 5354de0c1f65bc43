import { join } from "node:path";
import { z } from "zod";
import type { Audit } from "#core/audit/audit.ts";
import type { AuditWatch } from "#core/audit/watch.ts";
import { backupName } from "#core/backup/kept-backups.ts";
import type { HeavyWork } from "#core/contract/heavy-work.ts";
import { Sha256 } from "#core/contract/ids.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Job } from "#core/housekeeping/job.ts";
import type { Learning } from "#core/lidm/learning.ts";
import { DatabaseUpkeep } from "#core/store/sqlite/upkeep.ts";
import { type ModuleCanariesDeps, tryModules } from "./module-canaries.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";

/** Where the data lies, and whether NEXUS copies it by itself. */
export interface HeavyUpkeep {
  readonly threads: HeavyWork;
  readonly dataDir: string;
  readonly database: string;
  readonly version: string;
  /** Left out, NEXUS makes none by itself. */
  readonly backup?: {
    /** By the clock of this NEXUS: `03:10`. */
    readonly at: string;
    readonly folder: string;
    readonly recipients: readonly string[];
    readonly withKey: boolean;
    readonly keep: number;
  };
}

export interface HouseJobsDeps {
  readonly store: Store;
  readonly registry: Pick<Registry, "modules" | "invoke">;
  readonly defaults: ModuleCanariesDeps["defaults"];
  readonly audit: Audit;
  readonly auditWatch: AuditWatch;
  readonly learning: Pick<Learning, "learnIfDue">;
  readonly revocationUpkeep: { look(signal: AbortSignal): Promise<void> };
  readonly proposalUpkeep: { look(signal: AbortSignal): Promise<void> };
  /** What only the composition root can give; left out, nothing heavy is done. */
  readonly heavy?: HeavyUpkeep | undefined;
  /** How long what was said is kept for models; days. */
  readonly saidDays: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** The jobs of a NEXUS. */
export function houseJobs(deps: HouseJobsDeps): Job[] {
  const { store, audit, auditWatch, learning, revocationUpkeep, proposalUpkeep, heavy, saidDays, clock } = deps;
  const light: Job[] = [
    {
      name: "retention",
      what: "forgets what is kept no longer",
      every: { ms: HOUR_MS },
      mostMs: 10 * MINUTE_MS,
      run: async () => counted(await store.housekeeping.sweep(clock(), saidDays), "row", "forgotten"),
    },
    {
      name: "audit-anchor",
      what: "writes down where the audit's chains end",
      every: { ms: HOUR_MS },
      mostMs: MINUTE_MS,
      run: async () => {
        await audit.anchor();
        return counted((await audit.orgs()).length, "chain", "anchored");
      },
    },
    {
      name: "audit-check",
      what: "reads the audit's chains and says where one breaks",
      every: { at: "04:20" },
      atStart: true,
      mostMs: HOUR_MS,
      run: async (signal) => {
        await auditWatch.look(signal);
        const broken = auditWatch.status().length > 0;
        return broken ? "a chain is broken: `audit verify`" : counted((await audit.orgs()).length, "chain", "intact");
      },
    },
    {
      name: "learning",
      what: "learns from what people meant",
      every: { ms: HOUR_MS },
      mostMs: 30 * MINUTE_MS,
      run: async (signal) => {
        await learning.learnIfDue(signal);
        return "looked whether a day has passed";
      },
    },
    {
      name: "indexes",
      what: "reads module indexes, and stops what a publisher took back",
      // How long that may go on running here at most, with what is remembered of an index on top.
      every: { ms: 15 * MINUTE_MS },
      atStart: true,
      mostMs: 10 * MINUTE_MS,
      run: async (signal) => {
        await revocationUpkeep.look(signal);
        return "read";
      },
    },
    {
      name: "needs",
      what: "goes through what was asked in vain, beside doing so as it is asked",
      every: { ms: HOUR_MS },
      mostMs: 30 * MINUTE_MS,
      run: async (signal) => {
        await proposalUpkeep.look(signal);
        return "looked whether several need the same";
      },
    },
    {
      name: "modules",
      what: "asks each module that needs no account the least it can be asked",
      every: { at: "05:10" },
      mostMs: 30 * MINUTE_MS,
      run: (signal) => tryModules(deps, signal),
    },
  ];
  return heavy === undefined ? light : [...light, ...heavyJobs(heavy, deps)];
}

function heavyJobs(heavy: HeavyUpkeep, deps: HouseJobsDeps): Job[] {
  const { threads, database, backup } = heavy;
  const upkeep: Job = {
    name: "database",
    what: "reads every page of the database, and keeps it fast",
    every: { at: "03:40" },
    mostMs: HOUR_MS,
    run: async (signal) => {
      const program = new URL("./store/upkeep-thread.ts", import.meta.url);
      const order = { path: database };
      const found = DatabaseUpkeep.parse(
        await threads.run({ name: "database", program, order, timeoutMs: HOUR_MS }, signal),
      );
      return `${megabytes(found.bytes)} read and whole, ${megabytes(found.free)} of it free`;
    },
  };
  return backup === undefined ? [upkeep] : [upkeep, backupJob(heavy, backup, deps)];
}

function backupJob(
  { threads, dataDir, version }: HeavyUpkeep,
  { at, folder, recipients, withKey, keep }: NonNullable<HeavyUpkeep["backup"]>,
  { store, audit, clock }: HouseJobsDeps,
): Job {
  return {
    name: "backup",
    what: "copies all data to an encrypted backup",
    every: { at },
    mostMs: 3 * HOUR_MS,
    run: async (signal) => {
      const program = new URL("./backup/backup-thread.ts", import.meta.url);
      const out = join(folder, backupName(clock()));
      const order = { dataDir, out, recipients: [...recipients], withKey, version, keep };
      const made = Made.parse(await threads.run({ name: "backup", program, order, timeoutMs: 3 * HOUR_MS }, signal));
      for (const { org } of await store.people.orgs()) {
        await audit.record(org, {
          act: "backup.made",
          outcome: "done",
          actor: { kind: "system", id: "backup" },
          subject: { kind: "backup", id: made.madeAt, sha256: made.sha256 },
        });
      }
      return `${megabytes(made.bytes)} written and read back, ${counted(made.deleted, "older one", "deleted")}`;
    },
  };
}

const Made = z.strictObject({
  bytes: z.number(),
  sha256: Sha256,
  madeAt: z.string(),
  deleted: z.number().int(),
});

function counted(count: number, what: string, done: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"} ${done}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
