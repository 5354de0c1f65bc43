import { describe, expect, test } from "vitest";
import { connectCalendar, event, rows } from "#test/platforms/google-calendar-kit.ts";

describe("free time", () => {
  test.each([
    ["2026-11-20T15:00:00-05:00", "Yes, you are free today at 15:00, until 16:00."],
    ["2026-11-20T14:30:00-05:00", "No, you are busy today at 14:30, until 15:00, then free until 16:00."],
    ["2026-11-20T14:00:00-05:00", "No, you are busy today at 14:00, until 15:00, then free until 16:00."],
    ["2026-11-20T23:15:00-05:00", "No, you are busy today at 23:15, for the rest of that day."],
    ["2026-11-21T15:00:00-05:00", "Yes, you are free tomorrow at 15:00, for the rest of that day."],
    ["2026-11-20T21:00:00+01:00", "Yes, you are free today at 15:00, until 16:00."],
  ])("at %s is answered with “%s”", async (at, summary) => {
    const { show } = await connectCalendar();
    expect((await show("freeBusy", { at })).summary).toBe(summary);
  });

  test("behind meetings back to back starts after the last of them", async () => {
    const events = [
      event("A", "2026-11-20T12:00:00-05:00", "2026-11-20T13:00:00-05:00"),
      event("B", "2026-11-20T12:30:00-05:00", "2026-11-20T14:00:00-05:00"),
      event("C", "2026-11-20T14:00:00-05:00", "2026-11-20T15:00:00-05:00"),
    ];
    const { show } = await connectCalendar({ events });
    expect((await show("freeBusy", { at: "2026-11-20T12:15:00-05:00" })).summary).toBe(
      "No, you are busy today at 12:15, until 15:00, then free for the rest of that day.",
    );
  });

  test("of today starts now and ends with the working day", async () => {
    const { show } = await connectCalendar({ now: "2026-11-20T10:02:00-05:00" });
    const output = await show("freeBusy");
    expect(output.summary).toBe(
      "You are free today: 10:05–11:00, 11:45–12:00, 13:00–14:00, 15:00–16:00 and 16:30–18:00.",
    );
    expect(rows(output)[0]).toEqual(["10:05", "11:00", "55 min"]);
  });

  test("of a day to come starts with the working day", async () => {
    const { show } = await connectCalendar();
    expect((await show("freeBusy", { date: "2026-11-23" })).summary).toBe(
      "You are free on Monday 23 November: 09:00–09:30, 09:45–10:00 and 11:00–18:00.",
    );
    expect((await show("freeBusy", { date: "2026-11-21" })).summary).toBe("You are free tomorrow from 09:00 to 18:00.");
  });

  test("counts neither declined nor merely marked time as taken", async () => {
    const busyDay = ["2026-11-20T09:00:00-05:00", "2026-11-20T18:00:00-05:00"] as const;
    const events = [
      event("declined", ...busyDay, { attendees: [{ self: true, responseStatus: "declined" }] }),
      event("reminder", ...busyDay, { transparency: "transparent" }),
    ];
    const { show } = await connectCalendar({ events });
    expect((await show("freeBusy")).summary).toBe("You are free today from 10:00 to 18:00.");
  });

  test("that is not there is admitted, scraps under a quarter of an hour being none", async () => {
    const events = [
      event("A", "2026-11-20T09:00:00-05:00", "2026-11-20T12:00:00-05:00"),
      event("B", "2026-11-20T12:10:00-05:00", "2026-11-20T18:00:00-05:00"),
    ];
    const { show } = await connectCalendar({ events });
    expect((await show("freeBusy")).summary).toBe("You have no free time today between 10:00 and 18:00.");
  });

  test("of a working day that is over is not looked for", async () => {
    const { show, google } = await connectCalendar({ now: "2026-11-20T19:00:00-05:00" });
    expect((await show("freeBusy")).summary).toBe("The working day (09:00–18:00) is over.");
    expect(google.requests).toEqual([]);
  });
});
