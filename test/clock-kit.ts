import { createScheduleClock, type ScheduleClockDeps } from "#core/clock/schedule-clock.ts";
import { createHolidayBook } from "#core/clock/holiday-book.ts";
import { openHolidayCalendar } from "#core/clock/holiday-calendar.ts";
import { NO_HOLIDAYS } from "#core/clock/rule/holidays.ts";
import { nextTimes } from "#core/clock/rule/next-times.ts";
import { newId, type OrgId, type PersonId, ScheduleId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { SchedulePlan, ScheduleRule } from "#core/contract/schedule.ts";
import { openStore, type Store } from "#core/store/store.ts";
import { silent } from "./delivery-kit.ts";
import { testActor, testConversation } from "./platforms/test-message.ts";

/** A plan that says a line in a channel of the test platform. */
export function sayingPlan(
  cron: string,
  timeZone: string,
  more: Partial<Omit<SchedulePlan, "rule">> & { readonly rule?: Partial<ScheduleRule> } = {},
): SchedulePlan {
  const { rule, ...rest } = more;
  return {
    title: "Standup",
    rule: { cron, timeZone, skipHolidays: false, ...rule },
    misfire: "late",
    lateMinutes: 120,
    task: { do: "say", text: "Good morning", isPrivate: false },
    actor: testActor("acme", "ada"),
    place: testConversation("acme", "standup"),
    also: [],
    ...rest,
  };
}

/** A store with one person, a clock that tests move, and clocks of schedules on it as if processes came and went. */
export async function openClockHouse(at: string, path = ":memory:") {
  let now = new Date(at);
  const clock = (): Date => now;
  const store: Store = await openStore(path, { clock });
  const { org, person } = await store.people.identify(testActor("acme", "ada"));
  const handed: Inbound[] = [];
  const start = async (more: Partial<ScheduleClockDeps> = {}) => {
    const house = await openHolidayCalendar(undefined, silent);
    const holidays = createHolidayBook({ house, calendars: store.dueCalendars });
    return createScheduleClock({
      store,
      receive: async (to, inbound) => {
        const { turnId, duplicate } = await store.queue.put(to, inbound, clock());
        if (duplicate) return { accepted: false, duplicateOf: turnId };
        handed.push(inbound);
        return { accepted: true, turnId };
      },
      holidays,
      clock,
      log: silent,
      ...more,
    });
  };
  return {
    store,
    org,
    person,
    clock,
    /** What was put into the inbox as a slot, in order: `<slot>`. */
    handed,
    slots: () => handed.map((inbound) => (inbound.kind === "due" ? inbound.id.slice(37) : "")),
    set: (to: string) => void (now = new Date(to)),
    start,
    add: (plan: SchedulePlan, of: { org: OrgId; person: PersonId } = { org, person }) =>
      addSchedule(store, of, plan, now),
    /** Ends every turn that is in the inbox, and says of which due things they were. */
    async endTurns(): Promise<string[]> {
      const ended: string[] = [];
      for (;;) {
        const claims = await store.queue.claim("test", 100, now);
        if (claims.length === 0) return ended;
        for (const claim of claims) {
          const { inbound } = claim;
          if (inbound.kind === "due") ended.push(`${inbound.what} ${inbound.id.slice(37)}`);
          await store.queue.complete(claim, now);
        }
      }
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** Sets a schedule up, its first time counted from `now`. */
export async function addSchedule(
  store: Store,
  { org, person }: { readonly org: OrgId; readonly person: PersonId },
  plan: SchedulePlan,
  now: Date,
): Promise<ScheduleId> {
  const id = newId(ScheduleId);
  const [nextAt] = nextTimes(plan.rule, now, 1, NO_HOLIDAYS);
  await store.forOrg(org).schedules.put({ id, person, code: id.slice(-4), plan, ...(nextAt && { nextAt }) });
  return id;
}
