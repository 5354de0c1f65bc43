import { expect, test } from "vitest";
import { Capability } from "#core/contract/manifest.ts";
import { timelyInput } from "./timely-input.ts";

const capability = Capability.parse({
  name: "meetings",
  title: "Meetings",
  description: "The meetings of a time.",
  effect: "read",
  slots: {
    date: { type: "date", description: "The day", prefer: "future" },
    days: { type: "dateRange", description: "The days", prefer: "future" },
    place: { type: "place", description: "Where" },
  },
  required: [],
  examples: ["my meetings", "meetings today", "what is on", "show my day", "agenda"],
  credentials: [],
  sample: false,
  cacheTtlS: 0,
});

test("words for a time mean the day of each run, by the schedule's clock", () => {
  // Late on Monday in Toronto, and Tuesday already in UTC.
  const when = { now: new Date("2026-11-24T02:00:00Z"), locale: "en-CA", timeZone: "America/Toronto" };
  const input = { date: "tomorrow", days: "this week", place: "tomorrow" };
  expect(timelyInput(capability, input, when)).toEqual({
    date: "2026-11-24",
    days: { from: "2026-11-22", to: "2026-11-28" },
    place: "tomorrow",
  });
  const later = { ...when, now: new Date("2026-11-25T02:00:00Z") };
  expect(timelyInput(capability, input, later)).toMatchObject({ date: "2026-11-25" });
});

test("what is a day already, or nothing that can be read, stays as it is", () => {
  const when = { now: new Date("2026-11-24T02:00:00Z"), locale: "en-CA", timeZone: "America/Toronto" };
  expect(timelyInput(capability, { date: "2026-12-24", days: "soon", other: 1 }, when)).toEqual({
    date: "2026-12-24",
    days: "soon",
    other: 1,
  });
});
