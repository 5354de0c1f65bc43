import { expect, test } from "vitest";
import { openClockHouse, sayingPlan } from "#test/clock-kit.ts";
import { silent } from "#test/delivery-kit.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { createHolidayBook } from "./holiday-book.ts";
import { openHolidayCalendar } from "./holiday-calendar.ts";

const ADDRESS = "days@group.calendar.google.com";
const MORNING = sayingPlan("30 8 * * *", "Europe/Berlin", { rule: { skipHolidays: true, calendar: ADDRESS } });
/** 08:30 in Berlin. */
const DUE = "2026-11-24T07:30:00Z";
const TOMORROW = new Date("2026-11-25T00:00:00Z");

/** The slots that were handed on, without the calendars that are to be read. */
const slotsOf = (house: Awaited<ReturnType<typeof openClockHouse>>): string[] =>
  house.slots().filter((slot) => !slot.startsWith("holidays"));

async function openBook(house: Awaited<ReturnType<typeof openClockHouse>>) {
  const calendar = await openHolidayCalendar(undefined, silent);
  return createHolidayBook({ house: calendar, calendars: house.store.dueCalendars });
}

test("a slot on a day that its calendar has is left out, whichever process has read the calendar", async () => {
  await using house = await openClockHouse("2026-11-23T12:00:00Z");
  const id = await house.add(MORNING);
  const clock = await house.start();
  await clock.look();
  await house.store.forOrg(house.org).holidayCalendars.keep(house.person, ADDRESS, { "2026-11-24": "Feast" }, TOMORROW);
  house.set(DUE);
  await clock.look();
  expect(slotsOf(house)).toEqual([]);
  expect(await house.store.forOrg(house.org).schedules.get(id)).toMatchObject({
    nextAt: new Date("2026-11-25T07:30:00Z"),
  });
});

test("a day that is no holiday after all comes, and what could not be read later stays as it was", async () => {
  await using house = await openClockHouse("2026-11-23T12:00:00Z");
  await house.add(MORNING);
  const { holidayCalendars } = house.store.forOrg(house.org);
  await holidayCalendars.keep(house.person, ADDRESS, { "2026-11-24": "Feast" }, TOMORROW);
  const clock = await house.start();
  await clock.look();
  house.set("2026-11-24T06:00:00Z");
  await holidayCalendars.fail(house.person, ADDRESS, "upstream_unavailable", TOMORROW);
  await clock.look();
  const book = await openBook(house);
  await book.look();
  expect(book.of(house.org, house.person, MORNING.rule)).toMatchObject({
    calendar: { address: ADDRESS, failing: "upstream_unavailable", readAt: new Date("2026-11-23T12:00:00Z") },
  });
  await holidayCalendars.keep(house.person, ADDRESS, {}, TOMORROW);
  house.set("2026-11-24T06:00:20Z");
  await clock.look();
  house.set(DUE);
  await clock.look();
  expect(slotsOf(house)).toEqual(["2026-11-24T08:30"]);
});

test("a calendar is known for those of its person alone, and another's says nothing of it", async () => {
  await using house = await openClockHouse("2026-11-23T12:00:00Z");
  const { person: other } = await house.store.people.identify(testActor("acme", "ben"));
  const { holidayCalendars } = house.store.forOrg(house.org);
  await holidayCalendars.keep(house.person, ADDRESS, { "2026-11-24": "Feast" }, TOMORROW);
  const book = await openBook(house);
  expect(await book.look()).toBe(true);
  expect(await book.look()).toBe(false);
  expect(book.of(house.org, house.person, MORNING.rule).isHoliday("2026-11-24")).toBe(true);
  expect(book.of(house.org, other, MORNING.rule).isHoliday("2026-11-24")).toBe(false);
  expect(book.of(house.org, house.person, {}).isUnset).toBe(true);
});

test("a calendar that is due is asked for once by two processes, again in an hour, and not when nobody names it", async () => {
  await using house = await openClockHouse("2026-11-23T12:00:00Z");
  const id = await house.add(MORNING);
  const { holidayCalendars } = house.store.forOrg(house.org);
  await holidayCalendars.keep(house.person, "gone@group.calendar.google.com", {}, house.clock());
  const clocks = [await house.start(), await house.start()];
  await Promise.all(clocks.map((clock) => clock.look()));
  const first = `schedule_notice holidays:${Date.parse("2026-11-23T12:00:00Z")}`;
  expect(await house.endTurns()).toEqual([first]);
  house.set("2026-11-23T12:30:00Z");
  for (const clock of clocks) await clock.look();
  expect(await house.endTurns()).toEqual([]);
  house.set("2026-11-23T13:00:00Z");
  for (const clock of clocks) await clock.look();
  expect(await house.endTurns()).toHaveLength(1);
  expect(await holidayCalendars.get(house.person, "gone@group.calendar.google.com")).toBeUndefined();
  await house.store.forOrg(house.org).schedules.setState(id, ["on"], "ended");
  house.set("2026-11-23T15:00:00Z");
  for (const clock of clocks) await clock.look();
  expect(await holidayCalendars.get(house.person, ADDRESS)).toBeUndefined();
});
