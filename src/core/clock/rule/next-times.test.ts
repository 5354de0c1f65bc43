import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ScheduleRule } from "#core/contract/schedule.ts";
import { changesIn, cronOf, type SimplePattern, stretchOf, timesIn } from "#test/zone-reference.ts";
import { type Holidays, NO_HOLIDAYS } from "./holidays.ts";
import { lastTime, nextTimes, slotOf } from "./next-times.ts";
import { nextChange } from "./wall-clock.ts";

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const rule = (cron: string, timeZone: string, more: Partial<ScheduleRule> = {}): ScheduleRule => ({
  cron,
  timeZone,
  skipHolidays: false,
  ...more,
});

/** The slots that come after a moment, with when that is. */
function slots(of: ScheduleRule, after: string, count: number, holidays: Holidays = NO_HOLIDAYS): string[] {
  return nextTimes(of, new Date(after), count, holidays).map(
    (at) => `${slotOf(of, at)} = ${at.toISOString().slice(0, 16)}Z`,
  );
}

describe("a day on which the clocks go forward", () => {
  test.each([
    ["Europe/Berlin", "30 2 * * *", "2026-03-28T12:00Z", "2026-03-29T03:00 = 2026-03-29T01:00Z"],
    ["Australia/Lord_Howe", "15 2 * * *", "2026-10-03T00:00Z", "2026-10-04T02:30 = 2026-10-03T15:30Z"],
    ["Antarctica/Troll", "30 1 * * *", "2026-03-28T12:00Z", "2026-03-29T03:00 = 2026-03-29T01:00Z"],
    ["Africa/Cairo", "0 0 * * *", "2026-04-23T12:00Z", "2026-04-24T01:00 = 2026-04-23T22:00Z"],
    ["Asia/Beirut", "15 0 * * *", "2026-03-28T12:00Z", "2026-03-29T01:00 = 2026-03-28T22:00Z"],
    ["America/Santiago", "30 0 * * *", "2026-09-05T12:00Z", "2026-09-06T01:00 = 2026-09-06T04:00Z"],
    ["America/Asuncion", "30 0 * * *", "2023-09-30T12:00Z", "2023-10-01T01:00 = 2023-10-01T04:00Z"],
    ["Africa/Casablanca", "30 2 * * *", "2026-03-21T12:00Z", "2026-03-22T03:00 = 2026-03-22T02:00Z"],
    ["America/Godthab", "30 23 * * *", "2026-03-28T12:00Z", "2026-03-29T00:00 = 2026-03-29T01:00Z"],
  ])("in %s, a time that they skip (%s) is the first minute that there is", (zone, cron, after, expected) => {
    expect(slots(rule(cron, zone), after, 1)).toEqual([expected]);
  });

  test("what comes several times in the skipped hour comes once, at its end", () => {
    expect(slots(rule("*/15 * * * *", "Europe/Berlin"), "2026-03-29T00:44Z", 3)).toEqual([
      "2026-03-29T01:45 = 2026-03-29T00:45Z",
      "2026-03-29T03:00 = 2026-03-29T01:00Z",
      "2026-03-29T03:15 = 2026-03-29T01:15Z",
    ]);
  });

  test("the day after, it is back at its time", () => {
    expect(slots(rule("30 2 * * *", "Europe/Berlin"), "2026-03-29T01:00Z", 1)).toEqual([
      "2026-03-30T02:30 = 2026-03-30T00:30Z",
    ]);
  });
});

describe("a day on which the clocks go back", () => {
  test.each([
    ["Europe/Berlin", "30 2 * * *", "2026-10-24T12:00Z", "2026-10-25T02:30 = 2026-10-25T00:30Z"],
    ["Australia/Lord_Howe", "45 1 * * *", "2026-04-04T00:00Z", "2026-04-05T01:45 = 2026-04-04T14:45Z"],
    ["Africa/Cairo", "30 23 * * *", "2026-10-29T12:00Z", "2026-10-29T23:30 = 2026-10-29T20:30Z"],
    ["Africa/Casablanca", "30 2 * * *", "2026-02-14T12:00Z", "2026-02-15T02:30 = 2026-02-15T01:30Z"],
  ])("in %s, a time that they show twice (%s) is the first of the two", (zone, cron, after, expected) => {
    const [first, next] = slots(rule(cron, zone), after, 2);
    expect(first).toBe(expected);
    expect(next?.slice(0, 10)).not.toBe(expected.slice(0, 10));
  });

  test("each time of the day comes once, however often the clocks show it", () => {
    const found = slots(rule("*/30 * * * *", "Europe/Berlin"), "2026-10-24T23:59Z", 4);
    expect(found).toEqual([
      "2026-10-25T02:00 = 2026-10-25T00:00Z",
      "2026-10-25T02:30 = 2026-10-25T00:30Z",
      "2026-10-25T03:00 = 2026-10-25T02:00Z",
      "2026-10-25T03:30 = 2026-10-25T02:30Z",
    ]);
  });

  test("asked within the repeated hour, it does not come again", () => {
    expect(slots(rule("30 2 * * *", "Europe/Berlin"), "2026-10-25T01:10Z", 1)).toEqual([
      "2026-10-26T02:30 = 2026-10-26T01:30Z",
    ]);
  });
});

test.each([
  ["Pacific/Apia", "2011-12-29T00:00Z", ["2011-12-29T08:30", "2011-12-31T08:30"]],
  ["Pacific/Kwajalein", "1993-08-20T00:00Z", ["1993-08-20T08:30", "1993-08-22T08:30"]],
])("a day that %s left out has no times", (zone, after, expected) => {
  expect(slots(rule("30 8 * * *", zone), after, 2).map((each) => each.slice(0, 16))).toEqual(expected);
});

test("holidays are left out, by the day in the schedule's own zone", () => {
  const days = new Set(["2026-12-25", "2026-12-28"]);
  const holidays: Holidays = { isHoliday: (day) => days.has(day), name: () => undefined };
  const weekday = rule("30 8 * * 1-5", "Pacific/Auckland", { skipHolidays: true });
  const found = slots(weekday, "2026-12-23T20:00Z", 2, holidays).map((each) => each.slice(0, 16));
  expect(found).toEqual(["2026-12-29T08:30", "2026-12-30T08:30"]);
  expect(slots({ ...weekday, skipHolidays: false }, "2026-12-23T20:00Z", 1, holidays)[0]).toContain("2026-12-25");
});

test("quiet hours are left out, over midnight too", () => {
  const hourly = rule("0 * * * *", "Europe/Lisbon", { quiet: { from: "22:00", to: "07:00" } });
  const found = slots(hourly, "2026-11-24T20:30Z", 3).map((each) => each.slice(0, 16));
  expect(found).toEqual(["2026-11-24T21:00", "2026-11-25T07:00", "2026-11-25T08:00"]);
});

test("what is left out for ever has no times, and is found out soon", () => {
  const holidays: Holidays = { isHoliday: (day) => day.endsWith("-12-25"), name: () => "Christmas" };
  expect(slots(rule("0 9 25 12 *", "UTC", { skipHolidays: true }), "2026-01-01T00:00Z", 1, holidays)).toEqual([]);
});

test("of all the times that were missed the last is found, however long ago the first was", () => {
  const since = new Date("2024-01-01T00:00:00Z");
  const now = new Date("2026-11-24T08:31:00Z");
  const last = (cron: string) => lastTime(rule(cron, "UTC"), since, now, NO_HOLIDAYS)?.toISOString().slice(0, 16);
  expect(last("*/5 * * * *")).toBe("2026-11-24T08:30");
  expect(last("30 8 * * *")).toBe("2026-11-24T08:30");
  expect(last("0 9 25 12 *")).toBe("2025-12-25T09:00");
  expect(lastTime(rule("0 9 25 12 *", "UTC"), new Date("2026-01-01T00:00:00Z"), now, NO_HOLIDAYS)).toBeUndefined();
});

const ZONES = Intl.supportedValuesOf("timeZone");

/** Zones whose clocks change in a year, each with one of the changes. */
const EDGES = ZONES.flatMap((zone) => {
  const edges: { zone: string; at: number }[] = [];
  let from = new Date("2026-01-01T00:00:00Z");
  for (;;) {
    const change = nextChange(zone, from, 366);
    if (change === undefined || change.at >= Date.UTC(2027, 0, 1)) return edges;
    edges.push({ zone, at: change.at });
    from = new Date(change.at);
  }
});

function some(from: number, to: number, most: number): fc.Arbitrary<number[]> {
  return fc.uniqueArray(fc.integer({ min: from, max: to }), { minLength: 1, maxLength: most });
}
const patterns: fc.Arbitrary<SimplePattern> = fc.record({
  minutes: fc.oneof(some(0, 59, 3), fc.constant([0, 15, 30, 45])),
  hours: fc.oneof(some(0, 3, 3), some(0, 23, 6), fc.constant(Array.from({ length: 24 }, (_, hour) => hour))),
  weekdays: fc.oneof(fc.constant([0, 1, 2, 3, 4, 5, 6]), some(0, 6, 4)),
});

test(
  "whatever the pattern, near every change of every zone's clocks it comes when the clocks say",
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...EDGES),
        patterns,
        fc.integer({ min: 1, max: 2_000 }),
        ({ zone, at }, pattern, lead) => {
          const from = at - lead * 60_000;
          const stretch = stretchOf(zone, from, lead + 1_600);
          expect(changesIn(stretch)).toContain(at);
          const expected = timesIn(stretch, pattern);
          const found = nextTimes(rule(cronOf(pattern), zone), new Date(from), expected.length, NO_HOLIDAYS);
          expect(found).toEqual(expected);
          const named = found.map((time) => slotOf({ timeZone: zone }, time));
          expect(new Set(named).size).toBe(named.length);
        },
      ),
      { numRuns: 300 },
    );
  },
);

test("the next time never depends on how the time before it was passed", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...EDGES),
      patterns,
      fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 8 }),
      (edge, pattern, steps) => {
        const of = rule(cronOf(pattern), edge.zone);
        let now = new Date(edge.at - DAY_MS);
        for (const minutes of steps) {
          const [next] = nextTimes(of, now, 1, NO_HOLIDAYS);
          const later = new Date(now.getTime() + minutes * 60_000);
          const [after] = nextTimes(of, later, 1, NO_HOLIDAYS);
          const isPassed = next === undefined || later >= next;
          expect(after?.getTime()).toBeGreaterThan(later.getTime());
          expect(isPassed || after?.getTime() === next.getTime()).toBe(true);
          now = later;
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("every zone there is has its clocks read right at the edges of its changes", () => {
  for (const { zone, at } of EDGES) {
    const { walls } = stretchOf(zone, at - 60_000, 2);
    const shown = walls.map((wall) => new Date(wall).toISOString().slice(0, 16));
    expect([slotOf({ timeZone: zone }, new Date(at - 1)), slotOf({ timeZone: zone }, new Date(at))]).toEqual(shown);
  }
  expect(EDGES.length).toBeGreaterThan(200);
});
