import { join } from "node:path";
import { NO_HOLIDAYS } from "#core/clock/rule/holidays.ts";
import { nextTimes } from "#core/clock/rule/next-times.ts";
import { CapabilityName, ModuleName, newId, ScheduleId } from "#core/contract/ids.ts";
import type { JsonObject } from "#core/contract/json.ts";
import type { BriefingSection, SchedulePlan } from "#core/contract/schedule.ts";
import { openStore, type Store } from "#core/store/store.ts";
import { testActor } from "#test/platforms/test-message.ts";
import type { House } from "./house.ts";
import { channel } from "./workspace.ts";

/** A schedule as somebody has set it up before the story begins. */
export interface KeptSchedule {
  readonly id: ScheduleId;
  readonly code: string;
  readonly plan: SchedulePlan;
}

/** Every weekday at 08:30 in Toronto, in #standup, by Ada, at most two hours late. */
export function briefingPlan(sections: readonly BriefingSection[], more: Partial<SchedulePlan> = {}): SchedulePlan {
  return {
    title: "Standup briefing",
    rule: { cron: "30 8 * * 1-5", timeZone: "America/Toronto", skipHolidays: false },
    misfire: "late",
    lateMinutes: 120,
    task: { do: "briefing", sections: [...sections], whenNothing: "silent" },
    actor: { ...testActor("acme", "ada"), displayName: "Ada" },
    place: { ...channel("standup"), name: "standup" },
    also: [],
    ...more,
  };
}

/** A section of a capability. */
export function section(title: string, module: string, capability: string, input: JsonObject = {}): BriefingSection {
  const names = { module: ModuleName.parse(module), capability: CapabilityName.parse(capability) };
  return { kind: "capability", ...names, input, title };
}

/** One of NEXUS's own. */
export function houseSection(what: Extract<BriefingSection, { kind: "house" }>["what"]): BriefingSection {
  return { kind: "house", what };
}

/** Keeps a schedule in the database of a house that runs, as its owner has agreed to it. */
export async function keepSchedule(house: House, plan: SchedulePlan, code = "7F3K"): Promise<KeptSchedule> {
  await using store = await storeOf(house);
  const { org, person } = await store.people.identify(plan.actor);
  const id = newId(ScheduleId);
  const [nextAt] = nextTimes(plan.rule, house.now(), 1, NO_HOLIDAYS);
  await store.forOrg(org).schedules.put({ id, person, code, plan, ...(nextAt && { nextAt }) });
  return { id, code, plan };
}

/** What became of a schedule and of its slots, the newest first. */
export async function keptOf(house: House, { id, plan }: KeptSchedule) {
  await using store = await storeOf(house);
  const { org } = await store.people.identify(plan.actor);
  const { schedules } = store.forOrg(org);
  return { schedule: await schedules.get(id), slots: await schedules.slots(id, 100) };
}

/** Puts the clock forward to a moment. */
export function waitUntil(house: House, iso: string): void {
  house.wait(Date.parse(iso) - house.now().getTime());
}

function storeOf(house: House): Promise<Store> {
  return openStore(join(house.dataDir, "nexus.db"), { clock: () => house.now() });
}
