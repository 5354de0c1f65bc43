import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openClockHouse, sayingPlan } from "#test/clock-kit.ts";
import { silent } from "#test/delivery-kit.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { createHolidayBook } from "./holiday-book.ts";
import { openHolidayCalendar } from "./holiday-calendar.ts";

const MORNING = sayingPlan("30 8 * * *", "Europe/Berlin");
/** 08:30 in Berlin. */
const DUE = "2026-11-24T07:30:00Z";
const BEFORE = "2026-11-24T07:29:59Z";

const dir = mkdtempSync(join(tmpdir(), "nexus-clock-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("a slot runs once", () => {
  test("at its minute, however often it is looked for", async () => {
    await using house = await openClockHouse(BEFORE);
    await house.add(MORNING);
    const clock = await house.start();
    await clock.look();
    expect(house.slots()).toEqual([]);
    house.set(DUE);
    await Promise.all([clock.look(), clock.look()]);
    house.set("2026-11-24T07:30:20Z");
    await clock.look();
    expect(house.slots()).toEqual(["2026-11-24T08:30"]);
    expect(house.handed[0]).toMatchObject({
      what: "schedule",
      actor: { id: "ada" },
      conversation: { channelId: "standup", key: expect.stringContaining(":clock:") },
    });
  });

  test.each([
    ["one second before it", "2026-11-24T07:29:59Z"],
    ["in its second", "2026-11-24T07:30:00Z"],
    ["one second after it", "2026-11-24T07:30:01Z"],
  ])("when NEXUS is started again %s", async (_, at) => {
    await using house = await openClockHouse("2026-11-24T06:00:00Z");
    await house.add(MORNING);
    await (await house.start()).look();
    house.set(at);
    await (await house.start()).look();
    await house.endTurns();
    for (const later of ["2026-11-24T07:30:01Z", "2026-11-24T07:30:02Z", "2026-11-24T07:31:00Z"]) {
      house.set(later);
      await (await house.start()).look();
      await house.endTurns();
    }
    expect(house.slots()).toEqual(["2026-11-24T08:30"]);
  });

  test("when the clock is set back two hours after it ran, and when it was set forward before", async () => {
    await using house = await openClockHouse(BEFORE);
    await house.add(MORNING);
    const clock = await house.start();
    for (const at of [DUE, "2026-11-24T05:30:00Z", "2026-11-24T07:30:00Z", "2026-11-24T07:35:00Z"]) {
      house.set(at);
      await clock.look();
      await house.endTurns();
    }
    expect(house.slots()).toEqual(["2026-11-24T08:30"]);
    for (const at of ["2026-11-25T06:00:00Z", "2026-11-25T08:00:00Z", "2026-11-25T06:00:01Z", "2026-11-25T07:30:00Z"]) {
      house.set(at);
      await clock.look();
      await house.endTurns();
    }
    expect(house.slots()).toEqual(["2026-11-24T08:30", "2026-11-25T08:30"]);
  });

  test("when two look at the same time on one database", async () => {
    await using house = await openClockHouse(BEFORE);
    for (let index = 0; index < 20; index += 1) await house.add(MORNING);
    const clocks = [await house.start({ mostOpen: 100 }), await house.start({ mostOpen: 100 })];
    house.set(DUE);
    await Promise.all(clocks.map((clock) => clock.look()));
    expect(house.slots()).toHaveLength(20);
    expect(new Set(house.handed.flatMap(({ dedupeKeys }) => dedupeKeys)).size).toBe(20);
  });
});

describe("a slot that NEXUS was not running for", () => {
  test.each([
    ["runs late within its bounds", MORNING, "2026-11-24T08:40:00Z", "handed", ["schedule 2026-11-24T08:30"]],
    [
      "is left out beyond them, and whose it is hears so",
      MORNING,
      "2026-11-24T10:00:00Z",
      "skipped",
      ["schedule_notice skipped:2026-11-24T08:30"],
    ],
    [
      "is left out where that is wanted",
      { ...MORNING, misfire: "skip" as const },
      "2026-11-24T08:40:00Z",
      "skipped",
      ["schedule_notice skipped:2026-11-24T08:30"],
    ],
    [
      "is asked about where that is wanted",
      { ...MORNING, misfire: "ask" as const },
      "2026-11-24T08:40:00Z",
      "asked",
      ["schedule_notice asked:2026-11-24T08:30"],
    ],
  ])("%s", async (_, plan, at, state, turns) => {
    await using house = await openClockHouse(BEFORE);
    const id = await house.add(plan);
    house.set(at);
    const clock = await house.start();
    await clock.look();
    const { schedules } = house.store.forOrg(house.org);
    expect(await schedules.slots(id, 10)).toMatchObject([{ slot: "2026-11-24T08:30", state, dueAt: new Date(DUE) }]);
    expect(await schedules.get(id)).toMatchObject({ nextAt: new Date("2026-11-25T07:30:00Z") });
    expect(await house.endTurns()).toEqual(turns);
    await clock.look();
    expect(await house.endTurns()).toEqual([]);
  });

  test("of several, only the newest runs; the others are left out, with one word about them", async () => {
    await using house = await openClockHouse(BEFORE);
    const id = await house.add(MORNING);
    house.set("2026-11-27T07:50:00Z");
    await (await house.start()).look();
    expect((await house.endTurns()).toSorted()).toEqual([
      "schedule 2026-11-27T08:30",
      "schedule_notice skipped:2026-11-24T08:30",
    ]);
    const slots = await house.store.forOrg(house.org).schedules.slots(id, 10);
    expect(slots.map(({ slot, state }) => `${slot} ${state}`)).toEqual([
      "2026-11-27T08:30 handed",
      "2026-11-26T08:30 skipped",
      "2026-11-25T08:30 skipped",
      "2026-11-24T08:30 skipped",
    ]);
  });

  test("of a month of five minutes no more is written down than anybody reads", async () => {
    await using house = await openClockHouse(BEFORE);
    const id = await house.add(sayingPlan("*/5 * * * *", "Europe/Berlin"));
    house.set("2026-12-24T07:31:00Z");
    await (await house.start()).look();
    expect(house.slots()).toEqual(["2026-12-24T08:30"]);
    expect(await house.store.forOrg(house.org).schedules.slots(id, 1_000)).toHaveLength(51);
  });
});

describe("a schedule that is not to run", () => {
  test.each(["paused", "orphaned", "ended"] as const)("does not, while it is %s", async (state) => {
    await using house = await openClockHouse(BEFORE);
    const id = await house.add(MORNING);
    await house.store.forOrg(house.org).schedules.setState(id, ["on"], state, "for a reason", new Date(DUE));
    house.set(DUE);
    await (await house.start()).look();
    expect(house.slots()).toEqual([]);
  });

  test("does not while it is snoozed, and goes on after, or at once when that is taken back", async () => {
    await using house = await openClockHouse(BEFORE);
    const id = await house.add(MORNING);
    const { schedules } = house.store.forOrg(house.org);
    await schedules.snooze(id, new Date("2026-11-27T00:00:00Z"));
    const clock = await house.start();
    for (const day of [24, 25]) {
      house.set(`2026-11-${day}T07:30:05Z`);
      await clock.look();
    }
    expect([house.slots(), await schedules.slots(id, 10)]).toEqual([[], []]);
    await schedules.snooze(id, undefined);
    house.set("2026-11-26T07:30:05Z");
    await clock.look();
    expect(house.slots()).toEqual(["2026-11-26T08:30"]);
  });

  test("what its owner changes while it is being handed on is not done by the old plan", async () => {
    await using house = await openClockHouse(BEFORE);
    const id = await house.add(MORNING);
    const { schedules } = house.store.forOrg(house.org);
    const [found] = await house.store.dueSchedules.find(new Date(DUE), 1);
    if (found?.nextAt === undefined) throw new Error("nothing was due");
    await schedules.put({
      id,
      person: house.person,
      code: "ABCD",
      plan: MORNING,
      nextAt: new Date("2026-11-25T07:30:00Z"),
    });
    const claim = { ...found, slot: "2026-11-24T08:30", dueAt: found.nextAt, nextAt: undefined, as: "handed" as const };
    expect(await house.store.dueSchedules.claim(claim, new Date(DUE))).toBe(false);
    expect(await schedules.slots(id, 10)).toEqual([]);
    expect(await schedules.get(id)).toMatchObject({ revision: 2, nextAt: new Date("2026-11-25T07:30:00Z") });
  });
});

describe("when much is due at once", () => {
  test("no more is under way than may be, every org gets its share, and all of it comes", async () => {
    await using house = await openClockHouse(BEFORE);
    for (let index = 0; index < 30; index += 1) await house.add(MORNING);
    const other = await house.store.people.identify(testActor("umbrella", "eve"));
    const place = { ...MORNING.place, tenantId: "umbrella" };
    for (let index = 0; index < 2; index += 1) {
      await house.add({ ...MORNING, actor: testActor("umbrella", "eve"), place }, other);
    }
    house.set(DUE);
    const clock = await house.start({ mostOpen: 4 });
    await clock.look();
    expect(house.handed.map(({ conversation }) => conversation.tenantId).toSorted()).toEqual([
      "acme",
      "acme",
      "umbrella",
      "umbrella",
    ]);
    for (let round = 0; round < 10; round += 1) {
      expect(await house.store.dueSchedules.open()).toBeLessThanOrEqual(4);
      await house.endTurns();
      await clock.look();
    }
    expect(new Set(house.handed.flatMap(({ dedupeKeys }) => dedupeKeys)).size).toBe(32);
  });

  test("slots that wait for a slow source hold up the others for a second, but never take every turn there is", async () => {
    await using house = await openClockHouse(BEFORE);
    for (let index = 0; index < 30; index += 1) await house.add(MORNING);
    const clock = await house.start({ mostOpen: 2 });
    const under: number[] = [];
    for (const second of ["00", "02", "04", "06", "08", "10", "12"]) {
      house.set(`2026-11-24T07:30:${second}Z`);
      await clock.look();
      under.push(house.handed.length);
    }
    expect(under).toEqual([2, 4, 6, 8, 10, 10, 10]);
  });

  test("a turn that ended makes room at once", async () => {
    await using house = await openClockHouse(BEFORE);
    for (let index = 0; index < 3; index += 1) await house.add(MORNING);
    house.set(DUE);
    const clock = await house.start({ mostOpen: 1 });
    await clock.look();
    while (house.handed.length < 3) {
      await house.endTurns();
      clock.wake();
      await clock.look();
    }
    expect(house.handed).toHaveLength(3);
  });

  test("a slot whose turn was given up has failed, and holds no place", async () => {
    await using house = await openClockHouse(BEFORE);
    const id = await house.add(MORNING);
    house.set(DUE);
    const clock = await house.start();
    await clock.look();
    const { schedules } = house.store.forOrg(house.org);
    const [slot] = await schedules.slots(id, 1);
    if (slot?.turn === undefined) throw new Error("the slot has no turn");
    await house.store.deadLetters.add(house.org, { turnId: slot.turn, code: "internal", detail: "it broke" });
    await house.endTurns();
    await clock.look();
    expect(await schedules.slots(id, 1)).toMatchObject([{ state: "failed", endedAt: new Date(DUE) }]);
    expect(await house.store.dueSchedules.open()).toBe(0);
  });
});

describe("when NEXUS dies between taking a slot and writing it into the inbox", () => {
  async function takenButNotHanded() {
    const house = await openClockHouse(BEFORE);
    const id = await house.add(MORNING);
    house.set(DUE);
    const dying = await house.start({ receive: () => Promise.reject(new Error("the power went")) });
    await expect(dying.look()).rejects.toThrow("the power went");
    return { house, id };
  }

  test("the next start hands it on", async () => {
    const { house, id } = await takenButNotHanded();
    await using _ = house;
    house.set("2026-11-24T07:31:00Z");
    const clock = await house.start();
    await clock.look();
    await clock.look();
    expect(house.slots()).toEqual(["2026-11-24T08:30"]);
    expect(await house.store.forOrg(house.org).schedules.slots(id, 9)).toMatchObject([{ turn: expect.any(String) }]);
  });

  test("but not when it is too late by then", async () => {
    const { house, id } = await takenButNotHanded();
    await using _ = house;
    house.set("2026-11-24T13:00:00Z");
    await (await house.start()).look();
    expect(house.slots()).toEqual([]);
    expect(await house.store.forOrg(house.org).schedules.slots(id, 9)).toMatchObject([{ state: "skipped" }]);
    expect(await house.store.dueSchedules.open()).toBe(0);
    expect(await house.endTurns()).toEqual(["schedule_notice skipped:2026-11-24T08:30"]);
  });
});

describe("when the clock was wrong", () => {
  test("by a year for a while, schedules come at their times as soon as it is right", async () => {
    await using house = await openClockHouse(BEFORE);
    await house.add(MORNING);
    const clock = await house.start();
    for (const at of ["2027-11-24T08:00:00Z", "2026-11-24T07:29:59Z", DUE]) {
      house.set(at);
      await clock.look();
      await house.endTurns();
    }
    expect(house.slots()).toEqual(["2027-11-24T08:30", "2026-11-24T08:30"]);
  });

  test("at a start and right at the next, they come at their times too", async () => {
    await using house = await openClockHouse(BEFORE);
    await house.add(MORNING);
    for (const at of ["2027-11-24T08:00:00Z", "2026-11-24T07:29:59Z", DUE]) {
      house.set(at);
      await (await house.start()).look();
      await house.endTurns();
    }
    expect(house.slots()).toEqual(["2027-11-24T08:30", "2026-11-24T08:30"]);
  });
});

test("a holiday that is put into the calendar after the next time was counted is left out all the same", async () => {
  await using house = await openClockHouse(BEFORE);
  const id = await house.add({ ...MORNING, rule: { ...MORNING.rule, skipHolidays: true } });
  const path = join(dir, "holidays.ics");
  const write = (day: string): void =>
    writeFileSync(
      path,
      `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:${day}\r\nSUMMARY:Feast day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
    );
  write("20261124");
  const calendars = house.store.dueCalendars;
  const holidays = createHolidayBook({ house: await openHolidayCalendar(path, silent), calendars });
  const clock = await house.start({ holidays });
  house.set(DUE);
  await clock.look();
  const { schedules } = house.store.forOrg(house.org);
  expect([house.slots(), await schedules.slots(id, 9)]).toEqual([[], []]);
  expect(await schedules.get(id)).toMatchObject({ nextAt: new Date("2026-11-25T07:30:00Z") });
  // And a day that is none any more is back, before its time has come.
  house.set("2026-11-24T09:00:00Z");
  write("202611251".slice(0, 8));
  await clock.look();
  house.set("2026-11-24T10:00:00Z");
  rmSync(path);
  write("20261224");
  await clock.look();
  house.set("2026-11-25T07:30:00Z");
  await clock.look();
  expect(house.slots()).toEqual(["2026-11-25T08:30"]);
});

test("a schedule whose zone nobody knows any more is paused with the reason, and holds up no other", async () => {
  await using house = await openClockHouse(BEFORE);
  const { schedules } = house.store.forOrg(house.org);
  const lost = await house.add(MORNING);
  const plan = { ...MORNING, rule: { ...MORNING.rule, timeZone: "Mars/Olympus" } };
  await schedules.put({ id: lost, person: house.person, code: "LOST", plan, nextAt: new Date(DUE) });
  await house.add(MORNING);
  house.set(DUE);
  await (await house.start()).look();
  expect(house.slots()).toEqual(["2026-11-24T08:30"]);
  expect(await schedules.get(lost)).toMatchObject({ state: "paused", why: "its times cannot be read any more" });
});

test("once stopped, nothing more is handed on", async () => {
  await using house = await openClockHouse(BEFORE);
  await house.add(MORNING);
  const clock = await house.start();
  await clock.stop();
  house.set(DUE);
  await clock.look();
  clock.wake();
  expect(house.slots()).toEqual([]);
});
