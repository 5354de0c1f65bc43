import { expect, test } from "vitest";
import type { SeenMessage } from "#test/platforms/discord/discord.ts";
import { waitUntil } from "./briefing-kit.ts";
import { type DiscordHouse, labelsOf, openDiscordHouse } from "./discord-house.ts";

const LONG = 90_000;
/** 08:30 in Toronto on the Monday after the story's Friday, and the day after. */
const MONDAY = "2026-11-23T13:30:00Z";
const TUESDAY = "2026-11-24T13:30:00Z";
const WISH = "every weekday 8:30 post today's meetings, weather in Lisbon and open approvals here";

/** What a message shows, but for what stands behind its buttons. */
function shownIn(message: SeenMessage): string {
  return JSON.stringify([message.text, labelsOf(message)]);
}

function posts(house: DiscordHouse): readonly SeenMessage[] {
  return house.replies(house.general).filter(({ text }) => text.includes("briefing, "));
}

test(
  "J4 in Discord: a briefing is planned, posted as it is previewed, and paused where NEXUS may no longer post",
  async () => {
    await using house = await openDiscordHouse();
    const { ada, ben, general } = house;
    await house.linkAda();
    await house.slash(ada, general, "ask", { text: WISH });
    const plan = await house.whispered(ada, ({ text }) => text.includes("Shall I set up"));
    expect(labelsOf(plan)).toEqual(["Preview", "Create", "Change", "Not Now"]);
    await house.answered(await house.press(ada, plan, "Create"));
    await house.slash(ada, general, "ask", { text: "schedules" });
    const list = await house.whispered(ada, (message) => labelsOf(message).some((label) => label.startsWith("Show ")));
    const code = /Show ([A-Z0-9]{4})/.exec(labelsOf(list).join(" "))?.[1] ?? "no code";
    expect(posts(house)).toEqual([]);

    waitUntil(house.house, MONDAY);
    const post = await house.seen(general, ({ text }) => text.includes("briefing, Monday"));
    await house.slash(ada, general, "ask", { text: `preview ${code}` });
    const preview = await house.whispered(ada, ({ text }) => text.includes("briefing, Monday"));
    expect(shownIn(preview)).toBe(shownIn(post));
    expect(post.text).toContain("4 meetings today, first at 9:30");
    expect(post.text).not.toContain("Stand-up");
    expect(post.text.split("\n").filter((line) => line !== "").length).toBeLessThanOrEqual(12);
    expect(labelsOf(post)).toEqual(["More", "Snooze", "Only Me", "Settings"]);
    await house.press(ben, post, "More");
    const more = await house.whispered(ben, ({ text }) => text.includes("Read just now"));
    expect(more.text).toContain("Stand-up");

    house.discord.setPermissions(general, ["VIEW_CHANNEL"]);
    waitUntil(house.house, TUESDAY);
    const paused = await house.seen(house.dm(ada), ({ text }) => text.includes("I paused"));
    expect(labelsOf(paused)).toEqual(["Settings"]);
    await house.restart();
    expect(posts(house)).toHaveLength(1);
  },
  LONG,
);
