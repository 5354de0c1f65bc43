import { describe, expect, test, vi } from "vitest";
import type { Reply } from "#core/contract/reply.ts";
import { PATIENCE } from "./console-terminal.ts";
import { labelsOf, textOf } from "./house.ts";
import { channel, openWorkspace, type Workspace } from "./workspace.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Several starts of a whole house, or several times that something is due; ms. */
const LONG = 60_000;
const GENERAL = channel("general");
const TORONTO = { timeZone: "America/Toronto" };

/** Every word of a reminder that was shown. */
function reminded(place: Workspace, words: RegExp): Reply[] {
  return place.shown.filter(({ reply }) => words.test(reply.summary)).map(({ reply }) => reply);
}

async function told(place: Workspace, words: RegExp): Promise<Reply> {
  return vi.waitUntil(() => reminded(place, words)[0], PATIENCE);
}

async function remind(place: Workspace, text: string): Promise<Reply> {
  const plan = await place.say(text, TORONTO);
  expect(labelsOf(plan)).toContain("Do It");
  return place.pressOn(plan, "Do It", TORONTO);
}

describe("a reminder", () => {
  test(
    "is planned with its time, said once when it comes, and put off by its button",
    async () => {
      await using place = await openWorkspace();
      const plan = await place.say("remind me in 20 minutes about the oven", TORONTO);
      expect(plan.visibility).toBe("only_actor");
      expect(textOf(plan)).toContain("America/Toronto");
      await place.say("do it", TORONTO);
      expect(textOf(await place.say("reminders", TORONTO))).toContain("the oven");

      place.house.wait(20 * MINUTE + 1_000);
      const reply = await told(place, /^Reminder: the oven$/);
      expect(labelsOf(reply)).toEqual(["In 10 Minutes", "Done"]);
      expect((await place.pressOn(reply, "In 10 Minutes", TORONTO)).summary).toContain("I remind you again at");
      place.house.wait(10 * MINUTE + 1_000);
      await vi.waitUntil(() => reminded(place, /^Reminder: the oven$/).length === 2, PATIENCE);
      expect((await place.pressOn(reply, "Done", TORONTO)).summary).toBe("Done.");
      expect((await place.pressOn(reply, "In 10 Minutes", TORONTO)).summary).toContain("done with already");
      expect((await place.say("reminders", TORONTO)).summary).toContain("No reminder of yours is waiting");
    },
    LONG,
  );

  test(
    "that came while NEXUS was down is said with how late it is, once, after any number of starts",
    async () => {
      await using place = await openWorkspace();
      await remind(place, "remind me at 16:00 to call Grace");
      await place.house.restart(() => place.house.wait(HOUR + 25 * MINUTE));
      const late = await told(place, /^Reminder: call Grace/);
      expect(late.summary).toContain("This comes 25 minutes late");
      await place.house.restart();
      await place.house.restart();
      expect(reminded(place, /call Grace/).filter(({ summary }) => summary.startsWith("Reminder"))).toHaveLength(1);
    },
    LONG,
  );

  test(
    "that came more than two hours before is not said as if it were time, but named as missed",
    async () => {
      await using place = await openWorkspace();
      await remind(place, "remind me at 16:00 to call Grace");
      await remind(place, "remind me at 17:00 to call Alan");
      await place.house.restart(() => place.house.wait(9 * HOUR));
      const missed = await told(place, /^I missed 2 reminders of yours/);
      expect(textOf(missed)).toContain("call Grace");
      expect(textOf(missed)).toContain("call Alan");
      await place.house.restart();
      expect(reminded(place, /^I missed|^Reminder:/)).toHaveLength(1);
      expect((await place.say("reminders", TORONTO)).summary).toContain("No reminder of yours is waiting");
    },
    LONG,
  );

  test("is cancelled by its number or undone, and then never said", async () => {
    await using place = await openWorkspace();
    await remind(place, "remind me in 20 minutes about the oven");
    await remind(place, "remind me in 30 minutes about the cake");
    expect((await place.say("cancel reminder 1", TORONTO)).summary).toContain("cancel the reminder of: the oven");
    expect((await place.say("undo", TORONTO)).summary).toContain("Undone");
    expect((await place.say("cancel all reminders", TORONTO)).summary).toContain("cancel 2 reminders");
    await place.say("undo", TORONTO);
    await place.say("undo", TORONTO);
    expect(textOf(await place.say("reminders", TORONTO))).not.toContain("the cake");
    place.house.wait(HOUR);
    expect((await told(place, /^Reminder: the oven/)).summary).toContain("late");
    expect(reminded(place, /^Reminder: the cake/)).toEqual([]);
  });

  test("is nobody else's to see, and not there for another person of the channel", async () => {
    await using place = await openWorkspace();
    await place.say("remind me in 20 minutes about the surprise for Bob", { ...TORONTO, place: GENERAL });
    await place.say("do it", { ...TORONTO, place: GENERAL });
    const bob = { ...TORONTO, person: "bob", place: GENERAL };
    expect((await place.say("reminders", bob)).summary).toContain("No reminder of yours");
    expect((await place.say("cancel reminder 1", bob)).summary).toContain("no reminder with that number");
    expect((await place.say("do it", bob)).summary).toBe("Nothing here waits for your word.");
    place.house.wait(21 * MINUTE);
    const reply = await told(place, /^Reminder: the surprise/);
    expect((await place.pressOn(reply, "Done", bob)).summary).toContain("somebody else's reminder");
  });

  test("without a time is asked about, and one that cannot be is declined in words", async () => {
    await using place = await openWorkspace();
    const asked = await place.say("remind me to water the plants", TORONTO);
    expect(labelsOf(asked)).toEqual(["In 20 Minutes", "In 1 Hour", "Tomorrow at 9"]);
    expect(labelsOf(await place.pressOn(asked, "In 1 Hour", TORONTO))).toEqual(["Do It", "Not Now"]);
    expect((await place.say("remind me every other Monday to send the report", TORONTO)).summary).toContain(
      "can't go by “every other Monday”",
    );
    expect((await place.say("remind me today at 9:00 to get up", TORONTO)).summary).toContain("is past already");
    expect((await place.say("remind me to buy bread when I go shopping", TORONTO)).summary).toContain(
      "only go by the clock",
    );
    expect((await place.say("remind me in 800 days to dance", TORONTO)).summary).toContain("more than a year ahead");
    expect((await place.say("remind me at 5pm", TORONTO)).summary).toContain("What shall I remind you of?");
  });

  test("says its words harmlessly", async () => {
    await using place = await openWorkspace();
    const plan = await place.say("remind me in 20 minutes to ping @everyone about [x](https://evil.example)", TORONTO);
    expect(textOf(plan) + plan.summary).not.toMatch(/@everyone|\]\(https/);
    await place.say("do it", TORONTO);
    place.house.wait(21 * MINUTE);
    expect((await told(place, /^Reminder: ping/)).summary).not.toMatch(/@everyone|\]\(https/);
  });
});

/** A meeting of half an hour that begins so many minutes after the story does. */
function meeting(title: string, inMinutes: number) {
  const start = Date.parse("2026-11-20T20:00:00Z") + inMinutes * MINUTE;
  const at = (ms: number) => ({ dateTime: new Date(ms).toISOString() });
  return { id: title.toLowerCase().replace(/ /g, ""), summary: title, start: at(start), end: at(start + 30 * MINUTE) };
}

describe("reminders of meetings", () => {
  test("are read from the asker's own calendar, shown with their times, and said before each, to them alone", async () => {
    await using place = await openWorkspace();
    const { house } = place;
    await house.connectCalendar();
    house.google.events = [meeting("Planning", 60), meeting("Retro", 120), meeting("Long ago", -120)];
    const plan = await house.say("Remind me about meetings today");
    expect(plan.summary).toMatch(/^Shall I remind you 10 minutes before /);
    expect(plan.summary).toBe("Shall I remind you 10 minutes before each of 2 meetings?");
    expect(textOf(plan)).not.toMatch(/sample|Long ago/);
    expect(labelsOf(plan)).toEqual(["Do It", "Not Now"]);
    await house.say("do it");
    const list = await house.say("reminders");
    expect(textOf(list)).toMatch(/Planning, at 4:00/);
    place.house.wait(50 * MINUTE + 1_000);
    await vi.waitUntil(
      () => place.house.terminal.shown().some(({ reply }) => reply.summary.startsWith("Reminder: Planning")),
      PATIENCE,
    );
  });

  test("made up for want of a calendar say so", async () => {
    await using place = await openWorkspace();
    const plan = await place.say("remind me 15 minutes before my meetings", { ...TORONTO, place: GENERAL });
    expect(plan.summary).toContain("(sample data)");
    expect(labelsOf(plan)).toEqual(["Do It", "Not Now", "Connect Google Calendar"]);
    const done = await place.pressOn(plan, "Do It", { ...TORONTO, place: GENERAL });
    expect(done.summary).toContain("(sample data)");
    place.house.wait(90 * MINUTE);
    const said = await told(place, /^Reminder: .*\(sample data\)/);
    expect(said.visibility).toBe("only_actor");
  });
});
