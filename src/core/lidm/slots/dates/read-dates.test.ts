import { expect, test } from "vitest";
import { readSentence } from "#core/lidm/sentence.ts";
import { type Dates, readDates } from "./read-dates.ts";
import { readToday } from "./today.ts";
import { createZones } from "./zones.ts";

const zones = createZones();

interface Asked {
  readonly now?: string;
  readonly timeZone?: string;
  readonly locale?: string;
  readonly prefer?: "past" | "future";
}

/** Wednesday, 18 November 2026, 10:00 in Lisbon, unless said otherwise. */
function read(text: string, asked: Asked = {}): Dates {
  const { now = "2026-11-18T10:00:00Z", timeZone = "Europe/Lisbon", locale = "en-GB", prefer = "future" } = asked;
  return readDates(readSentence(text), readToday(zones, { now: new Date(now), timeZone, locale }, prefer), zones);
}

function range(text: string, asked: Asked = {}): string | undefined {
  const { dateRange } = read(text, asked);
  return dateRange && `${dateRange.from}..${dateRange.to}`;
}

test.each([
  ["today", "2026-11-18"],
  ["the day after tomorrow", "2026-11-20"],
  ["weather tomorrow please", "2026-11-19"],
  ["yesterday", "2026-11-17"],
  ["on Friday", "2026-11-20"],
  ["on wednesday", "2026-11-18"],
  ["next tuesday", "2026-11-24"],
  ["next Friday", "2026-11-27"],
  ["this sunday", "2026-11-22"],
  ["last monday", "2026-11-16"],
  ["last wednesday", "2026-11-11"],
  ["tuesday next week", "2026-11-24"],
  ["in a fortnight", "2026-12-02"],
  ["in 3 days", "2026-11-21"],
  ["in a couple of weeks", "2026-12-02"],
  ["two weeks ago", "2026-11-04"],
  ["a week from today", "2026-11-25"],
  ["15 March", "2027-03-15"],
  ["March 15th", "2027-03-15"],
  ["March 15th, 2026 at 4pm", "2026-03-15"],
  ["the 3rd of January", "2027-01-03"],
  ["on the 15th", "2026-12-15"],
  ["2026-12-24", "2026-12-24"],
  ["15/12/2026", "2026-12-15"],
  ["29 February", "2028-02-29"],
  ["this weekend", "2026-11-21"],
])("%s is %s", (text, date) => {
  expect(read(text).date).toBe(date);
});

test.each([
  "this month",
  "last 3 months",
  "may I see it",
  "31 February",
  "2026-02-30",
  "it costs 10.50",
  "mark it",
  "sun is out",
])("%s is no single day", (text) => {
  expect(read(text).date).toBeUndefined();
});

test.each([
  ["this week", "2026-11-16..2026-11-22"],
  ["last week", "2026-11-09..2026-11-15"],
  ["this month", "2026-11-01..2026-11-30"],
  ["last month", "2026-10-01..2026-10-31"],
  ["this year", "2026-01-01..2026-12-31"],
  ["last quarter", "2026-07-01..2026-09-30"],
  ["Q1", "2026-01-01..2026-03-31"],
  ["Q4 2025", "2025-10-01..2025-12-31"],
  ["March", "2026-03-01..2026-03-31"],
  ["in December", "2025-12-01..2025-12-31"],
  ["in november", "2026-11-01..2026-11-30"],
  ["in March 2024", "2024-03-01..2024-03-31"],
  ["February 2024", "2024-02-01..2024-02-29"],
  ["last march", "2026-03-01..2026-03-31"],
  ["in may", "2026-05-01..2026-05-31"],
  ["in 2025", "2025-01-01..2025-12-31"],
  ["between 1 and 15 March", "2026-03-01..2026-03-15"],
  ["1-15 March 2025", "2025-03-01..2025-03-15"],
  ["March 3 to 9", "2026-03-03..2026-03-09"],
  ["from 1 March to 15 April", "2026-03-01..2026-04-15"],
  ["from january to march", "2026-01-01..2026-03-31"],
  ["from november to february", "2025-11-01..2026-02-28"],
  ["between October and January 2026", "2025-10-01..2026-01-31"],
  ["from monday to friday", "2026-11-09..2026-11-13"],
  ["2026-10-05 to 2026-10-09", "2026-10-05..2026-10-09"],
  ["last 7 days", "2026-11-12..2026-11-18"],
  ["the past week", "2026-11-12..2026-11-18"],
  ["last 3 months", "2026-08-19..2026-11-18"],
  ["last two years", "2024-11-19..2026-11-18"],
  ["last 24 hours", "2026-11-17..2026-11-18"],
  ["since January", "2026-01-01..2026-11-18"],
  ["since monday", "2026-11-16..2026-11-18"],
  ["since the 5th", "2026-11-05..2026-11-18"],
  ["year to date", "2026-01-01..2026-11-18"],
  ["so far this month", "2026-11-01..2026-11-18"],
  ["mtd", "2026-11-01..2026-11-18"],
  ["yesterday", "2026-11-17..2026-11-17"],
])("looking back, %s is %s", (text, days) => {
  expect(range(text, { prefer: "past" })).toBe(days);
});

test.each([
  ["March", "2027-03-01..2027-03-31"],
  ["in november", "2026-11-01..2026-11-30"],
  ["next 5 days", "2026-11-18..2026-11-22"],
  ["next week", "2026-11-23..2026-11-29"],
  ["until friday", "2026-11-18..2026-11-20"],
  ["from monday to friday", "2026-11-23..2026-11-27"],
  ["from november to february", "2026-11-01..2027-02-28"],
  ["since September", "2026-09-01..2026-11-18"],
  ["next month", "2026-12-01..2026-12-31"],
  ["in the next fortnight", "2026-11-18..2026-12-01"],
])("looking ahead, %s is %s", (text, days) => {
  expect(range(text)).toBe(days);
});

test.each([
  ["tomorrow at 3", "2026-11-19T15:00:00+00:00"],
  ["tomorrow at 3am", "2026-11-19T03:00:00+00:00"],
  ["friday 15:30", "2026-11-20T15:30:00+00:00"],
  ["at half past six", "2026-11-18T18:30:00+00:00"],
  ["half past six in the morning tomorrow", "2026-11-19T06:30:00+00:00"],
  ["quarter to 5", "2026-11-18T16:45:00+00:00"],
  ["ten past nine tomorrow", "2026-11-19T09:10:00+00:00"],
  ["20 to 12", "2026-11-18T11:40:00+00:00"],
  ["at 9", "2026-11-19T09:00:00+00:00"],
  ["at noon", "2026-11-18T12:00:00+00:00"],
  ["at 12am tomorrow", "2026-11-19T00:00:00+00:00"],
  ["at 12pm", "2026-11-18T12:00:00+00:00"],
  ["tomorrow at 8 in the evening", "2026-11-19T20:00:00+00:00"],
  ["3 o'clock", "2026-11-18T15:00:00+00:00"],
  ["tonight", "2026-11-18T20:00:00+00:00"],
  ["friday afternoon", "2026-11-20T15:00:00+00:00"],
  ["March 15th, 2027 at 4pm", "2027-03-15T16:00:00+00:00"],
  ["in 2 hours", "2026-11-18T12:00:00+00:00"],
  ["in half an hour", "2026-11-18T10:30:00+00:00"],
  ["in 20 minutes", "2026-11-18T10:20:00+00:00"],
  ["right now", "2026-11-18T10:00:00+00:00"],
])("%s is the moment %s", (text, moment) => {
  expect(read(text).dateTime).toBe(moment);
});

test.each(["tomorrow", "at 25:99", "in march", "at 5 percent", "top 3", "at the office"])(
  "%s names no time of day",
  (text) => {
    expect(read(text).dateTime).toBeUndefined();
  },
);

test("today is the asker's today, on both sides of the date line", () => {
  const now = "2026-11-18T23:30:00Z";
  expect(read("today", { now, timeZone: "Pacific/Auckland" }).date).toBe("2026-11-19");
  expect(read("today", { now, timeZone: "America/Los_Angeles" }).date).toBe("2026-11-18");
  expect(read("tomorrow at 9", { now, timeZone: "Asia/Kathmandu" }).dateTime).toBe("2026-11-20T09:00:00+05:45");
});

test("the turn of the year is crossed both ways", () => {
  const eve = { now: "2026-12-31T12:00:00Z" };
  expect(read("tomorrow", eve).date).toBe("2027-01-01");
  expect(range("this week", eve)).toBe("2026-12-28..2027-01-03");
  expect(range("next month", eve)).toBe("2027-01-01..2027-01-31");
  const newYear = { now: "2027-01-01T12:00:00Z", prefer: "past" } as const;
  expect(range("last month", newYear)).toBe("2026-12-01..2026-12-31");
  expect(range("last quarter", newYear)).toBe("2026-10-01..2026-12-31");
  expect(range("in december", newYear)).toBe("2026-12-01..2026-12-31");
});

test("months of different lengths do not spill over", () => {
  const now = "2026-03-31T12:00:00Z";
  expect(range("last month", { now })).toBe("2026-02-01..2026-02-28");
  expect(read("in a month", { now }).date).toBe("2026-04-30");
  expect(range("last 1 month", { now, prefer: "past" })).toBe("2026-03-01..2026-03-31");
});

test("an hour that the clocks skip moves on, and one they repeat is the first", () => {
  const spring = { now: "2026-03-28T12:00:00Z", timeZone: "Europe/Berlin" };
  expect(read("tomorrow at 02:30", spring).dateTime).toBe("2026-03-29T03:30:00+02:00");
  expect(read("tomorrow at 01:30", spring).dateTime).toBe("2026-03-29T01:30:00+01:00");
  const autumn = { now: "2026-10-24T12:00:00Z", timeZone: "Europe/Berlin" };
  expect(read("tomorrow at 02:30", autumn).dateTime).toBe("2026-10-25T02:30:00+02:00");
  expect(read("tomorrow at 03:30", autumn).dateTime).toBe("2026-10-25T03:30:00+01:00");
  const newYork = { now: "2026-03-07T12:00:00Z", timeZone: "America/New_York" };
  expect(read("tomorrow at 02:30", newYork).dateTime).toBe("2026-03-08T03:30:00-04:00");
});

test("a week begins on Sunday, Monday or Saturday with the asker's region, and dates are written its way", () => {
  expect(range("this week", { locale: "en-US" })).toBe("2026-11-15..2026-11-21");
  expect(range("this week", { locale: "pt-PT" })).toBe("2026-11-16..2026-11-22");
  expect(range("this week", { locale: "en" })).toBe("2026-11-16..2026-11-22");
  expect(range("this week", { locale: "ar-EG" })).toBe("2026-11-14..2026-11-20");
  expect(range("this weekend", { locale: "en-US" })).toBe("2026-11-21..2026-11-22");
  expect(read("3/4/2026", { locale: "en-US" }).date).toBe("2026-03-04");
  expect(read("3/4/2026", { locale: "en-GB" }).date).toBe("2026-04-03");
});

test("a zone that does not exist is read as UTC", () => {
  expect(read("tomorrow at 9", { timeZone: "Mars/Olympus" }).dateTime).toBe("2026-11-19T09:00:00+00:00");
});
