import type { SlotState } from "#core/contract/schedule.ts";
import type { OrgSchedule, SlotClaim } from "#core/store/store.ts";
import { decideMisfire } from "./misfire.ts";
import type { Holidays } from "./rule/holidays.ts";
import { lastTime, nextTimes, slotOf, timesUntil } from "./rule/next-times.ts";

/** What is to be done about a schedule that was found due. */
export type Decision =
  /** One slot is taken, in a way; those before it are written off. `notice` is what its owner is told of, if anything. */
  | { readonly do: "claim"; readonly claim: SlotClaim; readonly notice: Notice | undefined }
  /** No slot is: it is snoozed, or what was due is a holiday by now. */
  | { readonly do: "move_on"; readonly nextAt: Date | undefined };

/** Why a schedule's owner is told something: the slots that were passed over, or one that they are asked about. */
export interface Notice {
  readonly why: "skipped" | "asked" | "mail_ended" | "holidays";
  /** Which slot; of mails that were ended, the address; of a calendar to be read, when it was due. */
  readonly slot: string;
}

/** Decides what becomes of a schedule whose time has come. */
export function decideSlot(schedule: OrgSchedule & { readonly nextAt: Date }, now: Date, holidays: Holidays): Decision {
  const { plan, snoozedUntil, nextAt: dueAt } = schedule;
  const { rule } = plan;
  const snoozedMs = snoozedUntil?.getTime() ?? 0;
  // Just before the first slot that counts.
  const before = new Date(Math.max(dueAt.getTime(), Math.min(snoozedMs, now.getTime() + 1)) - 1);
  const newest = lastTime(rule, before, now, holidays);
  const next = (after: Date): Date | undefined => nextTimes(rule, after, 1, holidays)[0];
  if (newest === undefined) return { do: "move_on", nextAt: next(now) };

  const verdict = decideMisfire(plan, newest, now);
  const as: SlotState = verdict === "skip" ? "skipped" : verdict === "ask" ? "asked" : "handed";
  const slot = slotOf(rule, newest);
  const passed = timesUntil(rule, before, new Date(newest.getTime() - 1), MOST_PASSED, holidays).map((at) => ({
    slot: slotOf(rule, at),
    dueAt: at,
  }));
  const claim = {
    org: schedule.org,
    id: schedule.id,
    slot,
    dueAt: newest,
    revision: schedule.revision,
    nextAt: next(newest),
    as,
    passed,
  };
  if (verdict === "ask") return { do: "claim", claim, notice: { why: "asked", slot } };
  const isTold = verdict === "skip" || passed.length > 0;
  return { do: "claim", claim, notice: isTold ? { why: "skipped", slot: passed[0]?.slot ?? slot } : undefined };
}

/** After a month away nobody wants to read of every five minutes of it. */
const MOST_PASSED = 50;
