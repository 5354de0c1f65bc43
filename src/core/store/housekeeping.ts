import { sql } from "kysely";
import type { Access } from "./access.ts";

const DAY_MS = 24 * 60 * 60_000;
/** How long **Why** can still explain a turn, and a dead letter be looked into. */
const RECORD_MS = 90 * DAY_MS;
/** How long what people showed to mean is learned from. */
const LEARN_MS = 180 * DAY_MS;
/** How long a change of a module can be undone with the data that it had. */
const SNAPSHOT_MS = 30 * DAY_MS;
/** How long past its time an answer is still the last known one, for when a source is down. */
const LAST_KNOWN_MS = DAY_MS;
/** How long a program can ask what came of its request; as long as the request itself is kept. */
const ANSWERED_MS = 7 * DAY_MS;
/** How long what was sent to a hook can be tried again, and does not count again. */
const DELIVERY_MS = 7 * DAY_MS;

type Swept =
  | "actions"
  | "module_cache"
  | "module_snapshots"
  | "decisions"
  | "dead_letters"
  | "idempotency"
  | "program_answers"
  | "conversations"
  | "said"
  | "said_summaries"
  | "connect_links"
  | "credential_notices"
  | "plans"
  | "reminders"
  | "schedule_slots"
  | "hook_deliveries"
  | "hook_keys"
  | "watches"
  | "model_calls"
  | "tier_labels"
  | "reflex_labels"
  | "unmet_intents";

/** What is removed by age alone, in every org alike. */
export interface Housekeeping {
  /**
   * Forgets expired buttons and answers, records older than 90 days, and what was said longer ago than it is kept.
   * @param saidDays how long what was said is kept; 30 unless told
   * @returns how many rows went
   */
  sweep(now: Date, saidDays?: number): Promise<number>;
}

/** Makes the housekeeping of the whole store. */
export function createHousekeeping(access: Access): Housekeeping {
  const sweepOne = (table: Swept, column: string, before: number, which = sql`1 = 1`) =>
    access.write(async (db) => {
      const gone = await sql`delete from ${sql.table(table)}
        where ${sql.ref(column)} < ${before} and ${which}`.execute(db);
      return Number(gone.numAffectedRows ?? 0);
    });
  return {
    async sweep(now, saidDays = 30) {
      const at = now.getTime();
      const saidBefore = at - saidDays * DAY_MS;
      const counts = [
        await sweepOne("actions", "expires_at", at),
        await sweepOne("module_cache", "expires_at", at - LAST_KNOWN_MS),
        await sweepOne("module_snapshots", "taken_at", at - SNAPSHOT_MS),
        await sweepOne("decisions", "created_at", at - RECORD_MS),
        await sweepOne("dead_letters", "created_at", at - RECORD_MS),
        // Nobody goes on with “and Porto?” after that long, and nothing else says any more whose it was.
        await sweepOne("conversations", "updated_at", at - RECORD_MS),
        await sweepOne("plans", "expires_at", at - RECORD_MS),
        await sweepOne("unmet_intents", "created_at", at - RECORD_MS),
        // By the time they were for: one that is put off has moved on.
        await sweepOne("reminders", "due_at", at - RECORD_MS),
        await sweepOne("schedule_slots", "due_at", at - RECORD_MS),
        // That a sender has tried an address is said as long as there is the hook.
        await sweepOne("hook_deliveries", "received_at", at - DELIVERY_MS, sql`state <> 'proof'`),
        await sweepOne("hook_keys", "seen_at", at - DELIVERY_MS),
        // One that goes on has its end ahead.
        await sweepOne("watches", "ends_at", at - RECORD_MS),
        await sweepOne("idempotency", "begun_at", at - DAY_MS),
        // What came of a link is told within a day, or never.
        await sweepOne("connect_links", "expires_at", at - DAY_MS),
        await sweepOne("credential_notices", "created_at", at - RECORD_MS),
        await sweepOne("program_answers", "created_at", at - ANSWERED_MS),
        await sweepOne("model_calls", "created_at", at - RECORD_MS),
        await sweepOne("tier_labels", "created_at", at - LEARN_MS),
        await sweepOne("reflex_labels", "created_at", at - LEARN_MS),
        await sweepOne("said", "created_at", saidBefore),
        // Made anew of what is left, once there is more again.
        await sweepOne("said_summaries", "began_at", saidBefore),
      ];
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}
