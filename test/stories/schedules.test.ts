import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { labelsOf as discordLabels, openDiscordHouse } from "./discord-house.ts";
import { INNER_LIFE, labelsOf, openHouse, textOf } from "./house.ts";
import { ADA, BEN, CYD, live, OPS, wordsOf } from "./slack-house.ts";

const STANDUP = "every weekday 8:30 post today's meetings, weather and open approvals here, but not on holidays";

describe("in the terminal", () => {
  test("manner 55: what was set up is read back with its rhythm, its zone and its next run, to edit, pause or delete", async () => {
    await using house = await openHouse();
    const plan = await house.say("every weekday at 8:30 post the weather, usage and open approvals here");
    expect(plan.summary).toBe("Shall I set up “Weekday briefing”, every weekday at 8:30 a.m. Toronto time?");
    expect(labelsOf(plan)).toEqual(["Preview", "Create", "Change", "Not Now"]);
    expect((await house.say("schedules")).summary).toContain("Nothing is done by the clock here yet");
    const done = await house.press(plan, "Create");
    expect(textOf(done)).toContain("Every weekday at 8:30 a.m. Toronto time, next: Mon 23 Nov 08:30");
    expect(labelsOf(done)).toEqual(["Edit", "Pause", "Delete", "Undo"]);
  });

  test("a plan says what, when, where, the next three runs, what the clocks do, whose zone it is and what it costs", async () => {
    await using house = await openHouse();
    const plan = await house.say("every day at 2:30 Toronto time post the weather here");
    const words = textOf(plan);
    expect(words).toContain("Sat 21 Nov 02:30, Sun 22 Nov 02:30, Mon 23 Nov 02:30");
    // In March the clocks skip half past two.
    expect(words).toContain("On Sun 14 Mar the clocks skip 2:30 a.m.; it comes at 3:00 a.m.");
    expect(words).toContain("about 0.1 units a run");
    expect(words).toContain("I post it up to 2 hours late");
    expect(words).toContain("You named no place, so I took Toronto");
    expect(textOf(await house.say("every day at 9 post usage here"))).toContain("I used America/Toronto");
  });

  test("a preview is what it would post, and sets up nothing", async () => {
    await using house = await openHouse();
    const plan = await house.say(STANDUP);
    expect(textOf(plan)).toContain("I know none yet, so no day is left out until whoever runs me sets NEXUS_HOLIDAYS");
    const preview = await house.press(plan, "Preview");
    expect(textOf(preview)).toContain("4 meetings today");
    expect(textOf(preview)).toContain("Approvals");
    expect((await house.say("schedules")).summary).toContain("Nothing is done by the clock here yet");
  });

  test("is changed, moved, left out for a day, renamed, ended and brought back in plain words", async () => {
    await using house = await openHouse();
    await house.say(STANDUP);
    await house.say("do it");
    const doing = async (words: string) => {
      const asked = await house.say(words);
      expect(asked.summary).toMatch(/^Shall I /);
      return textOf(await house.say("do it"));
    };
    expect(await doing("move the briefing to 9")).toContain(
      "9:00 a.m. Toronto time, but not on holidays, next: Mon 23 Nov 09:00",
    );
    expect(await doing("add usage to the briefing")).toContain("add usage");
    expect(await doing("take the weather out of the briefing")).toContain("next:");
    const card = textOf(await house.say(`schedule ${await code(house)}`));
    expect(card).toContain("Today's meetings, Approvals, Usage");
    expect(await doing("rename the briefing to Daily News")).toContain("next:");
    expect((await house.say("skip the daily news briefing tomorrow")).summary).toContain("It does not run then anyway");
    expect((await house.say("skip the briefing on Monday")).summary).toContain("The next is Tue 24 Nov 09:00");
    expect(textOf(await house.say(`schedule ${await code(house)}`))).toContain("left out until Tue 24 Nov 00:00");
    expect((await house.say(`resume ${await code(house)}`)).summary).toContain("next: Mon 23 Nov 09:00");
    expect(await doing("stop the briefing")).toContain("end “Daily News”");
    expect((await house.say("schedules")).summary).toContain("Nothing is done by the clock");
    expect((await house.say("undo")).summary).toContain("Undone");
    expect(textOf(await house.say("schedules"))).toContain("Daily News");
  });

  test("an unknown part is named and asked about, and never silently left out", async () => {
    await using house = await openHouse();
    const asked = await house.say("every weekday at 9 post the moon phase and usage here");
    expect(asked.summary).toContain("Nothing here tells “moon phase”");
    const plan = await house.press(asked, "Leave It Out");
    expect(plan.summary).toContain("set up “Usage”");
    expect((await house.say("every weekday at 9 post the moon phase here")).summary).toContain("Nothing here tells");
  });

  test("a form asks for it, and its words are read like any others", async () => {
    await using house = await openHouse();
    const asked = await house.say("digest");
    const plan = await house.submit(asked.form, {
      what: "weather in Lisbon, usage",
      when: "every Monday at 9, not on holidays",
      where: "here",
      name: "Week ahead",
    });
    expect(plan.summary).toBe(
      "Shall I set up “Week ahead briefing”, every Monday at 9:00 a.m. Toronto time, but not on holidays?",
    );
    const done = await house.press(plan, "Create");
    const edit = await house.press(done, "Edit");
    const changed = await house.submit(edit.form, { what: "", when: "every Tuesday at 10", where: "", name: "" });
    expect(textOf(changed)).toContain("Every Tuesday at 10:00 a.m. Toronto time, but not on holidays");
    expect(textOf(await house.press(changed, "Change It"))).toContain("next: Tue 24 Nov 10:00");
    const unread = await house.submit((await house.say("digest")).form, {
      what: "usage",
      when: "soon",
      where: "",
      name: "",
    });
    expect(unread.summary).toContain("“soon”");
  });

  test("a reminder recurs, and what no clock goes by is said plainly", async () => {
    await using house = await openHouse();
    const plan = await house.say("remind me every Friday at 16 to send the report");
    expect(plan.summary).toBe("Shall I remind you of “send the report”, every Friday at 4:00 p.m. Toronto time?");
    expect(textOf(await house.press(plan, "Create"))).toContain("next: Fri 20 Nov 16:00");
    expect((await house.say("remind me every other day to run")).summary).toContain(
      "I can't go by “every other day” yet",
    );
    expect((await house.say("remind me every minute to breathe")).summary).not.toMatch(INNER_LIFE);
    expect(textOf(await house.say("remind me every minute to breathe"))).toContain("schedule_invalid");
  });

  test("nobody keeps more than twenty", async () => {
    await using house = await openHouse();
    for (let hour = 0; hour < 20; hour += 1) {
      await house.say(`every day at ${hour}:15 post usage here`);
      await house.say("do it");
    }
    expect((await house.say("every day at 21:15 post usage here")).summary).toContain("20 schedules are the most");
  }, 60_000);
});

describe("on Slack", () => {
  test("a member sets a briefing up for a channel they name, sees the plan alone, changes it, and takes it back", () =>
    live(async (house) => {
      const wish = "every weekday 8:30 post usage, new proposals and open approvals in #ops, but not on holidays";
      const [plan] = (await house.ask(BEN, OPS, wish, { whispered: true })).replies;
      if (plan === undefined) throw new Error("no plan was shown");
      expect(wordsOf(plan)).toContain("Lisbon time");
      expect(house.said(OPS)).toEqual([]);
      await house.press(BEN, OPS, plan, "Create");
      const done = await house.whispered(BEN, ({ text }) => text.startsWith("Done: set up “Ops briefing”"));
      expect(wordsOf(done)).toContain("next: Mon 23 Nov 08:30");
      const { replies } = await house.ask(BEN, OPS, "move the ops briefing to 9", { whispered: true });
      expect(wordsOf(replies[0])).toContain("Mon 23 Nov 09:00");
      await house.ask(BEN, OPS, "do it");
      const { replies: undone } = await house.ask(BEN, OPS, "undo");
      expect(undone[0]?.text).toContain("Undone: move “Ops briefing”");
      const listed = await house.command(CYD, OPS, "schedules");
      expect(wordsOf(listed)).toContain("Ops briefing");
      expect(wordsOf(listed)).toContain("08:30");
    }));

  test("a channel that the asker or NEXUS is not in is told so", () =>
    live(async (house) => {
      house.slack.addChannel({ id: "C0QUIET001", name: "quiet", kind: "channel", members: [BEN], withoutBot: true });
      house.slack.addChannel({ id: "C0CLOSED01", name: "closed", kind: "private", members: [CYD] });
      const say = async (user: string, words: string) =>
        (await house.ask(user, OPS, words, { whispered: true })).replies[0]?.text;
      expect(await say(BEN, "every day at 9 post usage in #quiet")).toContain("I am not in #quiet");
      expect(await say(BEN, "every day at 9 post usage in #nowhere")).toContain("I don't know #nowhere");
      // That a private channel exists is for those who are in it.
      expect(await say(BEN, "every day at 9 post usage in #closed")).toContain("I don't know #closed");
    }));

  test("what the operator wrote in a file is set for its owner, told so, and not changed in chat", async () => {
    const folder = mkdtempSync(join(tmpdir(), "nexus-declared-"));
    const file = join(folder, "schedules.json");
    const entry = {
      name: "Ops digest",
      rule: { cron: "30 8 * * 1-5", timeZone: "Europe/Lisbon", skipHolidays: false },
      sections: ["approvals", "usage"],
      platform: "slack",
      tenant: "T0LOOPBACK",
      channel: OPS,
      owner: BEN,
    };
    try {
      writeFileSync(file, "[]");
      await live(
        async (house) => {
          await house.ask(BEN, OPS, "help");
          await house.restart(() => writeFileSync(file, JSON.stringify([{ ...entry, tenant: house.slack.teamId }])));
          const listed = await house.command(BEN, OPS, "schedules");
          expect(wordsOf(listed)).toContain("Ops digest");
          const card = await house.command(BEN, OPS, `schedule ${codeIn(wordsOf(listed))}`);
          expect(wordsOf(card)).toContain("the configuration of this NEXUS");
          const refused = await house.command(BEN, OPS, `end ${codeIn(wordsOf(listed))}`);
          expect(wordsOf(refused)).toContain("set in the configuration of this NEXUS");
        },
        { settings: { NEXUS_SCHEDULES: file } },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("what somebody else set up only an admin changes", () =>
    live(async (house) => {
      await house.linkAda();
      await house.ask(BEN, OPS, "every weekday at 9 post usage here", { whispered: true });
      await house.ask(BEN, OPS, "do it");
      const refused = await house.ask(CYD, OPS, "stop the usage briefing");
      expect(refused.replies[0]?.text).toContain("“Usage” is Ben's, so only they, admins and owners can change it");
      const { replies } = await house.ask(ADA, OPS, "stop the usage briefing", { whispered: true });
      expect(replies[0]?.text).toContain("Shall I end “Usage”");
    }));
});

describe("on Discord", () => {
  test("create, change and undo work as they do everywhere, and the form opens at a press", async () => {
    await using town = await openDiscordHouse();
    const { general, ben } = town;
    const text = "every weekday 8:30 post usage, new proposals and open approvals in #general";
    await town.slash(ben, general, "ask", { text });
    const plan = await town.whispered(ben, (message) => message.text.includes("Shall I set up"));
    expect(discordLabels(plan)).toEqual(["Preview", "Create", "Change", "Not Now"]);
    const modal = await town.press(ben, plan, "Change");
    await town.discord.submitModal({ modal, values: { "t:name": "Morning round" } });
    const named = await town.whispered(ben, ({ text }) => text.includes("“Morning round"));
    await town.press(ben, named, "Create");
    const done = await town.seen(general, ({ text }) => text.includes("Done: set up “Morning round"));
    expect(done.text).toContain("next: Mon 23 Nov 08:30");
    expect(done.pings).toEqual([]);
    expect(discordLabels(done)).toEqual(["Edit", "Pause", "Delete", "Undo"]);

    await town.slash(ben, general, "ask", { text: "move the morning round briefing to 9" });
    const moved = await town.whispered(ben, ({ text }) => text.includes("Shall I move “Morning round"));
    expect(moved.text).toContain("Mon 23 Nov 09:00");
    await town.press(ben, moved, "Change It");
    const changed = await town.seen(general, ({ text }) => text.startsWith("Done: move “Morning round"));
    expect((await town.slash(ben, general, "schedules")).text).toContain("Mon 23 Nov 09:00");
    await town.press(ben, changed, "Undo");
    await town.seen(general, ({ text }) => text.startsWith("Undone: move “Morning round"));
    expect((await town.slash(ben, general, "schedules")).text).toContain("Mon 23 Nov 08:30");
    await town.press(ben, done, "Undo");
    await town.seen(general, ({ text }) => text.startsWith("Undone: set up “Morning round"));
    expect((await town.slash(ben, general, "schedules")).text).toContain("Nothing is done by the clock here yet");
    expect(town.faults()).toEqual([]);
  });

  test("an owner's help is one message, and each of its topics too", async () => {
    await using town = await openDiscordHouse();
    const { ada } = town;
    await town.linkAda();
    for (const words of ["help", "help schedules", "help yours", "help modules", "help rules", "help record"]) {
      expect(await town.ask(ada, town.dm(ada), words)).toHaveLength(1);
    }
    expect(town.faults()).toEqual([]);
  });
});

function codeIn(words: string): string {
  return /\b[34679ACDEFGHJKMNPQRTUWXY]{4}\b/.exec(words)?.[0] ?? "";
}

async function code(house: Awaited<ReturnType<typeof openHouse>>): Promise<string> {
  const rows = (await house.say("schedules")).parts.flatMap((part) => (part.type === "table" ? part.rows : []));
  return String(rows[0]?.[0]);
}
