import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Log } from "#core/contract/ports.ts";
import { silent } from "#test/delivery-kit.ts";
import { openHolidayCalendar } from "./holiday-calendar.ts";

const dir = mkdtempSync(join(tmpdir(), "nexus-holidays-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let files = 0;
function calendar(...events: string[][]): string {
  const path = join(dir, `${(files += 1)}.ics`);
  writeFileSync(path, textOf(...events));
  return path;
}
function textOf(...events: string[][]): string {
  const lines = events.flatMap((event, index) => ["BEGIN:VEVENT", `UID:${index}`, ...event, "END:VEVENT"]);
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", ...lines, "END:VCALENDAR", ""].join("\r\n");
}

test("holidays of a calendar file are known by day and name, in the years that their rule has", async () => {
  const path = calendar(
    ["DTSTART;VALUE=DATE:19701225", "DTEND;VALUE=DATE:19701227", "RRULE:FREQ=YEARLY", "SUMMARY:Christmas"],
    ["DTSTART;VALUE=DATE:20260403", "SUMMARY:Good Friday"],
    ["DTSTART;VALUE=DATE:20001126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "SUMMARY:Thanksgiving"],
    ["DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270103", "SUMMARY:New Year"],
    ["DTSTART;VALUE=DATE:20260501", "STATUS:CANCELLED", "SUMMARY:Not this year"],
    ["DTSTART;VALUE=DATE:20200610", "RRULE:FREQ=YEARLY;UNTIL=20250610", "SUMMARY:Old"],
    ["DTSTART;VALUE=DATE:20200815", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20260815", "SUMMARY:Assumption"],
    ["DTSTART:20260701T090000Z", "DTEND:20260701T170000Z", "SUMMARY:Away day"],
  );
  const holidays = await openHolidayCalendar(path, silent);
  const named = (...days: string[]) => days.map((day) => holidays.name(day));
  expect(named("2026-12-24", "2026-12-25", "2031-12-26", "2026-12-27")).toEqual([
    undefined,
    "Christmas",
    "Christmas",
    undefined,
  ]);
  expect(named("2026-04-03", "2027-04-03", "2026-11-26", "2027-11-25")).toEqual([
    "Good Friday",
    undefined,
    "Thanksgiving",
    "Thanksgiving",
  ]);
  expect(named("2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03")).toEqual([
    "New Year",
    "New Year",
    "New Year",
    undefined,
  ]);
  expect(
    named("2026-05-01", "2025-06-10", "2026-06-10", "2025-08-15", "2026-08-15", "2026-07-01", "2026-07-02"),
  ).toEqual([undefined, "Old", undefined, "Assumption", undefined, "Away day", undefined]);
});

test.each([
  ["nothing", ""],
  ["a text", "hello"],
  ["half a calendar", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"],
  ["an event without a day", textOf(["SUMMARY:Someday"])],
  ["a day that is none", textOf(["DTSTART;VALUE=DATE:2026", "SUMMARY:Someday"])],
])("at the start a file that holds %s is an error in plain words", async (_, text) => {
  const path = join(dir, `${(files += 1)}.ics`);
  writeFileSync(path, text);
  await expect(openHolidayCalendar(path, silent)).rejects.toMatchObject({
    code: "config_invalid",
    say: expect.stringContaining("The calendar of holidays cannot be read"),
  });
});

test("a file that is not there is an error that names it", async () => {
  const path = join(dir, "none.ics");
  await expect(openHolidayCalendar(path, silent)).rejects.toMatchObject({
    code: "config_invalid",
    say: expect.stringContaining(path),
  });
});

test("a changed file counts at once, and a broken one leaves what was, with one line in the log", async () => {
  const warned: unknown[] = [];
  const log: Log = { ...silent, warn: (...line) => void warned.push(line) };
  const path = calendar(["DTSTART;VALUE=DATE:20260403", "SUMMARY:Good Friday"]);
  const holidays = await openHolidayCalendar(path, log);
  expect(await holidays.look()).toBe(false);
  writeFileSync(path, textOf(["DTSTART;VALUE=DATE:20260406", "SUMMARY:Easter Monday"]));
  expect(await holidays.look()).toBe(true);
  expect([holidays.isHoliday("2026-04-03"), holidays.isHoliday("2026-04-06")]).toEqual([false, true]);
  writeFileSync(path, "broken");
  expect([await holidays.look(), await holidays.look()]).toEqual([false, false]);
  rmSync(path);
  expect(await holidays.look()).toBe(false);
  expect(holidays.name("2026-04-06")).toBe("Easter Monday");
  expect(warned).toHaveLength(2);
});

test("without a file there are no holidays", async () => {
  const holidays = await openHolidayCalendar(undefined, silent);
  expect(holidays.isHoliday("2026-12-25")).toBe(false);
});
