import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { openDeclaredSchedules } from "#core/clock/declared-schedules.ts";
import { createHolidayBook } from "#core/clock/holiday-book.ts";
import { createHooks } from "#core/hooks/hooks.ts";
import { deriveKey } from "#core/credentials/derive-key.ts";
import { createScheduleClock } from "#core/clock/schedule-clock.ts";
import type { Received } from "#core/contract/door.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import { createExpiryUpkeep } from "#core/expiry/expiry-upkeep.ts";
import { createHousekeeper } from "#core/housekeeping/housekeeper.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { CoreDeps } from "./core-deps.ts";
import type { createGroundFloor } from "./ground-floor.ts";
import { houseJobs, type HouseJobsDeps } from "./house-jobs.ts";
import { openHolidayCalendar } from "#core/clock/holiday-calendar.ts";

interface ClockDeps extends Pick<HouseJobsDeps, "learning" | "revocationUpkeep" | "proposalUpkeep" | "saidDays"> {
  readonly core: CoreDeps;
  readonly ground: ReturnType<typeof createGroundFloor>;
  readonly registry: Registry;
  readonly receive: (org: OrgId, inbound: Inbound) => Promise<Received>;
}

/** Makes what begins by itself: schedules and their slots, what looks after credentials, and the jobs of the house. */
export async function createClock({ core, ground, registry, receive, ...jobs }: ClockDeps) {
  const { store, heavy, clock, log, defaults } = core;
  const house = await openHolidayCalendar(core.holidaysFile, log);
  const holidays = createHolidayBook({ house, calendars: store.dueCalendars });
  const declared = await openDeclaredSchedules(core.schedulesFile, { store, holidays, clock, log });
  return {
    holidays,
    declared,
    hooks: createHooks({
      ...ground,
      store,
      key: deriveKey(core.masterKey, "hook-secret-link"),
      receive,
      publicUrl: () => core.entry?.publicUrl(),
      pause,
      clock,
      log,
    }),
    scheduleClock: createScheduleClock({ store, receive, holidays, clock, log }),
    expiryUpkeep: createExpiryUpkeep({ ...ground, store, registry, defaults, receive, clock, log }),
    housekeeper: createHousekeeper({
      store,
      jobs: houseJobs({ ...ground, ...jobs, store, registry, defaults, heavy, clock, log }),
      timeZone: defaults.timeZone,
      holder: randomUUID(),
      clock,
      log,
    }),
  };
}
