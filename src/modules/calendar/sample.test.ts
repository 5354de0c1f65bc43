import { describe, expect, test } from "vitest";
import { connectCalendar, rows } from "#test/platforms/google-calendar-kit.ts";

describe("without a connected calendar", () => {
  const sample = { sample: "required", now: "2026-11-18T08:00:00-05:00" } as const;

  test("a made-up day is shown, marked as a sample, and Google is not asked", async () => {
    const { show, google } = await connectCalendar(sample);
    for (const capability of ["today", "next", "range", "freeBusy"]) {
      expect(await show(capability)).toMatchObject({ sample: true, summary: expect.any(String) });
    }
    expect(google.requests).toEqual([]);
  });

  test("the same day always brings the same meetings, and other days others", async () => {
    const [one, two] = [await connectCalendar(sample), await connectCalendar(sample)];
    const days = ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-23", "2026-11-24"];
    const shown = await Promise.all(days.map(async (date) => (await one.show("today", { date })).data));
    const again = await Promise.all(days.map(async (date) => (await two.show("today", { date })).data));
    expect(shown).toEqual(again);
    expect(new Set(shown.map((day) => JSON.stringify(day))).size).toBe(days.length);
  });

  test("the made-up days begin with a stand-up, never overlap, and leave the weekend free", async () => {
    const { show } = await connectCalendar(sample);
    const output = await show("range", { days: { from: "2026-11-16", to: "2026-12-13" } });
    const times = rows(output).filter(([, when]) => when !== "all day");
    const days = Map.groupBy(times, ([day]) => String(day));
    expect(days.size).toBe(20);
    for (const [day, meetings] of days) {
      expect(day).not.toMatch(/Sat|Sun/);
      expect(meetings[0]?.slice(1, 3)).toEqual(["09:30–09:45", expect.stringContaining("Stand-up")]);
      expect(meetings.length).toBeLessThanOrEqual(5);
      const spans = meetings.map(([, when]) => String(when).split("–"));
      const ends = spans.slice(0, -1).map(([, end = ""]) => end);
      const starts = spans.slice(1).map(([start = ""]) => start);
      expect(ends.filter((end, index) => end > (starts[index] ?? ""))).toEqual([]);
    }
  });

  test("a real failure is never covered up by a sample", async () => {
    const { run, google } = await connectCalendar({ sample: "allowed" });
    google.mode = "authError";
    expect(await run("today")).toMatchObject({ error: { code: "credential_rejected" } });
  });
});
