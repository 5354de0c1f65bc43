import { expect, test } from "vitest";
import type { ScheduleRule } from "#core/contract/schedule.ts";
import { checkRule } from "./check-rule.ts";

const rule = (cron: string, more: Partial<ScheduleRule> = {}): ScheduleRule => ({
  cron,
  timeZone: "Europe/Lisbon",
  skipHolidays: false,
  ...more,
});

test.each(["30 8 * * 1-5", "*/5 * * * *", "0 9 29 2 *", "0 9 L * *", "0 9 * * MON#1", "0,5 9 * * *", "59 23 * * *"])(
  "%s can be kept",
  (cron) => expect(() => checkRule(rule(cron))).not.toThrow(),
);

test.each([
  ["a day that no month has", rule("0 0 30 2 *"), "These times never come: there is no such day."],
  ["every minute", rule("* * * * *"), "That is too often: at least 5 minutes must lie between two runs."],
  ["four minutes apart over the hour", rule("0,56 9-10 * * *"), "at least 5 minutes"],
  ["two minutes apart over midnight", rule("1,59 0,23 * * *"), "at least 5 minutes"],
  ["six fields", rule("0 30 8 * * 1"), "These times cannot be read"],
  ["an hour that there is not", rule("30 25 * * *"), "These times cannot be read"],
  ["the minute of the reading", rule("? 8 * * *"), "These times cannot be read"],
  ["a nickname", rule("@midnight"), "These times cannot be read"],
  ["a zone that there is not", rule("30 8 * * *", { timeZone: "Mars/Olympus" }), "no time zone called “Mars/Olympus”"],
  ["nothing but quiet hours", rule("0 23 * * *", { quiet: { from: "22:00", to: "06:00" } }), "lie in the quiet hours"],
  ["quiet hours without an end", rule("0 9 * * *", { quiet: { from: "22:00", to: "22:00" } }), "at different times"],
])("%s is refused with the reason", (_, refused, say) => {
  expect(() => checkRule(refused)).toThrow(
    expect.objectContaining({ code: "schedule_invalid", say: expect.stringContaining(say) }),
  );
});
