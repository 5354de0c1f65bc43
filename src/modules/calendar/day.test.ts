import { describe, expect, test } from "vitest";
import { connectCalendar, event, rows } from "#test/platforms/google-calendar-kit.ts";

describe("the meetings of a day", () => {
  test("are counted, the next one is named, and each stands in the table at the asker's time", async () => {
    const { show } = await connectCalendar();
    const output = await show("today");
    expect(output.summary).toBe(
      "5 meetings today, next at 11:00: Pricing call with Berlin (tentative). All day: Product conference.",
    );
    expect(rows(output)).toEqual([
      ["09:30–09:45", "Stand-up", "Google Meet", "6"],
      ["11:00–11:45", "Pricing call with Berlin (tentative)", "Video call", "2"],
      ["12:00–13:00", "Focus time", "", ""],
      ["14:00–15:00", "Design review", "Room 4, Floor 2", "4"],
      ["16:00–16:30", "Private", "", ""],
      ["from 23:00", "Night deploy", "", ""],
    ]);
  });

  test.each([
    ["2026-11-20T07:00:00-05:00", "5 meetings today, first at 09:30."],
    ["2026-11-20T23:30:00-05:00", "5 meetings today, the last one until 00:30."],
  ])("at %s are summed up as “%s”", async (now, start) => {
    const { show } = await connectCalendar({ now });
    expect((await show("today")).summary).toMatch(new RegExp(`^${start.replaceAll(".", "\\.")}`));
  });

  test("that are all over are said to be", async () => {
    const events = [event("One", "2026-11-20T09:00:00-05:00", "2026-11-20T09:30:00-05:00")];
    const { show } = await connectCalendar({ events });
    expect((await show("today")).summary).toBe("1 meeting today, all over.");
  });

  test("can be asked for any day", async () => {
    const { show } = await connectCalendar();
    expect((await show("today", { date: "2026-11-21" })).summary).toBe("1 meeting tomorrow, until 00:30.");
    expect((await show("today", { date: "2026-11-19" })).summary).toBe(
      "1 meeting yesterday, at 10:00. All day: Product conference.",
    );
    expect((await show("today", { date: "2026-11-23" })).summary).toBe(
      "2 meetings on Monday 23 November, first at 09:30.",
    );
    expect((await show("today", { date: "2027-01-04" })).summary).toBe("1 meeting on Monday 4 January 2027, at 09:30.");
  });

  test("leave out a cancelled instance of a series", async () => {
    const { show } = await connectCalendar();
    expect((await show("today", { date: "2026-11-18" })).summary).toBe("No meetings on Wednesday 18 November.");
  });

  test("show a moved instance where it was moved to, and a day that the series skips without it", async () => {
    const { show } = await connectCalendar();
    expect(rows(await show("today", { date: "2026-11-19" }))).toEqual([
      ["10:00–10:15", "Stand-up (moved)", "Google Meet", "3"],
    ]);
    expect(rows(await show("today", { date: "2026-11-11" }))).toEqual([]);
  });

  test("are shown by the clock of a colleague elsewhere, whose day is another", async () => {
    const { show } = await connectCalendar({ timeZone: "Asia/Tokyo" });
    const output = await show("today", { date: "2026-11-21" });
    expect(rows(output).map(([when, what]) => [when, what])).toEqual([
      ["01:00–01:45", "Pricing call with Berlin (tentative)"],
      ["02:00–03:00", "Focus time"],
      ["04:00–05:00", "Design review"],
      ["06:00–06:30", "Private"],
      ["13:00–14:30", "Night deploy"],
    ]);
    expect(output.parts).toContainEqual({ type: "context", markdown: "Times are in Asia/Tokyo." });
    expect(output.summary).not.toContain("Product conference");
  });

  test("are written by the twelve-hour clock where people read it", async () => {
    const { show } = await connectCalendar({ locale: "en-US", now: "2026-11-20T07:00:00-05:00" });
    expect((await show("today")).summary).toContain("first at 9:30 AM.");
  });

  test("keep their wall-clock time when the clocks change", async () => {
    const { show } = await connectCalendar({ now: "2026-11-02T08:00:00-05:00" });
    for (const date of ["2026-10-30", "2026-11-02"]) {
      expect(rows(await show("today", { date }))[0]?.[0]).toBe("09:30–09:45");
    }
  });

  test("of the long night when the clocks go back are each listed once", async () => {
    const events = [
      event("First half past one", "2026-11-01T01:30:00-04:00", "2026-11-01T01:45:00-04:00"),
      event("Second half past one", "2026-11-01T01:30:00-05:00", "2026-11-01T01:45:00-05:00"),
      event("Late", "2026-11-01T23:30:00-05:00", "2026-11-01T23:45:00-05:00"),
      event("Next day", "2026-11-02T00:00:00-05:00", "2026-11-02T00:15:00-05:00"),
    ];
    const { show } = await connectCalendar({ events, now: "2026-10-31T12:00:00-04:00" });
    expect(rows(await show("today", { date: "2026-11-01" })).map(([, what]) => what)).toEqual([
      "First half past one",
      "Second half past one",
      "Late",
    ]);
  });

  test("hold whole days of several days on each of them and not on the day after", async () => {
    const events = [event("Offsite", "2026-11-19", "2026-11-22")];
    const { show } = await connectCalendar({ events });
    expect((await show("today", { date: "2026-11-18" })).summary).not.toContain("Offsite");
    for (const date of ["2026-11-19", "2026-11-20", "2026-11-21"]) {
      expect((await show("today", { date })).summary).toContain("All day: Offsite.");
    }
    expect((await show("today", { date: "2026-11-22" })).summary).not.toContain("Offsite");
  });

  test("hold many whole-day entries in one short sentence", async () => {
    const events = ["A", "B", "C", "D", "E"].map((id) => event(id, "2026-11-20", "2026-11-21"));
    const { show } = await connectCalendar({ events });
    expect((await show("today")).summary).toBe("No meetings today. All day: A, B, C and 2 more.");
  });

  test("give no address of anyone to anyone, and are not even asked for them", async () => {
    const { show, google } = await connectCalendar();
    const output = JSON.stringify([
      await show("today"),
      await show("next"),
      await show("range"),
      await show("freeBusy"),
    ]);
    expect(output).not.toMatch(/@|robin|lena/i);
    for (const { path, query } of google.requests.filter(({ method }) => method === "GET")) {
      expect([path, query.get("fields")]).toEqual([path, expect.not.stringContaining("email")]);
    }
  });

  test("with endless titles, line breaks and no text at all stay readable", async () => {
    const start = "2026-11-20T12:00:00-05:00";
    const end = "2026-11-20T13:00:00-05:00";
    const events = [
      event("a", start, end, { summary: "🎉".repeat(200) }),
      event("b", start, end, { summary: " Plan\n\nB\t" }),
      event("c", start, end, { summary: "" }),
    ];
    const { show } = await connectCalendar({ events });
    expect(rows(await show("today")).map(([, what]) => what)).toEqual([`${"🎉".repeat(79)}…`, "Plan B", "(no title)"]);
  });

  test("of a day with hundreds of entries are read page by page, to the last", async () => {
    const events = Array.from({ length: 612 }, (_, index) =>
      event(`m${index}`, "2026-11-20T12:00:00-05:00", "2026-11-20T12:30:00-05:00"),
    );
    const { show, google } = await connectCalendar({ events });
    expect((await show("today")).summary).toBe("612 meetings today, first at 12:00.");
    expect(google.requests.filter(({ method }) => method === "GET")).toHaveLength(3);
  });
});
