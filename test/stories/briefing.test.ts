import { describe, expect, test, vi } from "vitest";
import type { FrontEnd, Outbound } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import { CapabilityName, ModuleName } from "#core/contract/ids.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { SchedulePlan } from "#core/contract/schedule.ts";
import { briefingPlan, houseSection, keepSchedule, keptOf, section, waitUntil } from "./briefing-kit.ts";
import { PATIENCE } from "./console-terminal.ts";
import { INNER_LIFE, labelsOf, textOf } from "./house.ts";
import { channel, direct, openWorkspace, type Workspace } from "./workspace.ts";

/** Several starts of a whole house, or several slots; ms. */
const LONG = 60_000;
/** 08:30 in Toronto on the Monday after the story's Friday, and the day after. */
const MONDAY = "2026-11-23T13:30:00Z";
const TUESDAY = "2026-11-24T13:30:00Z";
const WEDNESDAY = "2026-11-25T13:30:00Z";

const WEATHER = section("Weather", "weather", "current", { place: "Lisbon" });
const MEETINGS = section("Calendar", "calendar", "today");
const APPROVALS = houseSection("approvals");
const STANDUP = { ...channel("standup"), name: "standup" };

function posts(place: Workspace, where = "standup"): Outbound[] {
  return place.shown.filter(
    ({ conversation, reply }) => conversation.channelId === where && reply.visibility === "everyone",
  );
}

/** The post that comes as number `count`. */
async function post(place: Workspace, count = 1, where?: string): Promise<Reply> {
  return vi.waitUntil(() => posts(place, where)[count - 1]?.reply, PATIENCE);
}

function toldAlone(place: Workspace, person: string, words: RegExp): Outbound[] {
  return place.shown.filter(
    ({ conversation, reply }) => conversation.channelId === `${person}-dm` && words.test(reply.summary),
  );
}

describe("a briefing in a channel", () => {
  test(
    "manner 58: comes once: a line for each section, as of when, who set it up and how to end it",
    async () => {
      await using place = await openWorkspace();
      const kept = await keepSchedule(place.house, briefingPlan([WEATHER, MEETINGS, APPROVALS]));
      waitUntil(place.house, MONDAY);
      const reply = await post(place);
      expect(reply.summary).toMatch(/^Standup briefing, Monday, November 23: Weather: Lisbon: .*°C.*\(sample data\)/);
      const words = reply.parts.flatMap((part) => (part.type === "text" ? part.markdown.split("\n") : []));
      expect(words).toEqual([
        expect.stringMatching(/^- \*\*Weather:\*\* Lisbon: .*°C.* \(sample data\)$/),
        // To a channel the calendar says how many and when, and never what.
        "- **Calendar:** 4 meetings today, first at 9:30 AM. (sample data)",
        "- **Approvals:** none waits for a decision.",
      ]);
      expect(textOf(reply)).toContain("Sample data**, generated: Weather, Calendar");
      expect(textOf(reply)).toContain("Set up by Ada · `schedules` changes, pauses or ends it");
      expect(labelsOf(reply)).toEqual(["More", "Snooze", "Only Me", "Settings"]);
      expect(textOf(reply)).not.toMatch(INNER_LIFE);
      await vi.waitUntil(async () => (await keptOf(place.house, kept)).slots[0]?.state === "done", PATIENCE);
      await place.house.restart();
      expect((await keptOf(place.house, kept)).slots).toMatchObject([{ slot: "2026-11-23T08:30" }]);
      expect(posts(place)).toHaveLength(1);
    },
    LONG,
  );

  test(
    "to one person alone shows all of it, titles too",
    async () => {
      await using place = await openWorkspace();
      await keepSchedule(place.house, briefingPlan([MEETINGS], { place: direct("ada") }));
      waitUntil(place.house, MONDAY);
      const reply = await post(place, 1, "ada-dm");
      expect(textOf(reply)).toMatch(/9:30.AM–9:45.AM Stand-up · .* · 1 more/);
      expect(labelsOf(reply)).not.toContain("Only Me");
    },
    LONG,
  );

  test(
    "shows whoever presses **More** all of it with their own rights, and nobody else",
    async () => {
      await using place = await openWorkspace();
      await keepSchedule(place.house, briefingPlan([WEATHER, MEETINGS, APPROVALS]));
      waitUntil(place.house, MONDAY);
      const reply = await post(place);
      const more = await place.pressOn(reply, "More", { person: "bob", place: STANDUP });
      expect(more.visibility).toBe("only_actor");
      expect(textOf(more)).toContain("Stand-up");
      expect(textOf(more)).toContain("with your own rights");
      expect(posts(place)).toHaveLength(1);
    },
    LONG,
  );

  test(
    "manner 59: of which one source fails says which and why, and posts the rest; when all fail, so once",
    async () => {
      await using place = await openWorkspace();
      await place.makeOwner();
      await place.say("sample off", { place: direct("ada") });
      const kept = await keepSchedule(place.house, briefingPlan([MEETINGS, APPROVALS]));
      const broken = {
        ...briefingPlan([MEETINGS, section("Chess", "chess", "today")]),
        title: "Broken",
        place: { ...channel("broken") },
      };
      await keepSchedule(place.house, broken, "9CD4");
      waitUntil(place.house, MONDAY);
      const reply = await post(place);
      expect(textOf(reply)).toContain("- **Calendar:** Google Calendar is not connected (Ada).");
      expect(textOf(reply)).toContain("- **Approvals:** none waits");
      expect(labelsOf(reply)[0]).toBe("Fix Calendar");
      expect((await keptOf(place.house, kept)).slots[0]?.result).toMatch(/^2 sections, 1 failed/);
      const all = await post(place, 1, "broken");
      expect(all.summary).toContain("None of it could be read.");
      expect(textOf(all)).toContain("- **Chess:** it is not installed any more.");
      waitUntil(place.house, TUESDAY);
      await vi.waitUntil(async () => (await keptOf(place.house, kept)).slots.length === 2, PATIENCE);
      await place.house.restart();
      expect(posts(place, "broken")).toHaveLength(1);
    },
    LONG,
  );

  test(
    "manner 57: with nothing new posts nothing, or one line where that is wanted",
    async () => {
      await using place = await openWorkspace();
      const quiet = await keepSchedule(place.house, briefingPlan([APPROVALS]));
      const task: SchedulePlan["task"] = { do: "briefing", sections: [APPROVALS], whenNothing: "line" };
      await keepSchedule(
        place.house,
        briefingPlan([], { task, place: { ...channel("lines") }, title: "Lines" }),
        "9CD4",
      );
      waitUntil(place.house, MONDAY);
      const line = await post(place, 1, "lines");
      expect(line.summary).toBe("Lines, Monday, November 23: nothing new.");
      expect(line.parts.map(({ type }) => type)).toEqual(["text", "context"]);
      await vi.waitUntil(async () => (await keptOf(place.house, quiet)).slots[0]?.state === "empty", PATIENCE);
      expect(posts(place)).toEqual([]);
    },
    LONG,
  );

  test(
    "that says the same as the last time is silent, and speaks again when something has changed",
    async () => {
      await using place = await openWorkspace();
      await place.makeOwner();
      const kept = await keepSchedule(
        place.house,
        briefingPlan([houseSection("proposals"), section("Chess", "chess", "today")]),
      );
      waitUntil(place.house, MONDAY);
      await post(place);
      waitUntil(place.house, TUESDAY);
      await vi.waitUntil(async () => (await keptOf(place.house, kept)).slots.length === 2, PATIENCE);
      await vi.waitUntil(async () => (await keptOf(place.house, kept)).slots[0]?.state !== "handed", PATIENCE);
      expect(posts(place)).toHaveLength(1);
    },
    LONG,
  );
});

describe("a slot that NEXUS was not running for", () => {
  test(
    "manner 56: is posted once and says how late; older ones are left out and told of once, to whose it is alone",
    async () => {
      await using place = await openWorkspace();
      await place.say("hello", { person: "ada" });
      const kept = await keepSchedule(place.house, briefingPlan([WEATHER]));
      await place.house.restart(() => waitUntil(place.house, "2026-11-23T14:40:00Z"));
      const late = await post(place);
      expect(late.summary).toContain("(70 min late: it was for ");
      expect(textOf(late)).toContain("70 min late: it was for ");
      await place.house.restart(() => waitUntil(place.house, "2026-11-26T16:00:00Z"));
      const told = await vi.waitUntil(
        () => toldAlone(place, "ada", /^I left out “Standup briefing” 3 times/)[0],
        PATIENCE,
      );
      expect(labelsOf(told.reply)).toEqual(["Settings"]);
      await place.house.restart();
      expect(posts(place)).toHaveLength(1);
      expect(toldAlone(place, "ada", /^I left out/)).toHaveLength(1);
      expect((await keptOf(place.house, kept)).slots.map(({ state }) => state)).toEqual([
        "skipped",
        "skipped",
        "skipped",
        "done",
      ]);
    },
    LONG,
  );

  test(
    "is asked about where its owner wants that, and run or left at one press",
    async () => {
      await using place = await openWorkspace();
      await place.say("hello", { person: "ada" });
      const kept = await keepSchedule(place.house, briefingPlan([WEATHER], { misfire: "ask" }));
      await place.house.restart(() => waitUntil(place.house, "2026-11-23T15:00:00Z"));
      const asked = await vi.waitUntil(() => toldAlone(place, "ada", /Is it still wanted\?$/)[0]?.reply, PATIENCE);
      expect(labelsOf(asked)).toEqual(["Run It Now", "Leave It"]);
      const others = await place.pressOn(asked, "Run It Now", { person: "bob", place: direct("ada") });
      expect(textOf(others)).toContain("so only they, admins and owners can change it");
      expect((await place.pressOn(asked, "Run It Now")).summary).toContain("is on its way to");
      expect(textOf(await post(place))).toContain("90 min late");
      expect((await place.pressOn(asked, "Leave It")).summary).toBe("That has been decided already.");
      expect((await keptOf(place.house, kept)).slots).toMatchObject([{ state: "done" }]);
    },
    LONG,
  );

  test(
    "manner 54: comes at the first minute there is where the clocks skip it, and once where they show it twice",
    async () => {
      await using place = await openWorkspace();
      const rule = (cron: string) => ({ cron, timeZone: "America/Toronto", skipHolidays: false });
      waitUntil(place.house, "2027-03-14T06:30:00Z");
      const spring = await keepSchedule(
        place.house,
        briefingPlan([WEATHER], { rule: rule("30 2 * * *"), title: "Spring" }),
      );
      waitUntil(place.house, "2027-03-14T06:59:58Z");
      await place.house.restart();
      expect(posts(place)).toEqual([]);
      waitUntil(place.house, "2027-03-14T07:00:01Z");
      expect((await post(place)).summary).not.toContain("late");
      await place.house.restart(() => place.house.wait(5 * 60_000));
      expect((await keptOf(place.house, spring)).slots).toHaveLength(1);

      waitUntil(place.house, "2027-11-07T05:00:00Z");
      const there = { rule: rule("30 1 * * *"), title: "Autumn", place: { ...channel("autumn") } };
      const autumn = await keepSchedule(place.house, briefingPlan([WEATHER], there), "9CD4");
      waitUntil(place.house, "2027-11-07T05:30:01Z");
      await post(place, 1, "autumn");
      await place.house.restart(() => waitUntil(place.house, "2027-11-07T06:30:01Z"));
      await place.house.restart(() => waitUntil(place.house, "2027-11-07T08:00:00Z"));
      expect((await keptOf(place.house, autumn)).slots).toMatchObject([{ slot: "2027-11-07T01:30", state: "done" }]);
      expect(posts(place, "autumn")).toHaveLength(1);
    },
    LONG,
  );
});

describe("what is pressed on a briefing", () => {
  test(
    "**Snooze** is for whose it is and for admins; it rests, and comes again",
    async () => {
      await using place = await openWorkspace();
      const kept = await keepSchedule(place.house, briefingPlan([WEATHER]));
      waitUntil(place.house, MONDAY);
      const reply = await post(place);
      const bob = await place.pressOn(reply, "Snooze", { person: "bob", place: STANDUP });
      expect(bob.summary).toContain("only they and admins can put it off");
      expect(labelsOf(bob)).toEqual(["Only Me"]);
      const asked = await place.pressOn(reply, "Snooze", { place: STANDUP });
      expect(asked.visibility).toBe("only_actor");
      expect(labelsOf(asked)).toEqual(["Skip the Next One", "For a Week"]);
      expect((await place.pressOn(asked, "Skip the Next One", { place: STANDUP })).summary).toContain(
        "I leave the next",
      );
      waitUntil(place.house, TUESDAY);
      waitUntil(place.house, WEDNESDAY);
      expect(textOf(await post(place, 2))).toContain("Wednesday, November 25");
      expect((await keptOf(place.house, kept)).slots.map(({ slot }) => slot)).toEqual([
        "2026-11-25T08:30",
        "2026-11-23T08:30",
      ]);
    },
    LONG,
  );

  test(
    "**Only Me** gives whoever presses a copy of their own, with their own rights, once they say so",
    async () => {
      await using place = await openWorkspace();
      await keepSchedule(place.house, briefingPlan([MEETINGS]));
      waitUntil(place.house, MONDAY);
      const reply = await post(place);
      const unknown = await place.pressOn(reply, "Only Me", { person: "bob", place: STANDUP });
      expect(unknown.summary).toContain("Write me a direct message first");
      await place.say("hello", { person: "bob" });
      const offer = await place.pressOn(reply, "Only Me", { person: "bob", place: STANDUP });
      expect(offer.visibility).toBe("only_actor");
      expect(textOf(offer)).toContain("your own rights and accounts");
      expect((await place.pressOn(offer, "Create", { person: "bob", place: STANDUP })).summary).toMatch(/^Done/);
      waitUntil(place.house, TUESDAY);
      const copies = (): Outbound[] =>
        posts(place, "bob-dm").filter(({ reply }) => textOf(reply).includes("Set up by bob"));
      const copy = await vi.waitUntil(() => copies()[0]?.reply, PATIENCE);
      expect(textOf(copy)).toContain("Stand-up");
      await post(place, 2);
    },
    LONG,
  );
});

describe("a schedule that is no briefing", () => {
  test(
    "says its reminder each time, or runs what it is for and asks first where that changes something",
    async () => {
      await using place = await openWorkspace();
      const say = { do: "say", text: "send the report to @everyone", isPrivate: false } as const;
      const said = await keepSchedule(place.house, briefingPlan([], { task: say, title: "Report" }));
      const { module, capability } = {
        module: ModuleName.parse("weather"),
        capability: CapabilityName.parse("current"),
      };
      const run = { do: "run", module, capability, input: { place: "Porto" } } as const;
      const there = { task: run, title: "Porto", place: { ...channel("porto") } };
      await keepSchedule(place.house, briefingPlan([], there), "9CD4");
      waitUntil(place.house, MONDAY);
      const reminder = await post(place);
      expect(reminder.summary).toMatch(/^Reminder: send the report to @.everyone$/);
      expect(reminder.summary).not.toContain("@everyone");
      expect(labelsOf(reminder)).toEqual(["Snooze", "Settings"]);
      const weather = await post(place, 1, "porto");
      expect(weather.summary).toMatch(/^Porto: /);
      expect(textOf(weather)).toContain("Porto · Set up by Ada");
      expect((await keptOf(place.house, said)).slots).toMatchObject([{ state: "done", result: "said" }]);
    },
    LONG,
  );
});

describe("a briefing that has lost its place or its owner", () => {
  test(
    "manner 58: whose channel is archived, or closed to NEXUS, is paused, and its owner told once",
    async () => {
      let isGone = true;
      await using place = await openWorkspace({}, (outbound) => {
        if (isGone && outbound.conversation.channelId === "standup") throw gone();
      });
      await place.say("hello", { person: "ada" });
      const kept = await keepSchedule(place.house, briefingPlan([WEATHER]));
      waitUntil(place.house, MONDAY);
      const told = await vi.waitUntil(
        () => toldAlone(place, "ada", /^I paused “Standup briefing”/)[0]?.reply,
        PATIENCE,
      );
      expect(told.summary).toContain("is archived or gone, or I was taken out of it");
      expect(textOf(told)).toContain("`resume 7F3K` goes on with it");
      expect((await keptOf(place.house, kept)).schedule).toMatchObject({ state: "paused" });
      isGone = false;
      waitUntil(place.house, TUESDAY);
      await place.house.restart();
      expect(posts(place)).toEqual([]);
      expect(toldAlone(place, "ada", /^I paused/)).toHaveLength(1);
    },
    LONG,
  );
});

test(
  "a briefing whose owner has left stops, and admins are asked to take it over",
  async () => {
    let hasLeft = false;
    const seen: FrontEnd["lookUp"] = (actor) =>
      Promise.resolve({ ...actor, affiliation: hasLeft && actor.id === "ada" ? "external" : "member" });
    await using place = await openWorkspace({}, undefined, seen);
    await place.makeOwner("boss");
    const kept = await keepSchedule(place.house, briefingPlan([WEATHER, MEETINGS]));
    waitUntil(place.house, MONDAY);
    await post(place);
    hasLeft = true;
    waitUntil(place.house, TUESDAY);
    const asked = await vi.waitUntil(() => toldAlone(place, "boss", /is no member any more/)[0]?.reply, PATIENCE);
    expect(asked.summary).toContain("Ada, who set up “Standup briefing”");
    expect(labelsOf(asked)).toEqual(["Take It Over", "End It"]);
    expect((await keptOf(place.house, kept)).schedule).toMatchObject({ state: "orphaned" });
    waitUntil(place.house, WEDNESDAY);
    await place.house.restart();
    expect(posts(place)).toHaveLength(1);
    const taken = await place.pressOn(asked, "Take It Over", { person: "boss" });
    expect(taken.summary).toContain("is yours now");
    waitUntil(place.house, "2026-11-26T13:30:00Z");
    expect(textOf(await post(place, 2))).toContain("Set up by boss");
  },
  LONG,
);

function gone(): NexusError {
  return new NexusError("platform_refused", "is_archived", { isPlaceGone: true });
}
