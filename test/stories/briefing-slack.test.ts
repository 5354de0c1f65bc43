import { describe, expect, test, vi } from "vitest";
import type { SeenMessage } from "#test/platforms/slack/seen.ts";
import { waitUntil } from "./briefing-kit.ts";
import { PATIENCE } from "./console-terminal.ts";
import { INNER_LIFE } from "./house.ts";
import { ADA, BEN, CYD, DM, labelsIn, live, OPS, type SlackHouse, wordsOf } from "./slack-house.ts";

const LONG = 90_000;
/** 08:30 in Toronto, Ada's zone, on the Monday after the story's Friday, and later. */
const MONDAY = "2026-11-23T13:30:00Z";
const TUESDAY = "2026-11-24T13:30:00Z";
const WISH =
  "every weekday 8:30 post today's meetings, weather in Lisbon and open approvals in #ops, but not on holidays";

/** What a message shows, but for what stands behind its buttons: that is minted for each place and time. */
function shownIn({ text, blocks }: Pick<SeenMessage, "text" | "blocks">): string {
  return JSON.stringify([text, blocks]).replace(/n1\.\w{3}\.[\w-]{22}\.[\w-]{16}/g, "a button");
}

function posts(house: SlackHouse): readonly SeenMessage[] {
  return house.said(OPS).filter((message) => wordsOf(message).includes("Ops briefing, "));
}

async function create(house: SlackHouse): Promise<string> {
  await house.ask(ADA, OPS, WISH, { whispered: true });
  const plan = await house.whispered(ADA, (message) => labelsIn(message).includes("Preview"));
  await house.press(ADA, OPS, plan, "Create");
  await house.whispered(ADA, ({ text }) => text.startsWith("Done"));
  const list = await house.command(ADA, OPS, "schedules");
  const code = /Show ([A-Z0-9]{4})/.exec(labelsIn(list).join(" "))?.[1];
  if (code === undefined) throw new Error(`no code in ${wordsOf(list)}`);
  return code;
}

describe("J4 in Slack: the morning briefing", () => {
  test(
    "manner 60: is planned and previewed to its asker alone, and posted by NEXUS itself exactly as previewed",
    () =>
      live(async (house) => {
        await house.linkAda();
        await house.ask(ADA, OPS, WISH, { whispered: true });
        const plan = await house.whispered(ADA, (message) => labelsIn(message).includes("Preview"));
        expect(wordsOf(plan)).toContain("Mon 23 Nov 08:30, Tue 24 Nov 08:30, Wed 25 Nov 08:30");
        await house.press(ADA, OPS, plan, "Preview");
        const planned = await house.whispered(ADA, (message) => wordsOf(message).includes("Set up by"));
        expect(wordsOf(planned)).toContain("Ops briefing, Friday, November 20");
        const code = await create(house);
        expect(posts(house)).toEqual([]);

        waitUntil(house.house, MONDAY);
        const post = await vi.waitUntil(() => posts(house)[0], PATIENCE);
        await house.command(ADA, OPS, `preview ${code}`);
        const preview = await house.whispered(ADA, (message) => wordsOf(message).includes("Monday, November 23"));
        expect(shownIn(preview)).toBe(shownIn(post));

        expect(labelsIn(post)).toEqual(["More", "Snooze", "Only Me", "Settings"]);
        expect(wordsOf(post)).toContain("4 meetings today, first at 9:30");
        expect(wordsOf(post)).not.toMatch(/Stand-up/);
        expect(wordsOf(post)).not.toMatch(INNER_LIFE);
        await house.press(BEN, OPS, post, "More");
        const more = await house.whispered(BEN, (message) => wordsOf(message).includes("Read just now"));
        expect(wordsOf(more)).toContain("Stand-up");
        await house.press(CYD, OPS, post, "Settings");
        expect(wordsOf(await house.whispered(CYD, (message) => wordsOf(message).includes("Last runs")))).toContain(
          "posted",
        );
        await house.slack.settled();
        expect(house.slack.calls.map(({ method }) => method)).not.toContain("chat.scheduleMessage");
        expect(posts(house)).toHaveLength(1);
      }),
    LONG,
  );

  test(
    "with a source that fails posts the rest; after the channel is archived it is paused, and Ada told once",
    () =>
      live(async (house) => {
        await house.linkAda();
        await house.connectWeather();
        house.house.weather.mode = "500";
        await create(house);
        waitUntil(house.house, MONDAY);
        const post = await vi.waitUntil(() => posts(house)[0], PATIENCE);
        expect(wordsOf(post)).toMatch(/\*\*Weather in Lisbon:\*\* [^-]*(?:not|trouble)/);
        expect(wordsOf(post)).toContain("4 meetings today");
        house.slack.archive(OPS);
        waitUntil(house.house, TUESDAY);
        const paused = (): readonly SeenMessage[] =>
          house.said(DM[ADA]).filter(({ text }) => text.startsWith("I paused"));
        await vi.waitUntil(() => paused().length === 1, PATIENCE);
        expect(wordsOf(paused()[0])).toContain("resume");
        waitUntil(house.house, "2026-11-25T13:30:00Z");
        await house.restart();
        expect(paused()).toHaveLength(1);
        expect(posts(house)).toHaveLength(1);
      }),
    LONG,
  );

  test(
    "whose owner leaves the company stops, and whoever takes it over runs it with their own rights",
    () =>
      live(async (house) => {
        await house.linkAda();
        await house.ask(BEN, DM[BEN], "hello");
        await house.ask(ADA, DM[ADA], `make <@${BEN}> owner`);
        await create(house);
        house.slack.addPerson({ id: ADA, name: "Ada", tz: "America/Toronto", deactivated: true });
        waitUntil(house.house, MONDAY);
        const asked = await house.shown(DM[BEN], ({ text }) => text.includes("is no member any more"));
        expect(labelsIn(asked)).toEqual(["Take It Over", "End It"]);
        expect(posts(house)).toEqual([]);
        await house.press(BEN, DM[BEN], asked, "Take It Over");
        await house.shown(DM[BEN], ({ text }) => text.includes("is yours now"));
        waitUntil(house.house, TUESDAY);
        expect(wordsOf(await vi.waitUntil(() => posts(house)[0], PATIENCE))).toContain("Set up by Ben");
      }),
    LONG,
  );
});
