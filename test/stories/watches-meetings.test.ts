import { expect, test, vi } from "vitest";
import type { Reply } from "#core/contract/reply.ts";
import { PATIENCE } from "./console-terminal.ts";
import { type House, openHouse, textOf } from "./house.ts";

const MINUTE = 60_000;
const LONG = 60_000;

/** A meeting of half an hour. */
function meeting(summary: string, iso: string) {
  const at = (ms: number) => ({ dateTime: new Date(Date.parse(iso) + ms).toISOString() });
  return { id: summary.toLowerCase(), summary, start: at(0), end: at(30 * MINUTE) };
}

function told(house: House, words: RegExp): Reply[] {
  return house.terminal.shown().flatMap(({ reply }) => (words.test(reply.summary) ? [reply] : []));
}

/** It is three in the afternoon on a Friday in Toronto. */
test(
  "a reminder of a meeting follows it when it is moved, and ends when it is taken off the calendar",
  async () => {
    await using house = await openHouse();
    await house.connectCalendar();
    house.google.events = [meeting("Planning", "2026-11-20T22:00:00Z"), meeting("Retro", "2026-11-20T23:00:00Z")];
    const plan = await house.say("remind me 10 minutes before my meetings");
    expect(textOf(plan)).toContain("its reminder follows");
    await house.press(plan, "Do It");
    expect(textOf(await house.say("reminders"))).toContain("Planning, at 5:00");

    house.google.events = [meeting("Planning", "2026-11-20T21:00:00Z")];
    house.wait(7 * MINUTE);
    const moved = await vi.waitUntil(
      () => told(house, /Planning/).find(({ summary }) => /is moved/.test(summary)),
      PATIENCE,
    );
    expect(textOf(moved)).toContain("“Retro” is not on your calendar for that day any more");
    const waiting = textOf(await house.say("reminders"));
    expect(waiting).toContain("Planning, at 4:00");
    expect(waiting).not.toContain("Retro");

    house.wait(44 * MINUTE);
    await vi.waitUntil(() => told(house, /^Reminder: Planning, at 4:00/).length === 1, PATIENCE);
    house.wait(3 * 60 * MINUTE);
    await vi.waitUntil(async () => (await house.say("watches")).summary.includes("no watch going on"), PATIENCE);
    expect(told(house, /^Reminder:/)).toHaveLength(1);
  },
  LONG,
);

test(
  "“tell me when a meeting is moved” tells which, from when to when",
  async () => {
    await using house = await openHouse();
    await house.connectCalendar();
    house.google.events = [meeting("Planning", "2026-11-20T22:00:00Z"), meeting("Retro", "2026-11-20T23:00:00Z")];
    const plan = await house.say("tell me when a meeting is moved");
    expect(plan.summary).toBe("Shall I tell you when a meeting is moved?");
    await house.press(plan, "Do It");
    const code = /"([A-Z0-9]{4})"/.exec(textOf(await house.say("watches")))?.[1] ?? "";
    await vi.waitUntil(
      async () => !textOf(await house.say(`watch ${code}`)).includes('"not yet"},{"label":"Told'),
      PATIENCE,
    );
    house.google.events = [meeting("Planning", "2026-11-20T22:30:00Z"), meeting("Retro", "2026-11-20T23:00:00Z")];
    house.wait(7 * MINUTE);
    const reply = await vi.waitUntil(() => told(house, /“Planning” is moved/)[0], PATIENCE);
    expect(textOf(reply)).toContain("You wanted to know when a meeting is moved.");
    expect((await house.say("watches")).summary).toContain("no watch going on");
  },
  LONG,
);
