import { describe, expect, test } from "vitest";
import { connectCalendar, event } from "#test/platforms/google-calendar-kit.ts";

describe("the next meeting", () => {
  test("is named with its time and how far off it is", async () => {
    const { show } = await connectCalendar();
    const output = await show("next");
    expect(output.summary).toBe("Next: Pricing call with Berlin (tentative) at 11:00, in 1 h.");
    expect(output.parts).toEqual([
      {
        type: "fields",
        items: [
          { label: "When", value: "11:00–11:45" },
          { label: "Where", value: "Video call" },
          { label: "People", value: "2" },
        ],
      },
    ]);
  });

  test("comes after the one that is on", async () => {
    const { show } = await connectCalendar({ now: "2026-11-20T14:20:00-05:00" });
    expect((await show("next")).summary).toBe(
      "Now: Design review, until 15:00. Next: Private at 16:00, in 1 h 40 min.",
    );
  });

  test("may be on another day", async () => {
    const { show } = await connectCalendar({ now: "2026-11-21T08:00:00-05:00" });
    expect((await show("next")).summary).toBe("Next: Stand-up on Monday 23 November at 09:30.");
    const sunday = await connectCalendar({ now: "2026-11-22T20:00:00-05:00" });
    expect((await sunday.show("next")).summary).toBe("Next: Stand-up tomorrow at 09:30.");
  });

  test("is one of two when they collide", async () => {
    const events = ["A", "B"].map((id) => event(id, "2026-11-20T11:00:00-05:00", "2026-11-20T12:00:00-05:00"));
    const { show } = await connectCalendar({ events });
    expect((await show("next")).summary).toBe("Next: A at 11:00, in 1 h (and 1 more at that time).");
  });

  test("is found behind pages of declined ones", async () => {
    const declined = { attendees: [{ self: true, responseStatus: "declined" }] };
    const events = [
      ...Array.from({ length: 60 }, (_, index) =>
        event(`no${index}`, "2026-11-20T11:00:00-05:00", "2026-11-20T11:30:00-05:00", declined),
      ),
      event("Yes", "2026-11-20T12:00:00-05:00", "2026-11-20T12:30:00-05:00"),
    ];
    const { show } = await connectCalendar({ events });
    expect((await show("next")).summary).toBe("Next: Yes at 12:00, in 2 h.");
  });

  test("is said not to exist when the calendar is empty", async () => {
    const { show } = await connectCalendar({ events: [] });
    expect((await show("next")).summary).toBe("No meetings in the next 30 days.");
  });
});
