import { expect, test } from "vitest";
import { connectCalendar } from "#test/platforms/google-calendar-kit.ts";

test("what others may read of a calendar says how many and when, and never what, where or with whom", async () => {
  const { show } = await connectCalendar();
  const shared = {
    today: (await show("today")).shared,
    tomorrow: (await show("today", { date: "2026-11-21" })).shared,
    next: (await show("next")).shared,
    range: (await show("range")).shared,
    free: (await show("freeBusy")).shared,
    at: (await show("freeBusy", { at: "2026-11-20T14:00:00-05:00" })).shared,
  };
  expect(shared).toEqual({
    today: "5 meetings today, first at 09:30.",
    tomorrow: "1 meeting tomorrow, until 00:30.",
    next: "Next meeting today at 11:00.",
    range: expect.stringMatching(/^\d+ meetings from Friday 20 November to Thursday 26 November/),
    free: expect.stringMatching(/^Free today: \d\d:\d\d–/),
    at: "Busy today at 14:00, until 15:00, then free until 16:00.",
  });
  expect(JSON.stringify(shared)).not.toMatch(/Stand-up|Pricing|conference|Room|Focus|Berlin|you/i);
});
