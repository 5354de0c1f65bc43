import type { Clock, Log } from "#core/contract/ports.ts";
import type { Approval } from "#core/approval/approval.ts";
import type { Audit } from "#core/audit/audit.ts";
import type { AuditWatch } from "#core/audit/watch.ts";
import type { ErasePerson } from "#core/auth/erase-person.ts";
import type { Delivery } from "#core/delivery/delivery.ts";
import type { HealthWatch } from "#core/evolution/installer/health/health-watch.ts";
import type { Learning } from "#core/lidm/learning.ts";
import type { Metering } from "#core/metering/metering.ts";
import { dueReminders } from "./orchestrator/wishes/due-reminders.ts";
import type { Store } from "#core/store/store.ts";

export interface RegularWorkDeps {
  readonly store: Store;
  readonly audit: Audit;
  readonly auditWatch: AuditWatch;
  readonly metering: Metering;
  readonly erasePerson: ErasePerson;
  readonly approval: Approval;
  readonly delivery: Pick<Delivery, "receive">;
  readonly learning: Pick<Learning, "learnIfDue">;
  readonly healthWatch: Pick<HealthWatch, "tell">;
  /** Takes up modules that an import brought. */
  readonly openImported: () => Promise<void>;
  readonly memoryUpkeep: { look(signal: AbortSignal): Promise<void> };
  readonly proposalUpkeep: { look(signal: AbortSignal): Promise<void> };
  readonly revocationUpkeep: { look(signal: AbortSignal): Promise<void> };
  /** How long what was said is kept; days. */
  readonly saidDays: number;
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
  const { store, audit, auditWatch, metering, erasePerson, approval, delivery, clock, log } = deps;
  const timers: NodeJS.Timeout[] = [];
  const ending = new AbortController();
  let looking: Promise<void> | undefined;

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
  const remind = async (): Promise<void> => {
    for (const { org, inbound, handed } of await dueReminders(store, clock())) {
      await delivery.receive(org, inbound);
      await handed();
    }
  };
  let shortening: Promise<void> | undefined;
  let learning: Promise<void> | undefined;
  const learn = (): Promise<void> => (learning = safely(NOT_LEARNED, () => deps.learning.learnIfDue(ending.signal)));
  const shorten = (): Promise<void> =>
    (shortening ??= safely(NOT_SHORTENED, () => deps.memoryUpkeep.look(ending.signal)).finally(() => {
      shortening = undefined;
    }));
  let proposing: Promise<void> | undefined;
  const propose = (): Promise<void> =>
    (proposing ??= safely(NOT_PROPOSED, () => deps.proposalUpkeep.look(ending.signal)).finally(() => {
      proposing = undefined;
    }));
  let recalling: Promise<void> | undefined;
  const recall = (): Promise<void> =>
    (recalling ??= safely(NOT_RECALLED, () => deps.revocationUpkeep.look(ending.signal)).finally(() => {
      recalling = undefined;
    }));
  const look = (): Promise<void> =>
    (looking = safely("the audit could not be verified", () => auditWatch.look(ending.signal)));

  return {
    async begin() {
      every(SWEEP_MS, "housekeeping failed", () => store.housekeeping.sweep(clock(), deps.saidDays));
      every(ERASE_MS, "what was deleted could not be overwritten", () => erasePerson.settle());
      every(OVERDUE_MS, "overdue approvals could not be ended", endOverdue);
      every(OVERDUE_MS, "what was held could not be looked after", () => metering.tend());
      every(OVERDUE_MS, "admins could not be told", tellAdmins);
      every(OVERDUE_MS, "people could not be told about a module", () => deps.healthWatch.tell());
      every(OVERDUE_MS, NOT_IMPORTED, deps.openImported);
      every(SHORTEN_MS, NOT_SHORTENED, shorten);
      every(LEARN_MS, NOT_LEARNED, learn);
      every(PROPOSE_MS, NOT_PROPOSED, propose);
      every(RECALL_MS, NOT_RECALLED, recall);
      every(ANCHOR_MS, NOT_ANCHORED, () => audit.anchor());
      every(AUDIT_LOOK_MS, "the audit could not be verified", look);
      every(REMIND_MS, NOT_REMINDED, remind);
      await endOverdue();
      await deps.healthWatch.tell();
      await safely(NOT_IMPORTED, deps.openImported);
      await safely(NOT_REMINDED, remind);
      // A disk that is full keeps nobody from working, and nobody from stopping.
      await safely(NOT_ANCHORED, () => audit.anchor());
      void look();
      void recall();
    },
    end() {
      for (const timer of timers) clearInterval(timer);
      ending.abort();
    },
    async finish() {
      await looking;
      await recalling;
      await shortening;
      await proposing;
      await learning;
      await audit.anchor().catch((err: unknown) => log.error({ err }, NOT_ANCHORED));
    },
    tellAdmins: () => safely("admins could not be told", tellAdmins),
  };
}

const NOT_SHORTENED = "what was said could not be shortened";
const NOT_IMPORTED = "imported modules could not be taken up";
const NOT_ANCHORED = "the audit's end could not be anchored";
const NOT_REMINDED = "somebody could not be reminded";
const REMIND_MS = 2_000;
const NOT_RECALLED = "what indexes took back could not be looked at";
/** How long what a publisher took back may go on running here at most, with what is remembered of an index on top. */
const RECALL_MS = 15 * 60_000;
const SWEEP_MS = 60 * 60_000;
const OVERDUE_MS = 15_000;
const NOT_LEARNED = "nothing could be learned";
const SHORTEN_MS = 20_000;
/** Where nothing was asked in vain since, this is one small question to the database. */
const PROPOSE_MS = 2_000;
const NOT_PROPOSED = "what people need could not be looked at";
/** How often it is looked whether a day has passed since NEXUS learned. */
const LEARN_MS = 60 * 60_000;
const ERASE_MS = 10_000;
const ANCHOR_MS = 60 * 60_000;
const AUDIT_LOOK_MS = 24 * 60 * 60_000;
