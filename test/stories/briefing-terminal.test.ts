import { expect, test, vi } from "vitest";
import type { Reply } from "#core/contract/reply.ts";
import { waitUntil } from "./briefing-kit.ts";
import { PATIENCE } from "./console-terminal.ts";
import { type House, labelsOf, openHouse, textOf } from "./house.ts";

const LONG = 90_000;
const MONDAY = "2026-11-23T13:30:00Z";
const TUESDAY = "2026-11-24T13:30:00Z";
const WISH = "every weekday 8:30 post today's meetings, weather in Lisbon and open approvals here";

/** A meeting of half an hour. */
function meeting(summary: string, iso: string) {
  const at = (ms: number) => ({ dateTime: new Date(Date.parse(iso) + ms).toISOString() });
  return { id: `${summary.toLowerCase()}${iso.slice(5, 10)}`, summary, start: at(0), end: at(30 * 60_000) };
}

function posts(house: House): Reply[] {
  return house.terminal
    .shown()
    .map(({ reply }) => reply)
    .filter(
      ({ summary, visibility }) => summary.includes("briefing") && visibility === "everyone" && /day, /.test(summary),
    );
}

test(
  "J4 at the terminal: real meetings with their titles, posted as previewed; then reconnected where that is needed",
  async () => {
    await using house = await openHouse();
    await house.connectCalendar();
    await house.connectWeather();
    house.google.events = [meeting("Planning", "2026-11-23T14:00:00Z"), meeting("Retro", "2026-11-24T19:00:00Z")];
    const plan = await house.say(WISH);
    const early = await house.press(plan, "Preview");
    expect(early.summary).toMatch(/^Weekday briefing, Friday, November 20: /);
    await house.press(plan, "Create");
    const code = /Show ([A-Z0-9]{4})/.exec(labelsOf(await house.say("schedules")).join(" "))?.[1] ?? "no code";
    waitUntil(house, MONDAY);
    const post = await vi.waitUntil(() => posts(house)[0], PATIENCE);
    expect(textOf(post)).toContain("1 meeting today, at 9:00 AM.\\n  9:00 AM–9:30 AM Planning");
    expect(textOf(post)).toContain("Weather in Lisbon:** Lisbon, Portugal: ");
    expect(textOf(post)).toContain("As of 8:30");
    expect(textOf(post)).not.toContain("ample data");
    expect(shownIn(await house.say(`preview ${code}`))).toBe(shownIn(post));

    house.google.oauth.revoke();
    waitUntil(house, TUESDAY);
    const next = await vi.waitUntil(() => posts(house)[1], PATIENCE);
    expect(textOf(next)).toContain("- **Today's meetings:** reconnect needed (");
    expect(textOf(next)).toContain("Weather in Lisbon:** Lisbon, Portugal: ");
    expect(labelsOf(next)[0]).toBe("Fix Today's Meetings");
    const fixing = await house.press(next, "Fix Today's Meetings");
    expect(labelsOf(fixing).join()).toMatch(/Google/);
  },
  LONG,
);

/** What a reply says and offers, but for what stands behind its buttons, and who may see it. */
function shownIn({ summary, parts }: Reply): string {
  return JSON.stringify([summary, parts]).replace(/n1\.\w{3}\.[\w-]{22}\.[\w-]{16}/g, "a button");
}
