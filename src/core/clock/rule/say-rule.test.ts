import { expect, test } from "vitest";
import type { ScheduleRule } from "#core/contract/schedule.ts";
import { clockChange } from "./clock-change.ts";
import { sayRule } from "./say-rule.ts";

const rule = (cron: string, more: Partial<ScheduleRule> = {}): ScheduleRule => ({
  cron,
  timeZone: "Europe/Lisbon",
  skipHolidays: false,
  ...more,
});

test.each([
  ["30 8 * * 1-5", "every weekday at 08:30"],
  ["0 9 * * *", "every day at 09:00"],
  ["0 9,16 * * 1,4", "every Monday and Thursday at 09:00 and 16:00"],
  ["0 8 * * 0,6", "every Saturday and Sunday at 08:00"],
  ["0 9 1,15 * *", "on the 1st and 15th of every month at 09:00"],
  ["0 9 L * *", "on the last day of every month at 09:00"],
  ["0 9 * * MON#1", "on the first Monday of every month at 09:00"],
  ["0 9 * * 5L", "on the last Friday of every month at 09:00"],
  ["0 9 25 12 *", "on the 25th of December at 09:00"],
  ["0 9 1 * 1", "on the 1st of every month and every Monday at 09:00"],
  ["0 * * * *", "every hour"],
  ["15 * * * *", "every hour at 15 minutes past"],
  ["5,35 * * * *", "every hour at 5 and 35 minutes past"],
  ["*/15 * * * *", "every 15 minutes"],
  ["0 9-17/2 * * *", "every 2 hours from 09:00 to 17:00"],
  ["*/30 9-17 * * 1-5", "every weekday, every 30 minutes from 09:00 to 17:30"],
  ["0 9 15W * *", "at the times of `0 9 15W * *`"],
])("%s reads as “%s”", (cron, words) => expect(sayRule(rule(cron), "en-GB")).toBe(words));

test("times are written as the reader writes them", () => {
  expect(sayRule(rule("30 8 * * 1-5"), "en-US").replaceAll("\u202F", " ")).toBe("every weekday at 8:30 AM");
});

test("what is left out is said too", () => {
  const quiet = { from: "22:00", to: "07:00" };
  expect(sayRule(rule("0 * * * *", { skipHolidays: true, quiet }), "en-GB")).toBe(
    "every hour, but not on holidays, not between 22:00 and 07:00",
  );
});

const march = new Date("2026-03-23T10:00:00Z");

test("a change of the clocks that is near is named, with the time that it stays", () => {
  expect(clockChange(rule("30 8 * * 1-5"), march)).toEqual({
    at: new Date("2026-03-29T01:00:00Z"),
    forward: true,
    note: "On Sun 29 Mar clocks change; it stays 08:30 local.",
  });
});

test("a change that falls on a time of the schedule is named, with what becomes of it", () => {
  const berlin = { timeZone: "Europe/Berlin" };
  const notes = [
    clockChange(rule("30 2 * * *", berlin), march)?.note,
    clockChange(rule("30 2 * * *", berlin), new Date("2026-04-01T10:00:00Z"))?.note,
  ];
  expect(notes).toEqual([
    "On Sun 29 Mar the clocks skip 02:30; it comes at 03:00.",
    "On Sun 25 Oct the clocks show 02:30 twice; it comes the first time only.",
  ]);
});

test("a change far off that touches no time of the schedule is not worth a word, nor is a zone without any", () => {
  expect(clockChange(rule("30 8 * * 1-5"), new Date("2026-11-24T10:00:00Z"))).toBeUndefined();
  expect(clockChange(rule("30 8 * * *", { timeZone: "Asia/Tokyo" }), march)).toBeUndefined();
});
