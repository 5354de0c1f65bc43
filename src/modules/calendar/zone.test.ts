import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, dayOf, daysBetween, instantAt, startOfDay } from "./zone.ts";

const ZONES = [
  "UTC",
  "America/Toronto",
  "Europe/Lisbon",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "America/Santiago",
  "Africa/Cairo",
  "Asia/Beirut",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
];
const day = fc.integer({ min: 0, max: 365 * 12 }).map((days) => addDays("2020-01-01", days));

describe("a calendar day in a zone", () => {
  test.each([
    ["2026-11-20", "America/Toronto", "2026-11-20T05:00:00.000Z"],
    ["2026-11-20", "Asia/Kolkata", "2026-11-19T18:30:00.000Z"],
    ["2026-11-20", "UTC", "2026-11-20T00:00:00.000Z"],
    // The clocks go forward at midnight, so the day starts at 01:00 by the clock.
    ["2026-09-06", "America/Santiago", "2026-09-06T04:00:00.000Z"],
    ["2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00.000Z"],
    // The clocks go back at midnight: the hour before is shown twice.
    ["2026-04-05", "America/Santiago", "2026-04-05T04:00:00.000Z"],
  ])("%s starts in %s at %s", (date, zone, instant) => {
    expect(startOfDay(date, zone).toISOString()).toBe(instant);
  });

  test("starts with its first instant, everywhere and on every day", () => {
    fc.assert(
      fc.property(day, fc.constantFrom(...ZONES), (date, zone) => {
        const start = startOfDay(date, zone);
        expect(dayOf(start, zone)).toBe(date);
        expect(dayOf(new Date(start.getTime() - 1), zone)).toBe(addDays(date, -1));
      }),
    );
  });

  test.each([
    ["2026-03-08", 23],
    ["2026-11-01", 25],
    ["2026-11-20", 24],
  ])("%s has %i hours in Toronto", (date, hours) => {
    const ms =
      startOfDay(addDays(date, 1), "America/Toronto").getTime() - startOfDay(date, "America/Toronto").getTime();
    expect(ms / 3_600_000).toBe(hours);
  });
});

describe("a time of day in a zone", () => {
  test.each([
    ["that the clocks skip is moved on by the hour they jump", "2026-03-08", "02:30", "2026-03-08T07:30:00.000Z"],
    ["that they show twice is the first", "2026-11-01", "01:30", "2026-11-01T05:30:00.000Z"],
    ["after the change is unambiguous", "2026-11-01", "02:30", "2026-11-01T07:30:00.000Z"],
    ["on a plain day is itself", "2026-11-20", "09:30", "2026-11-20T14:30:00.000Z"],
  ])("%s", (_, date, time, instant) => {
    expect(instantAt(date, time, "America/Toronto").toISOString()).toBe(instant);
  });
});

describe("counting days", () => {
  test("goes across months, leap days and years", () => {
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
  });

  test("there and back leads to the same day", () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -800, max: 800 }), (date, days) => {
        expect(daysBetween(date, addDays(date, days))).toBe(days);
      }),
    );
  });
});
