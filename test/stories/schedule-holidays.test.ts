import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openStore } from "#core/store/store.ts";
import { event } from "#test/platforms/google-calendar-kit.ts";
import { PATIENCE } from "./console-terminal.ts";
import { type House, openHouse, textOf } from "./house.ts";

const DAYS = "en.canadian#holiday@group.v.calendar.google.com";
const WISH = `every weekday at 8:30 post usage here, but not on holidays of ${DAYS}`;
/** A whole house, and several days of it; ms. */
const LONG = 60_000;
const HOUR = 60 * 60_000;

/** The house opens on Friday 20 November at 15:00 in Toronto. */
async function openWithCalendar(): Promise<House> {
  const house = await openHouse();
  await house.connectCalendar();
  house.google.others.set(DAYS, [
    event("Founders' Day", "2026-11-24", "2026-11-25", { description: "Public holiday" }),
    event("Black Friday", "2026-11-27", "2026-11-28", { description: "Observance\nTo hide observances, go to …" }),
    event("Feast of the North", "2026-11-26", "2026-11-27", { description: "Public holiday in Yukon" }),
    event("Offsite", "2026-11-25T09:00:00-05:00", "2026-11-25T17:00:00-05:00"),
  ]);
  return house;
}

const waitUntil = (house: House, iso: string): void => house.wait(Date.parse(iso) - house.now().getTime());
const asked = (house: House): number => house.google.requests.filter(({ path }) => path.includes(DAYS)).length;
const tries = (house: House): number => house.google.requests.filter(({ path }) => path === "/token").length;
const posts = (house: House) => house.terminal.shown().filter(({ reply }) => reply.schedule !== undefined);

async function slotsOf(house: House): Promise<string[]> {
  await using store = await openStore(join(house.dataDir, "nexus.db"), { clock: () => house.now() });
  const [schedule] = await store.dueSchedules.ahead(new Date(0), undefined, 9);
  if (schedule === undefined) return [];
  const slots = await store.forOrg(schedule.org).schedules.slots(schedule.id, 20);
  return slots.map(({ slot }) => slot).toReversed();
}

test(
  "the days of a calendar that is named are left out, as its owner's account reads them, once a day",
  async () => {
    await using house = await openWithCalendar();
    const plan = await house.say(WISH);
    // Neither an observance, nor a holiday of a part of the country, nor a meeting is a day off.
    expect(textOf(plan)).toContain("Mon 23 Nov 08:30, Wed 25 Nov 08:30, Thu 26 Nov 08:30");
    expect(textOf(plan)).toContain(`those of ${DAYS}, read `);
    expect(textOf(plan)).toContain("next: Tue 24 Nov (Founders' Day)");
    const done = await house.press(plan, "Create");
    expect(done.summary).toContain("Done: set up");
    expect(asked(house)).toBe(1);
    // A day later it is read again, and no sooner.
    waitUntil(house, "2026-11-23T13:30:10Z");
    await vi.waitUntil(() => posts(house).length === 1, PATIENCE);
    await vi.waitUntil(() => asked(house) === 2, PATIENCE);
    waitUntil(house, "2026-11-24T13:30:10Z");
    await vi.waitUntil(() => asked(house) === 3, PATIENCE);
    waitUntil(house, "2026-11-25T13:30:10Z");
    await vi.waitUntil(() => posts(house).length === 2, PATIENCE);
    expect(await slotsOf(house)).toEqual(["2026-11-23T08:30", "2026-11-25T08:30"]);
  },
  LONG,
);

test(
  "while the calendar does not answer, the days that were read hold, also after a restart, and the card says so",
  async () => {
    await using house = await openWithCalendar();
    await house.press(await house.say(WISH), "Create");
    house.google.mode = "unavailable";
    house.wait(25 * HOUR);
    await vi.waitUntil(() => asked(house) > 1, PATIENCE);
    await house.restart();
    const card = await vi.waitUntil(async () => {
      const text = textOf(await house.say(`schedule ${await codeOf(house)}`));
      return text.includes("Google Calendar does not answer") && text;
    }, PATIENCE);
    expect(card).toContain("as they were read ");
    expect(card).toContain("Mon 23 Nov 08:30, Wed 25 Nov 08:30");
    // It is tried again each hour, and not at every look.
    const before = asked(house);
    house.wait(HOUR / 2);
    await house.say("schedules");
    expect(asked(house)).toBe(before);
    waitUntil(house, "2026-11-24T13:31:00Z");
    await vi.waitUntil(async () => (await slotsOf(house)).length === 1, PATIENCE);
    house.google.mode = "ok";
    waitUntil(house, "2026-11-25T13:30:10Z");
    await vi.waitUntil(() => posts(house).length > 0, PATIENCE);
    expect(await slotsOf(house)).not.toContain("2026-11-24T08:30");
  },
  LONG,
);

test(
  "an account that may not read it any more is said to its owner once, and what was read holds",
  async () => {
    await using house = await openWithCalendar();
    await house.press(await house.say(WISH), "Create");
    house.google.oauth.revoke();
    const told = () =>
      house.terminal.shown().filter(({ reply }) => reply.summary.includes("Google does not let me read it"));
    for (const hours of [25, 1.1, 1.1]) {
      const before = tries(house);
      house.wait(hours * HOUR);
      await vi.waitUntil(() => tries(house) > before, PATIENCE);
    }
    await vi.waitUntil(() => told().length > 0, PATIENCE);
    expect(told().map(({ reply }) => reply.summary)).toEqual([
      expect.stringContaining("“Usage” leaves out the holidays of"),
    ]);
    expect(textOf(await house.say(`schedule ${await codeOf(house)}`))).toContain("Mon 23 Nov 08:30, Wed 25 Nov 08:30");
  },
  LONG,
);

test("a calendar that cannot be read is said before anything is set up, with what to do", async () => {
  await using house = await openHouse();
  const unconnected = await house.say(WISH);
  expect(unconnected.summary).toContain("your Google Calendar is not connected: `connect calendar`");
  await house.connectCalendar();
  const unknown = await house.say(WISH);
  expect(unknown.summary).toContain("Google knows no calendar of that address that your account may read");
  expect((await house.say("schedules")).summary).toContain("Nothing is done by the clock here yet");
});

test("a schedule that there is takes its holidays from a calendar, and from nowhere again, in words", async () => {
  await using house = await openWithCalendar();
  await house.say("every weekday at 8:30 post usage here");
  await house.say("do it");
  const plan = await house.say(`no usage briefing on holidays of ${DAYS}`);
  expect(textOf(plan)).toContain("Mon 23 Nov 08:30, Wed 25 Nov 08:30");
  await house.say("do it");
  const back = await house.say("post the usage briefing on holidays too");
  expect(textOf(back)).toContain("Mon 23 Nov 08:30, Tue 24 Nov 08:30");
  expect(textOf(back)).not.toContain(DAYS);
});

async function codeOf(house: House): Promise<string> {
  const rows = (await house.say("schedules")).parts.flatMap((part) => (part.type === "table" ? part.rows : []));
  return String(rows[0]?.[0]);
}
