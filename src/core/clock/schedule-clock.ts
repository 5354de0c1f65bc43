import { setImmediate } from "node:timers/promises";
import type { Received } from "#core/contract/door.ts";
import type { OrgId, ScheduleId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { OrgSchedule, SlotClaim, Store } from "#core/store/store.ts";
import { type Decision, decideSlot } from "./decide-slot.ts";
import { noticeInbound, slotInbound } from "./due-inbound.ts";
import { decideMisfire } from "./misfire.ts";
import { askCalendars } from "./ask-calendars.ts";
import type { KeptHolidayBook } from "./holiday-book.ts";
import { slotOf, timesUntil } from "./rule/next-times.ts";

export interface ScheduleClockDeps {
  readonly store: Pick<Store, "dueSchedules" | "dueCalendars" | "forOrg" | "transaction">;
  /** Puts something into the inbox; resolves when it is on disk. */
  readonly receive: (org: OrgId, inbound: Inbound) => Promise<Received>;
  readonly holidays: KeptHolidayBook;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * How many slots may be at work at once, and a fifth of how many under way: fewer than turns that run at once, so that
   * people need not wait for them.
   */
  readonly mostOpen?: number;
}

/** What makes slots of schedules come: each once, whatever the clocks do and however often NEXUS starts. */
export interface ScheduleClock {
  /** Hands on what has become due, as much as may be under way, and ends what is over. */
  look(): Promise<void>;
  /** A turn has ended: there may be room for the next slot. */
  wake(): void;
  /** Hands on nothing more; resolves when nothing of it is under way. */
  stop(): Promise<void>;
}

/** Makes the clock of schedules. It does nothing before it is told to look. */
export function createScheduleClock(deps: ScheduleClockDeps): ScheduleClock {
  const { store, receive, holidays, clock, log, mostOpen = MOST_OPEN } = deps;
  const due = store.dueSchedules;
  let looking: Promise<void> | undefined;
  let isWanted = false;
  let isStopped = false;
  /** By our clock at the last look: it can be set back. */
  let lookedAt: Date | undefined;
  let calendarAt = Number.NEGATIVE_INFINITY;
  /** There may be more that is due than could be handed on. */
  let isBehind = false;

  async function lookAll(): Promise<void> {
    try {
      while (isWanted) {
        isWanted = false;
        await lookOnce();
      }
    } finally {
      isWanted = false;
      looking = undefined;
    }
  }

  async function lookOnce(): Promise<void> {
    const now = clock();
    const was = lookedAt;
    lookedAt = now;
    if (was === undefined) await recount(new Date(now.getTime() + FAR_AHEAD_MS), now);
    else if (now.getTime() < was.getTime() - SET_BACK_MS) {
      log.info({ was, now }, "the clock was set back; the next times of schedules are counted anew");
      await recount(now, now);
    }
    if (Math.abs(now.getTime() - calendarAt) >= CALENDAR_MS) {
      calendarAt = now.getTime();
      if (await holidays.look()) await recount(now, now);
      await askCalendars(deps, now);
    }
    await due.settle(now);
    await handAgain(now);
    await handOn(now);
  }

  /**
   * Counts the next time of whatever lies beyond `beyond` anew: it was counted by a clock, or a calendar, that was wrong.
   * What has come already does not come again.
   */
  async function recount(beyond: Date, now: Date): Promise<void> {
    await due.unskip(now);
    let after: ScheduleId | undefined;
    for (;;) {
      const page = await due.ahead(beyond, after, PAGE);
      for (const schedule of page) await recountOne(schedule, now);
      after = page.at(-1)?.id;
      if (page.length < PAGE || isStopped) return;
      // Of thousands, each takes a little: others get their turn between.
      await setImmediate();
    }
  }

  async function recountOne(schedule: OrgSchedule, now: Date): Promise<void> {
    const { org, id, person, plan, nextAt } = schedule;
    let times: Date[];
    try {
      const left = holidays.of(org, person, plan.rule);
      times = timesUntil(plan.rule, now, nextAt && new Date(nextAt.getTime() - 1), RECOUNTED, left);
    } catch (err) {
      return await stop(schedule, err);
    }
    if (times.length === 0) return;
    const slots = times.map((at) => slotOf(plan.rule, at));
    const taken = await due.taken(org, id, slots);
    const next = times.find((_, index) => !taken.has(slots[index] ?? ""));
    if (next !== undefined) await due.bringForward(schedule, next);
  }

  /** What was taken and never reached the inbox: this process, or another, ended between the two. */
  async function handAgain(now: Date): Promise<void> {
    for (const { slot, dueAt, schedule } of await due.unhanded(PAGE)) {
      const { org, id, plan, state } = schedule;
      const misfire = decideMisfire(plan, dueAt, now);
      if (state === "on" && (misfire === "run" || misfire === "late")) {
        await hand(schedule, slot, now);
        continue;
      }
      const why = misfire === "ask" ? "asked" : "skipped";
      const notice = noticeInbound(schedule, { why, slot }, now);
      await store.transaction(async (inside) => {
        await inside.forOrg(org).schedules.endSlot(id, slot, state === "on" ? why : "skipped", {});
        if (state === "on") await inside.queue.put(org, notice, now);
      });
    }
  }

  async function handOn(now: Date): Promise<void> {
    isBehind = false;
    for (;;) {
      if (isStopped) return;
      const waiting = new Date(now.getTime() - WAITS_MS);
      const room = Math.min(mostOpen - (await due.open(waiting)), mostOpen * WAITING_TIMES - (await due.open()));
      if (room <= 0) {
        isBehind = true;
        return;
      }
      const found = await due.find(now, room);
      if (found.length === 0) return;
      const taken = await take(found, now);
      await Promise.all(taken.map(({ schedule, slot }) => hand(schedule, slot, now)));
    }
  }

  /** Takes the slots of what was found due, all in one transaction, with what owners are to be told. */
  async function take(found: readonly OrgSchedule[], now: Date): Promise<Taken[]> {
    const decided: { schedule: OrgSchedule; decision: Decision; from: Date }[] = [];
    for (const schedule of found) {
      const { nextAt } = schedule;
      if (nextAt === undefined) continue;
      try {
        const left = holidays.of(schedule.org, schedule.person, schedule.plan.rule);
        decided.push({ schedule, decision: decideSlot({ ...schedule, nextAt }, now, left), from: nextAt });
      } catch (err) {
        await stop(schedule, err);
      }
    }
    if (decided.length === 0) return [];
    return store.transaction(async (inside) => {
      const taken: Taken[] = [];
      for (const { schedule, decision, from } of decided) {
        if (decision.do === "move_on") {
          await inside.dueSchedules.moveOn({ ...schedule, from, nextAt: decision.nextAt });
          continue;
        }
        const { claim, notice } = decision;
        if (!(await inside.dueSchedules.claim(claim, now))) continue;
        if (notice) await inside.queue.put(claim.org, noticeInbound(schedule, notice, now), now);
        if (claim.as === "handed") taken.push({ schedule, slot: claim.slot });
        else logPassed(claim);
      }
      return taken;
    });
  }

  function logPassed({ id, slot, as }: SlotClaim): void {
    log.info({ schedule: id, slot, as }, "a slot came too late for its schedule");
  }

  async function hand(schedule: OrgSchedule, slot: string, now: Date): Promise<void> {
    const { org, id } = schedule;
    const received = await receive(org, slotInbound(schedule, slot, now));
    await due.handed({ org, id, slot }, received.accepted ? received.turnId : received.duplicateOf);
  }

  /** One rule that cannot be followed any more, as of a zone that is no longer known, holds up no other. */
  async function stop({ org, id }: OrgSchedule, err: unknown): Promise<void> {
    log.error({ err, schedule: id }, "a schedule cannot be followed and is paused");
    await store.forOrg(org).schedules.setState(id, ["on"], "paused", "its times cannot be read any more");
  }

  const look = (): Promise<void> => {
    if (isStopped) return Promise.resolve();
    isWanted = true;
    return (looking ??= lookAll());
  };
  return {
    look,
    wake: () => {
      if (isBehind) look().catch((err: unknown) => log.error({ err }, "schedules could not be looked at"));
    },
    stop: async () => {
      isStopped = true;
      await looking?.catch(() => undefined);
    },
  };
}

interface Taken {
  readonly schedule: OrgSchedule;
  readonly slot: string;
}

/** Of 64 turns that can run at once. More would carry a crowd faster, and make a live answer wait longer. */
const MOST_OPEN = 8;
/** What is under way for longer than this waits for a source, and takes nobody's time; ms. */
const WAITS_MS = 1_000;
const WAITING_TIMES = 5;
const PAGE = 200;
/** Most schedules come within a week; what lies further ahead at a start is worth a second look. */
const FAR_AHEAD_MS = 8 * 24 * 60 * 60_000;
/** A clock that is kept right goes back by less. */
const SET_BACK_MS = 30_000;
const RECOUNTED = 30;
/** How often it is looked whether other days are holidays, and whether calendars are to be read. */
const CALENDAR_MS = 10_000;
