import { describe, expect, test, vi } from "vitest";
import { waitUntil } from "./briefing-kit.ts";
import { PATIENCE } from "./console-terminal.ts";
import { labelsOf as labelsOn, openDiscordHouse } from "./discord-house.ts";
import { ADA, BEN, CYD, DM, labelsIn, live, OPS, type SlackHouse, wordsOf } from "./slack-house.ts";

vi.setConfig({ testTimeout: 90_000 });

const WISH = "every weekday at 8:30 post usage, new proposals and open approvals in #ops, but not on holidays";

describe("in Slack, the Change button of a plan that is not created yet", () => {
  test("asks what shall be different, keeps what is left empty, and takes the place of the plan before", () =>
    live(async (house) => {
      const [plan] = (await house.ask(BEN, OPS, WISH, { whispered: true })).replies;
      if (plan === undefined) throw new Error("no plan was shown");
      await change(house, plan, { When: "every weekday at 9:15", "What to call it": "Daily News" });
      const other = await house.whispered(BEN, ({ text }) => text.includes("Daily News"));
      expect(wordsOf(other)).toContain("every weekday at 09:15 Lisbon time");
      expect(wordsOf(other)).toContain("Usage, New modules, Approvals");
      expect(labelsIn(other)).toEqual(["Preview", "Create", "Change", "Not Now"]);
      await house.press(BEN, OPS, plan, "Create");
      await house.whispered(BEN, ({ text }) => text.includes("Say it again"));
      await house.press(BEN, OPS, other, "Create");
      await house.whispered(BEN, ({ text }) => text.startsWith("Done: set up “Daily News”"));
      expect(wordsOf(await house.command(BEN, OPS, "schedules"))).toContain("1 schedule, yours.");
      // Once it is created, the same button changes what there is.
      await change(house, other, { When: "every weekday at 10" });
      const moved = await house.whispered(BEN, ({ text }) => text.startsWith("Shall I move “Daily News”"));
      expect(labelsIn(moved)).toEqual(["Preview", "Change It", "Not Now"]);
    }));

  test("says what is wrong with an answer, with a way back to the form", () =>
    live(async (house) => {
      const [plan] = (await house.ask(BEN, OPS, WISH, { whispered: true })).replies;
      if (plan === undefined) throw new Error("no plan was shown");
      for (const [values, words] of [
        [{ When: "every weekday at 25:99" }, "There is no time “25:99”"],
        [{ When: "every day at 9 in Europe/Atlantis" }, "I know no time zone called “Europe/Atlantis”"],
        [{ Where: "#nowhere" }, "I don't know #nowhere"],
        [{ "What to tell": "the moon" }, "Nothing here tells “moon”"],
      ] as const) {
        await change(house, plan, values);
        const told = await house.whispered(BEN, ({ text }) => text.startsWith(words));
        expect(labelsIn(told)).toEqual(["Fill It In Again"]);
      }
      const times = { When: "every weekday at 9:15 and 17:30" };
      await change(house, plan, times);
      const both = await house.whispered(BEN, ({ text }) => text.includes("at 09:15 Lisbon time"));
      expect(wordsOf(both)).toContain("every weekday at 17:30 Lisbon time");
    }));
});

test("on Discord the same form keeps what is left empty", async () => {
  await using town = await openDiscordHouse();
  const { ben, general, discord } = town;
  await town.ask(ben, general, "every weekday at 8:30 post usage and open approvals here");
  const plan = await town.seen(town.dm(ben), (message) => labelsOn(message).includes("Change"));
  const modal = await town.press(ben, plan, "Change");
  await discord.submitModal({ modal, values: { "t:when": "every weekday at 9:15" } });
  const other = await town.seen(town.dm(ben), ({ text }) => text.includes("at 9:15"));
  expect(other.text).toContain("Usage, Approvals");
  await town.press(ben, other, "Create");
  await town.seen(town.dm(ben), ({ text }) => text.startsWith("Done: set up"));
  expect((await town.slash(ben, general, "schedules")).text).toContain("1 schedule, yours.");
  expect((await town.slash(ben, general, "digest")).text).toContain("What shall I post, when and where?");
  expect(town.faults()).toEqual([]);
});

test("a briefing that is wanted only where there is something new posts nothing else, and says so beforehand", () =>
  live(async (house) => {
    const wish = "every weekday at 8:30 post open approvals here, only if there is something new";
    const [plan] = (await house.ask(BEN, OPS, wish, { whispered: true })).replies;
    if (plan === undefined) throw new Error("no plan was shown");
    expect(wordsOf(plan)).toContain("With nothing new I post nothing.");
    await house.press(BEN, OPS, plan, "Create");
    await house.whispered(BEN, ({ text }) => text.startsWith("Done: set up"));
    waitUntil(house.house, "2026-11-23T08:30:00Z");
    const listed = async () => wordsOf(await house.command(BEN, OPS, "schedules"));
    await vi.waitUntil(async () => (await listed()).includes("Tue 24 Nov 08:30"), PATIENCE);
    expect(house.said(OPS)).toEqual([]);
    const said = "post the approvals briefing even when there is nothing new";
    const { replies } = await house.ask(BEN, OPS, said, { whispered: true });
    expect(wordsOf(replies[0])).toContain("With nothing new it is one line.");
    await house.ask(BEN, OPS, "do it");
    waitUntil(house.house, "2026-11-24T08:30:00Z");
    expect((await house.shown(OPS, ({ text }) => text.includes("nothing new"))).text).toMatch(/nothing new\.$/);
  }));

test("whoever may not have everybody's usage posted is told so before the briefing is created", () =>
  live(async (house) => {
    const [plan] = (await house.ask(BEN, OPS, "every weekday at 8:30 post usage here", { whispered: true })).replies;
    expect(wordsOf(plan)).toContain("Only admins can have everybody's usage posted where others read");
    await house.linkAda();
    const [hers] = (await house.ask(ADA, OPS, "every weekday at 8:30 post usage here", { whispered: true })).replies;
    expect(wordsOf(hers)).not.toContain("Only admins");
  }));

test("what somebody else set up is refused by its name, and what rests is said to rest", () =>
  live(async (house) => {
    const [plan] = (await house.ask(BEN, OPS, WISH, { whispered: true })).replies;
    if (plan === undefined) throw new Error("no plan was shown");
    await house.press(BEN, OPS, plan, "Create");
    await house.whispered(BEN, ({ text }) => text.startsWith("Done: set up"));
    const { replies } = await house.ask(CYD, OPS, "pause the ops briefing");
    expect(replies[0]?.text).toContain("“Ops briefing” is Ben's, so only they, admins and owners can change it.");
    waitUntil(house.house, "2026-11-23T08:30:00Z");
    const post = await house.shown(OPS, (message) => labelsIn(message).includes("Snooze"));
    await house.press(BEN, OPS, post, "Snooze");
    const asked = await house.whispered(BEN, ({ text }) => text.startsWith("For how long"));
    expect(asked.text).toContain("The next one is Tue 24 Nov 08:30.");
    await house.press(BEN, OPS, asked, "Skip the Next One");
    const skipped = await house.whispered(BEN, ({ text }) => text.startsWith("I leave the next"));
    expect(skipped.text).toContain("The one after that comes Wed 25 Nov 08:30.");
    await house.press(BEN, OPS, asked, "For a Week");
    await house.whispered(BEN, ({ text }) =>
      text.includes("rests until Tue 1 Dec 00:00. The next one is Tue 1 Dec 08:30."),
    );
    await house.press(BEN, OPS, post, "Snooze");
    const again = await house.whispered(BEN, ({ text }) => text.includes("already"));
    expect(again.text).toContain("It rests until Tue 1 Dec 00:00 already. The next one is Tue 1 Dec 08:30.");
  }));

test("what is told to its owner alone stands in the direct message itself, not in the thread of what was said there last", () =>
  live(async (house) => {
    await house.linkAda();
    await house.ask(ADA, DM[ADA], "who are you?");
    const [plan] = (await house.ask(ADA, OPS, WISH, { whispered: true })).replies;
    if (plan === undefined) throw new Error("no plan was shown");
    await house.press(ADA, OPS, plan, "Create");
    await house.whispered(ADA, ({ text }) => text.startsWith("Done: set up"));
    house.slack.archive(OPS);
    waitUntil(house.house, "2026-11-23T13:30:00Z");
    const told = await house.shown(DM[ADA], ({ text }) => text.startsWith("I paused"));
    expect(told.threadTs).toBeUndefined();
  }));

async function change(
  house: SlackHouse,
  plan: Parameters<SlackHouse["press"]>[2],
  values: Readonly<Record<string, string>>,
): Promise<void> {
  await house.press(BEN, OPS, plan, "Change");
  const form = await house.view(BEN);
  await house.slack.submit({ viewId: form.id, values, user: BEN });
}
