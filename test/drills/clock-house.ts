import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createScheduleClock } from "#core/clock/schedule-clock.ts";
import { createHolidayBook } from "#core/clock/holiday-book.ts";
import { openHolidayCalendar } from "#core/clock/holiday-calendar.ts";
import { newId, type OrgId, type PersonId, ScheduleId, TurnId } from "#core/contract/ids.ts";
import { createDelivery, type Turn, type TurnResult } from "#core/delivery/delivery.ts";
import { openStore, type Store } from "#core/store/store.ts";
import { recordingDoor, say, silent } from "#test/delivery-kit.ts";
import { testActor } from "#test/platforms/test-message.ts";

/** NEXUS's store, inbox, outbox and clock of schedules on one database, with a clock that is moved and restarts. */
export interface DrillHouse extends AsyncDisposable {
  readonly store: Store;
  readonly owner: { readonly org: OrgId; readonly person: PersonId };
  /** What was shown: `<schedule>@<slot>`, in order. */
  readonly shown: readonly string[];
  /** What owners were told of: `<schedule>@<why>:<slot>`. */
  readonly told: readonly string[];
  /** Moves the clock, lets it look, and waits until all that came of it has been shown. */
  at(time: number): Promise<void>;
  /** Ends everything and starts it anew on the same database, at another time. */
  restart(time: number): Promise<void>;
}

/** Opens one in a folder of its own. */
export async function openDrillHouse(dir: string, start: number): Promise<DrillHouse> {
  let now = start;
  const clock = (): Date => new Date(now);
  const shown: string[] = [];
  const told: string[] = [];
  const door = recordingDoor();

  async function handle({ org, turnId, inbound }: Turn): Promise<TurnResult> {
    if (inbound.kind !== "due") return { replies: [] };
    const { id, what } = inbound;
    if (what !== "schedule") return { replies: [], afterwards: () => Promise.resolve(void told.push(id)) };
    const [schedule, slot] = [ScheduleId.parse(id.slice(0, 36)), id.slice(37)];
    return {
      replies: [say(id)],
      commit: (inside) => inside.forOrg(org).schedules.endSlot(schedule, slot, "done", { turn: turnId }),
    };
  }

  async function open() {
    const store = await openStore(join(dir, "nexus.db"), { clock });
    const house = await openHolidayCalendar(undefined, silent);
    const holidays = createHolidayBook({ house, calendars: store.dueCalendars });
    const turns = { handle, doors: () => [door], onTurnOver: () => schedules.wake(), concurrency: 64, tickMs: 5 };
    const delivery = createDelivery({ store, clock, log: silent, ...turns });
    const receive = delivery.receive.bind(delivery);
    const schedules = createScheduleClock({ store, receive, holidays, clock, log: silent });
    await delivery.start();
    return {
      store,
      schedules,
      async close() {
        await schedules.stop();
        await delivery.drain(5_000);
        await store[Symbol.asyncDispose]();
      },
    };
  }

  let running = await open();
  const owner = await running.store.people.identify(testActor("acme", "ada"));

  /** Until nothing is under way any more: no slot, no turn, no reply. */
  async function settle(): Promise<void> {
    const { store, schedules } = running;
    await schedules.look();
    while ((await store.dueSchedules.open()) > 0 || (await store.orgJoins.isBusy(owner.org, NOBODY))) {
      await pause(1);
      await schedules.look();
    }
    for (const outbound of door.shown.splice(0)) shown.push(outbound.reply.summary);
  }

  return {
    get store() {
      return running.store;
    },
    owner,
    shown,
    told,
    at: async (time) => {
      now = time;
      await settle();
    },
    restart: async (time) => {
      await running.close();
      now = time;
      running = await open();
      await settle();
    },
    [Symbol.asyncDispose]: () => running.close(),
  };
}

/** A turn that there is not. */
const NOBODY = newId(TurnId);
