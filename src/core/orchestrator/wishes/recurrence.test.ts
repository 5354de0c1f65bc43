import { expect, test } from "vitest";
import { readRecurrence } from "./recurrence.ts";

const read = (said: string) => {
  const found = readRecurrence(said);
  return found === undefined || "beyond" in found ? found : found.crons.join(" | ");
};

test.each([
  ["every weekday 8:30 post the weather", "30 8 * * 1-5"],
  ["post the weather every day at 9 and 16", "0 9,16 * * *"],
  ["post usage at 9 and 16:30 every day", "0 9 * * * | 30 16 * * *"],
  ["every Monday and Thursday at 9 and 16 post usage", "0 9,16 * * 1,4"],
  ["on the 1st of each month post usage", "0 9 1 * *"],
  ["on the 1st and 15th of every month at 10 post usage", "0 10 1,15 * *"],
  ["on the last day of every month post usage", "0 9 L * *"],
  ["every first Monday of the month at 9:30 am post usage", "30 9 * * 1#1"],
  ["on the last Friday of each month at 16 post usage", "0 16 * * 5#L"],
  ["every two hours between 9 and 17 post approvals", "0 9-17/2 * * *"],
  ["every half hour on weekdays between 9 and 5 post approvals", "*/30 9-16 * * 1-5"],
  ["every 15 minutes post approvals", "*/15 * * * *"],
  ["hourly post approvals", "0 * * * *"],
  ["every weekend at half past ten post the weather", "30 10 * * 0,6"],
  ["Monday to Friday at 7 post the weather", "0 7 * * 1-5"],
  ["on Mondays, Wednesdays and Fridays at 18h30 remind me to run", "30 18 * * 1,3,5"],
  ["every morning tell me the weather", "0 9 * * *"],
  ["every morning at 7.45 tell me the weather", "45 7 * * *"],
  ["every evening at 8 tell me the weather", "0 20 * * *"],
  ["every day at quarter to nine tell me the weather", "45 8 * * *"],
  ["every day at noon tell me the weather", "0 12 * * *"],
  ["every night remind me to lock the door", "0 21 * * *"],
  ["every year on 24 December remind me to call", "0 9 24 12 *"],
  ["remind me daily at 8.30 pm to stretch", "30 20 * * *"],
  ["every quarter post usage", "0 9 1 1,4,7,10 *"],
])("“%s” is %s", (said, crons) => {
  expect(read(said)).toBe(crons);
});

test("what recurs, where and why not is taken out of the sentence, and the rest is left", () => {
  expect(
    readRecurrence("every weekday 8:30 post today's meetings and weather in #standup, but not on holidays"),
  ).toMatchObject({ left: "post today's meetings and weather in #standup", skipHolidays: true, isHourOurs: false });
});

test.each([
  ["at 8:30 Toronto time every weekday post the weather", "America/Toronto"],
  ["every day at 8 New York time post the weather", "America/New_York"],
  ["every day at 9 in UTC post usage", "UTC"],
  ["every day at 9 Europe/Lisbon post usage", "Europe/Lisbon"],
  ["every day at 9 post usage", undefined],
])("the zone that “%s” goes by is %s", (said, timeZone) => {
  expect(readRecurrence(said)).toMatchObject({ timeZone, left: expect.stringMatching(/^post (?:usage|the weather)$/) });
});

test("an hour that was not named is ours, and a small one is said to be read as it stands", () => {
  expect(readRecurrence("every Monday post usage")).toMatchObject({ isHourOurs: true });
  expect(readRecurrence("every Monday at 5 post usage")).toMatchObject({ notes: [expect.stringContaining("05:00")] });
  expect(readRecurrence("every Monday at 17 post usage")).toMatchObject({ notes: [] });
});

test.each([
  "every other day remind me",
  "biweekly post usage",
  "twice a day remind me to drink",
  "every 3 weeks post usage",
])("“%s” is a rhythm, and none that a pattern says", (said) => {
  expect(readRecurrence(said)).toHaveProperty("beyond");
});

test.each(["post the weather", "show monthly spending", "at 9 tell me the weather", "on Friday remind me to call", ""])(
  "“%s” does not recur",
  (said) => {
    expect(readRecurrence(said)).toBeUndefined();
  },
);

test("holidays may be those of a calendar, and hours may be left out", () => {
  const days = "en.uk#holiday@group.v.calendar.google.com";
  expect(readRecurrence(`every weekday at 9 post usage here, but not on holidays of ${days}`)).toMatchObject({
    crons: ["0 9 * * 1-5"],
    skipHolidays: true,
    calendar: days,
    left: "post usage here",
  });
  expect(readRecurrence("every day at 9, not on the public holidays in our calendar off@example.com")).toMatchObject({
    calendar: "off@example.com",
    left: "",
  });
  expect(readRecurrence("every hour post usage here, but not between 22:00 and 7:00")).toMatchObject({
    crons: ["0 * * * *"],
    quiet: { from: "22:00", to: "07:00" },
    left: "post usage here",
  });
  expect(readRecurrence("every hour post usage here")).not.toHaveProperty("quiet");
});

test.each([
  ["every weekday at 25:99 post the weather", "time", "25:99"],
  ["every day at 14 pm post usage", "time", "14 pm"],
  ["every day at 9 and 9:75 post usage", "time", "9:75"],
  ["every day at 8:30 Atlantis time post usage", "zone", "Atlantis"],
  ["every day at 9 in Europe/Atlantis post usage", "zone", "Europe/Atlantis"],
])("“%s” names a %s that there is not", (said, isNo, beyond) => {
  expect(readRecurrence(said)).toEqual({ beyond, isNo });
});

test("every second of something else is no rhythm that is too fast", () => {
  expect(readRecurrence("every second post the weather here")).toEqual({ beyond: "every second" });
  expect(readRecurrence("every second Tuesday post the weather")).toEqual({ beyond: "every second Tuesday" });
  expect(readRecurrence("every second of it counts")).toBeUndefined();
});
