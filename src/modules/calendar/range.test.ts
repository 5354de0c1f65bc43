import { describe, expect, test } from "vitest";
import { connectCalendar, event, rows } from "#test/platforms/google-calendar-kit.ts";

describe("the meetings of several days", () => {
  test("are those of the next seven days when none are named", async () => {
    const { show } = await connectCalendar();
    const output = await show("range");
    expect(output.summary).toBe(
      "10 meetings from Friday 20 November to Thursday 26 November, most on Friday 20 November (5).",
    );
    expect(
      rows(output)
        .map((row) => row.slice(0, 3))
        .slice(5, 10),
    ).toEqual([
      ["Fri 20 Nov", "16:00–16:30", "Private"],
      ["Fri 20 Nov", "from 23:00", "Night deploy"],
      ["Sat 21 Nov", "until 00:30", "Night deploy"],
      ["Mon 23 Nov", "09:30–09:45", "Stand-up"],
      ["Mon 23 Nov", "10:00–11:00", "Retro (tentative)"],
    ]);
  });

  test("include the last day that was named", async () => {
    const { show } = await connectCalendar();
    const output = await show("range", { days: { from: "2026-11-23", to: "2026-11-27" } });
    expect(rows(output).at(-1)?.slice(0, 3)).toEqual(["Fri 27 Nov", "13:00–17:00", "Dentist"]);
    expect(output.summary).toBe(
      "6 meetings from Monday 23 November to Friday 27 November, most on Monday 23 November (2).",
    );
  });

  test("of a single day read like a day", async () => {
    const { show } = await connectCalendar();
    const days = { from: "2026-11-24", to: "2026-11-24" };
    expect((await show("range", { days })).summary).toBe("1 meeting on Tuesday 24 November.");
  });

  test("are cut at a hundred lines, and the answer says so", async () => {
    const events = Array.from({ length: 130 }, (_, index) =>
      event(`m${index}`, "2026-11-20T12:00:00-05:00", "2026-11-20T12:30:00-05:00"),
    );
    const { show } = await connectCalendar({ events });
    const output = await show("range");
    expect(rows(output)).toHaveLength(100);
    expect(output.parts?.at(-1)).toMatchObject({ markdown: expect.stringContaining("The first 100 of 130") });
  });

  test("beyond what one call may read are admitted to be incomplete", async () => {
    const events = Array.from({ length: 1_800 }, (_, index) =>
      event(`m${index}`, "2026-11-20T12:00:00-05:00", "2026-11-20T12:30:00-05:00"),
    );
    const { show, google } = await connectCalendar({ events });
    expect((await show("range")).summary).toMatch(/more than I can read at once/);
    expect(google.requests.filter(({ method }) => method === "GET").length).toBeLessThan(8);
  });

  test.each([
    [{ from: "2026-11-23", to: "2026-11-22" }, /is before/],
    [{ from: "2026-01-01", to: "2026-12-31" }, /at most 92 days/],
  ])("named as %j are asked for again", async (days, say) => {
    const { run, google } = await connectCalendar();
    expect(await run("range", { days })).toMatchObject({
      error: { code: "slot_invalid", slot: "days", say: expect.stringMatching(say) },
    });
    expect(google.requests).toEqual([]);
  });
});

describe("of another calendar", () => {
  const calendar = "en.uk#holiday@group.v.calendar.google.com";
  const days = { from: "2026-12-21", to: "2027-01-03" };

  test("are those of its address, with the days that are taken whole by their names", async () => {
    const { show, google } = await connectCalendar();
    google.others.set(calendar, [
      event("Christmas Eve", "2026-12-24", "2026-12-25", { description: "Observance\nTo hide observances, go to …" }),
      event("Christmas Day", "2026-12-25", "2026-12-26", { description: "Public holiday" }),
      event("2nd January", "2027-01-02", "2027-01-03", { description: "Public holiday in Scotland" }),
      event("Election (regional holiday)", "2026-12-29", "2026-12-30"),
      event("Perhaps", "2026-12-30", "2026-12-31", { status: "tentative" }),
      event("Bridge days", "2026-12-27", "2026-12-29"),
      event("Party", "2026-12-22T18:00:00-05:00", "2026-12-22T22:00:00-05:00"),
    ]);
    const output = await show("range", { days, calendar });
    expect(output.data).toMatchObject({
      wholeDays: [
        { day: "2026-12-25", name: "Christmas Day" },
        { day: "2026-12-27", name: "Bridge days" },
        { day: "2026-12-28", name: "Bridge days" },
      ],
    });
    expect(output.summary).toContain("1 meeting from Monday 21 December");
    expect(output.summary).toContain("Whole days: Fri 25 Dec (Christmas Day), Sun 27 Dec (Bridge days)");
    expect(google.requests.at(-1)?.path).toContain(calendar);
    expect(await show("range", { days })).not.toHaveProperty("data.wholeDays");
  });

  test("that is not there, or is no address, say how to find the address", async () => {
    const { run } = await connectCalendar();
    expect(await run("range", { days, calendar })).toMatchObject({
      error: { code: "not_found", hint: expect.stringContaining("Integrate calendar") },
    });
    expect(await run("range", { days, calendar: "the budget" })).toMatchObject({
      error: { code: "slot_invalid", slot: "calendar" },
    });
  });

  test("never have the descriptions of the asker's own calendar read", async () => {
    const { show, google } = await connectCalendar();
    await show("range", { days });
    expect(google.requests.at(-1)?.query.get("fields")).not.toContain("description");
  });
});
