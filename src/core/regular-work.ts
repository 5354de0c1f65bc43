import type { DeclaredSchedules } from "#core/clock/declared-schedules.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Approval } from "#core/approval/approval.ts";
import type { Audit } from "#core/audit/audit.ts";
import type { ErasePerson } from "#core/auth/erase-person.ts";
import type { ScheduleClock } from "#core/clock/schedule-clock.ts";
import type { Delivery } from "#core/delivery/delivery.ts";
import type { Hooks } from "#core/hooks/hooks.ts";
import type { HealthWatch } from "#core/evolution/installer/health/health-watch.ts";
import type { Housekeeper } from "#core/housekeeping/housekeeper.ts";
import type { Metering } from "#core/metering/metering.ts";
import { createWatchClock } from "#core/clock/watches/watch-clock.ts";
import { dueReminders } from "./orchestrator/wishes/due-reminders.ts";
import type { Store } from "#core/store/store.ts";

export interface RegularWorkDeps {
  readonly store: Store;
  readonly audit: Audit;
  readonly metering: Metering;
  readonly erasePerson: ErasePerson;
  readonly approval: Approval;
  readonly delivery: Pick<Delivery, "receive">;
  readonly scheduleClock: ScheduleClock;
  readonly hooks: Pick<Hooks, "look" | "finish">;
  readonly declaredSchedules: Pick<DeclaredSchedules, "apply">;
  /** What is done now and then, and told of. */
  readonly housekeeper: Housekeeper;
  readonly healthWatch: Pick<HealthWatch, "tell">;
  /** Takes up modules that an import brought. */
  readonly openImported: () => Promise<void>;
  readonly memoryUpkeep: { look(signal: AbortSignal): Promise<void> };
  readonly proposalUpkeep: { look(signal: AbortSignal): Promise<void> };
  readonly expiryUpkeep: { look(signal: AbortSignal): Promise<void> };
  readonly clock: Clock;
  readonly log: Log;
}

/** What is looked after again and again while NEXUS runs. */
export interface RegularWork {
  begin(): Promise<void>;
  /** Begins nothing more. */
  end(): void;
  /** Ends what was under way, and writes down where the audit's chains end. */
  finish(): Promise<void>;
  /** Tells admins what there is to be told about limits. */
  tellAdmins(): Promise<void>;
}

/** Makes the regular work of a NEXUS. */
export function createRegularWork(deps: RegularWorkDeps): RegularWork {
  const { store, audit, housekeeper, metering, erasePerson, approval, delivery, clock, log } = deps;
  const timers: NodeJS.Timeout[] = [];
  const ending = new AbortController();

  const safely = (failed: string, work: () => Promise<unknown>): Promise<void> =>
    work().then(
      () => undefined,
      (err: unknown) => {
        if (!ending.signal.aborted) log.error({ err }, failed);
      },
    );
  const every = (ms: number, failed: string, work: () => Promise<unknown>): void => {
    timers.push(setInterval(() => void safely(failed, work), ms));
  };

  const tellAdmins = async (): Promise<void> => {
    for (const { org, inbound, told } of await metering.notices()) {
      await delivery.receive(org, inbound);
      await told();
    }
  };
  const endOverdue = async (): Promise<void> => {
    for (const { org, inbound } of await approval.overdue()) await delivery.receive(org, inbound);
  };
  const remindOfGates = async (): Promise<void> => {
    for (const { org, inbound, handed } of await approval.unreminded()) {
      await delivery.receive(org, inbound);
      await handed();
    }
  };
  const remind = async (): Promise<void> => {
    for (const { org, inbound, handed } of await dueReminders(store, clock())) {
      await delivery.receive(org, inbound);
      await handed();
    }
  };
  let shortening: Promise<void> | undefined;
  const shorten = (): Promise<void> =>
    (shortening ??= safely(NOT_SHORTENED, () => deps.memoryUpkeep.look(ending.signal)).finally(() => {
      shortening = undefined;
    }));
  const watchClock = createWatchClock({ store, receive: delivery.receive, clock, random: Math.random });
  let watching: Promise<void> | undefined;
  const watch = (): Promise<void> =>
    (watching ??= safely(NOT_WATCHED, () => watchClock.look()).finally(() => {
      watching = undefined;
    }));
  let proposing: Promise<void> | undefined;
  const propose = (): Promise<void> =>
    (proposing ??= safely(NOT_PROPOSED, () => deps.proposalUpkeep.look(ending.signal)).finally(() => {
      proposing = undefined;
    }));
  let warning: Promise<void> | undefined;
  const warn = (): Promise<void> =>
    (warning ??= safely(NOT_WARNED, () => deps.expiryUpkeep.look(ending.signal)).finally(() => {
      warning = undefined;
    }));
  return {
    async begin() {
      every(JOBS_MS, NO_JOBS, () => housekeeper.look());
      every(ERASE_MS, "what was deleted could not be overwritten", () => erasePerson.settle());
      every(OVERDUE_MS, "overdue approvals could not be ended", endOverdue);
      every(OVERDUE_MS, NOT_PROMPTED, remindOfGates);
      every(OVERDUE_MS, "what was held could not be looked after", () => metering.tend());
      every(OVERDUE_MS, "admins could not be told", tellAdmins);
      every(OVERDUE_MS, "people could not be told about a module", () => deps.healthWatch.tell());
      every(OVERDUE_MS, NOT_IMPORTED, deps.openImported);
      every(SHORTEN_MS, NOT_SHORTENED, shorten);
      every(PROPOSE_MS, NOT_PROPOSED, propose);
      every(REMIND_MS, NOT_REMINDED, remind);
      every(REMIND_MS, NOT_WATCHED, watch);
      every(REMIND_MS, NOT_HANDED, () => deps.hooks.look());
      every(WARN_MS, NOT_WARNED, warn);
      every(SCHEDULES_MS, NO_SCHEDULES, () => deps.scheduleClock.look());
      every(OVERDUE_MS, NOT_DECLARED, () => deps.declaredSchedules.apply());
      await endOverdue();
      await safely(NOT_PROMPTED, remindOfGates);
      await deps.healthWatch.tell();
      await safely(NOT_IMPORTED, deps.openImported);
      await safely(NOT_REMINDED, remind);
      await safely(NOT_HANDED, () => deps.hooks.look());
      await safely(NOT_DECLARED, () => deps.declaredSchedules.apply());
      await safely(NO_SCHEDULES, () => deps.scheduleClock.look());
      // A disk that is full keeps nobody from working, and nobody from stopping.
      await safely(NOT_ANCHORED, () => audit.anchor());
      await safely(NO_JOBS, () => housekeeper.begin());
      void warn();
    },
    end() {
      for (const timer of timers) clearInterval(timer);
      void deps.scheduleClock.stop();
      ending.abort();
    },
    async finish() {
      await deps.scheduleClock.stop();
      await housekeeper.end();
      await shortening;
      await watching;
      await deps.hooks.finish();
      await proposing;
      await warning;
      await audit.anchor().catch((err: unknown) => log.error({ err }, NOT_ANCHORED));
    },
    tellAdmins: () => safely("admins could not be told", tellAdmins),
  };
}

const NOT_SHORTENED = "what was said could not be shortened";
const NOT_IMPORTED = "imported modules could not be taken up";
const NOT_ANCHORED = "the audit's end could not be anchored";
const NOT_DECLARED = "what the configuration says of schedules could not be set";
const NO_SCHEDULES = "schedules could not be looked at";
/** Where nothing is due, three small questions to the database. */
const SCHEDULES_MS = 500;
/** Where no credential is near its end or due to be tried, this is two small questions to the database. */
const WARN_MS = 5_000;
const NOT_WARNED = "credentials could not be looked after";
const NOT_REMINDED = "somebody could not be reminded";
const REMIND_MS = 2_000;
const NOT_HANDED = "what came to a hook could not be handed on";
const NOT_WATCHED = "what people watch could not be looked at";
const NOT_PROMPTED = "people could not be reminded of an approval";
const OVERDUE_MS = 15_000;
const SHORTEN_MS = 20_000;
/** Where nothing was asked in vain since, this is one small question to the database. */
const PROPOSE_MS = 2_000;
const NOT_PROPOSED = "what people need could not be looked at";
const ERASE_MS = 10_000;
const NO_JOBS = "what NEXUS does by itself could not be begun";
/** How often it is looked whether a job is due; none needs to be done to the second. */
const JOBS_MS = 15_000;
