import { describe, expect, test, vi } from "vitest";
import { labelsOf, PATIENCE, TRACES } from "./discord-house.ts";
import { codeOf, openDiscordOffice } from "./discord-office.ts";

const HOUR = 60 * 60_000;
/** Several starts of a whole house; ms. */
const LONG = 60_000;
const PRIMARY = 1;

describe("an approval on Discord", () => {
  test("APV-000, APV-030, manner 4: goes from the card in the thread past who may not to who may, and the result to the thread", async () => {
    await using office = await openDiscordOffice();
    const { town, effects } = office;
    const { discord, general, ada, ben, cyd } = town;
    const thread = discord.addThread({ channel: general, name: "Release" }).id;
    const card = await office.ask(ben, thread);
    expect(card.text).toMatch(/^### Run Act 1\.0\.0, “Act once”: changes something at effects\.example\.com\n/);
    expect(card.text).toContain("**Asked by** Ben");
    expect(card.text).toContain("Ada, Cyd can decide this");
    expect(card.buttons.map(({ label, style }) => [label, style === PRIMARY])).toEqual([
      ["Run It", true],
      ["Reject", false],
      ["Details", false],
    ]);

    await town.press(ben, card, "Run It");
    const refusal = await town.whispered(ben, ({ text }) => text.includes("not_allowed"));
    expect(refusal.text).toContain("Only operators, admins and owners can decide this.");
    expect(town.now(card).edits).toBe(0);
    expect(effects.size).toBe(0);

    await town.press(cyd, card, "Run It");
    const result = await town.seen(thread, ({ text }) => text.startsWith("done act-1-2"));
    expect(result.pings).toEqual([]);
    const closed = await office.closed(card);
    expect(closed.text).toMatch(/\*\*Done:\*\* Approved by Cyd · <t:\d+:f>/);
    expect(closed.pings).toEqual([]);
    expect([...effects]).toEqual([["act-1-2", 1]]);
    expect(town.replies(general)).toEqual([]);
    expect(town.replies(town.dm(ada))).toHaveLength(2);
    expect(town.faults()).toEqual([]);
  });

  test("manner 12: Reject asks for a reason in a modal, and who asked reads it where they asked", async () => {
    await using office = await openDiscordOffice();
    const { town, effects } = office;
    const { discord, general, ben, cyd } = town;
    const card = await office.ask(ben, general);
    const regretted = await town.press(ben, card, "Reject");
    await discord.submitModal({ modal: regretted, values: { "t:reason": "" } });
    expect((await office.closed(card)).text).toContain("Withdrawn");

    const again = await office.ask(ben, general);
    const asked = await town.press(cyd, again, "Reject");
    expect(asked).toMatchObject({ ackType: 9, modal: { title: `Reject Request ${codeOf(again)}` } });
    await discord.submitModal({ modal: asked, values: { "t:reason": "Not on a Friday @everyone" } });
    const closed = await office.closed(again);
    expect(closed.text).toMatch(/Rejected by Cyd · <t:\d+:f>\. I didn't run it\. Reason: Not on a Friday/);
    const word = await town.seen(general, ({ isV2, text }) => !isV2 && text.includes("Rejected by Cyd"));
    expect(word.text).toContain("Not on a Friday");
    expect([...closed.pings, ...word.pings]).toEqual([]);
    expect(effects.size).toBe(0);
    expect(town.faults()).toEqual([]);
  });

  test("manner 10: nobody decides for three days, so it is not done, and the card and who asked say so", async () => {
    await using office = await openDiscordOffice();
    const { town, effects } = office;
    const { house, general, ben, cyd } = town;
    const card = await office.ask(ben, general);
    house.wait(73 * HOUR);
    await town.restart();
    const closed = await office.closed(card);
    expect(closed.text).toMatch(/Timed out.*I didn't run it\./);
    await town.seen(general, ({ isV2, text }) => !isV2 && text.includes("Timed out"));
    const late = await town.slash(cyd, general, "approve", { code: codeOf(card) });
    expect(late.text).toContain("gate_closed");
    expect(effects.size).toBe(0);
    expect(town.faults()).toEqual([]);
  });

  test(
    "what nobody decides for a day is recalled once where its card is, and pings nobody",
    async () => {
      await using office = await openDiscordOffice();
      const { town } = office;
      const { house, general, ben } = town;
      const card = await office.ask(ben, general);
      house.wait(25 * HOUR);
      await town.restart();
      const isReminder = ({ text }: { text: string }) => text.includes("Nobody has decided this yet: Run Act 1.0.0");
      const reminder = await town.seen(card.channelId, isReminder);
      expect(reminder.text).toContain(`approve ${codeOf(card)}`);
      expect(reminder.pings).toEqual([]);
      await town.restart();
      await town.press(ben, card, "Details");
      expect(town.replies(card.channelId).filter(isReminder)).toHaveLength(1);
      expect(town.faults()).toEqual([]);
    },
    LONG,
  );

  test("manner 11: the card's buttons work after a restart, and so do those of yesterday's answers", async () => {
    await using office = await openDiscordOffice();
    const { town, effects } = office;
    const { house, general, ben, cyd } = town;
    const answer = await town.answer(ben, general, "what's the weather in Lisbon?");
    const card = await office.ask(ben, general);
    await town.restart(() => house.wait(20 * HOUR));
    await town.press(cyd, card, "Run It");
    await office.closed(card);
    expect([...effects]).toEqual([["act-1-2", 1]]);
    await town.press(ben, answer, "Tomorrow");
    await town.seen(general, ({ text }) => /^Lisbon.* on /.test(text));
    house.wait(10 * 24 * HOUR);
    await town.press(ben, answer, "Tomorrow");
    const old = await town.whispered(ben, ({ text }) => text.includes("action_expired"));
    expect(old.text).toContain("no longer active");
    expect(old.text).not.toMatch(TRACES);
    expect(town.faults()).toEqual([]);
  });

  test("manner 14: all of it can be typed, as a command or as a mention", async () => {
    await using office = await openDiscordOffice();
    const { town, effects } = office;
    const { general, ada, ben, cyd } = town;
    const card = await office.ask(ben, general);
    const code = codeOf(card);
    expect((await town.slash(cyd, general, "approvals")).text).toContain(code);
    expect((await town.slash(cyd, general, "details", { code: code.toLowerCase() })).text).toContain("Request sha256");
    expect((await town.slash(ben, general, "approve", { code })).text).toContain("not_allowed");
    expect((await town.slash(cyd, general, "approve", { code })).text).toContain("You approved this.");
    await town.seen(general, ({ text }) => text.startsWith("done act-1-2"));
    expect(effects.get("act-1-2")).toBe(1);

    const other = await office.ask(ben, general, "perform drill effect act-3-4");
    await town.ask(ada, town.dm(ada), `reject ${codeOf(other)} because Not today.`);
    expect((await office.closed(other)).text).toContain("Reason: Not today");
    expect(town.faults()).toEqual([]);
  });

  test("manner 28: a private result goes to who asked for it alone, and not to who approved it", async () => {
    await using office = await openDiscordOffice({ isPrivate: true });
    const { town, effects } = office;
    const { discord, general, ada, ben, cyd } = town;
    const thread = discord.addThread({ channel: general, name: "Release" }).id;
    for (const [place, id] of [
      [general, "act-5-6"],
      [thread, "act-7-8"],
    ] as const) {
      const card = await office.ask(ben, place, `perform drill effect ${id}`);
      expect(card.text).not.toContain(id);
      await town.press(cyd, card, "Run It");
      await town.seen(town.dm(ben), ({ text }) => text.startsWith(`done ${id}`));
      await office.closed(card);
      expect(effects.get(id)).toBe(1);
    }
    const typed = await office.ask(ben, thread, "perform drill effect act-9-9");
    expect((await town.slash(cyd, thread, "approve", { code: codeOf(typed) })).text).toContain("You approved this.");
    await town.seen(town.dm(ben), ({ text }) => text.startsWith("done act-9-9"));
    const others = [general, thread, town.dm(ada), town.dm(cyd)].flatMap((place) => town.replies(place));
    for (const { text } of [...others, ...discord.ephemerals(ada), ...discord.ephemerals(cyd)]) {
      expect(text).not.toMatch(/done act|number \d/);
    }
    expect(town.faults()).toEqual([]);
  });

  test("manner 3: Details shows to whoever asks, alone, exactly what would be run, its code as a file", async () => {
    await using office = await openDiscordOffice();
    const { town } = office;
    const { general, ben } = town;
    const card = await office.ask(ben, general);
    await town.press(ben, card, "Details");
    const details = await town.whispered(ben, ({ text }) => text.includes("Request sha256"));
    expect(details.text).toContain('"id": "act-1-2"');
    expect(details.attachments.map(({ filename }) => filename)).toEqual(["act-1.0.0.txt"]);
    expect(details.attachments[0]?.content.toString()).toContain("effects.example.com/effects/");
    expect(town.replies(general)).toHaveLength(1);
    expect(town.faults()).toEqual([]);
  });

  test("APV-005, manner 5: who asked for what moves money cannot approve it; two others must", async () => {
    await using office = await openDiscordOffice({ effect: "money" });
    const { town, effects } = office;
    const { general, ada, ben, cyd } = town;
    await town.ask(ada, town.dm(ada), "make Ben operator");
    const card = await office.ask(cyd, general);
    await town.confirm(cyd, card, "Run It", "Run It");
    await town.whispered(cyd, ({ text }) => text.includes("others must approve"));
    await town.confirm(ada, card, "Run It", "Run It");
    await vi.waitUntil(() => town.now(card).text.includes("1 of 2"), PATIENCE);
    expect(effects.size).toBe(0);
    await town.confirm(ben, card, "Run It", "Run It");
    expect((await office.closed(card)).text).toMatch(/Approved by (Ada and Ben|Ben and Ada)/);
    expect(effects.get("act-1-2")).toBe(1);
    expect(town.faults()).toEqual([]);
  });

  test("manner 6: fifty presses at once come to one decision, and nobody is left waiting", async () => {
    await using office = await openDiscordOffice();
    const { town, effects } = office;
    const { general, ada, ben, cyd } = town;
    const card = await office.ask(ben, general);
    const people = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? ada : cyd));
    const presses = await Promise.all(people.map((person) => town.press(person, card, "Run It")));
    expect(presses.every(({ late }) => !late)).toBe(true);
    await office.closed(card);
    const alone = () => [...town.discord.ephemerals(ada), ...town.discord.ephemerals(cyd)];
    await vi.waitUntil(() => alone().filter(({ text }) => text.includes("gate_closed")).length === 49, PATIENCE);
    expect(effects.get("act-1-2")).toBe(1);
    expect(town.replies(general).filter(({ text }) => text.startsWith("done"))).toHaveLength(1);
    expect(town.faults()).toEqual([]);
  });

  test("manner 9: asked for again, the older card is superseded and names the newer request", async () => {
    await using office = await openDiscordOffice();
    const { town, effects } = office;
    const { general, ben } = town;
    const older = await office.ask(ben, general);
    const newer = await office.ask(ben, general);
    expect((await office.closed(older)).text).toContain(`request ${codeOf(newer)} took its place`);
    expect(labelsOf(town.now(newer))).toContain("Run It");
    expect(effects.size).toBe(0);
    expect(town.faults()).toEqual([]);
  });

  test("manners 8 and 16: a module is switched off after two presses, and Undo asks for the opposite", async () => {
    await using office = await openDiscordOffice();
    const { town } = office;
    const { general, ben, cyd } = town;
    expect((await town.slash(ben, general, "disable", { module: "weather" })).text).toContain("in the channel");
    const card = await town.seen(general, ({ isV2 }) => isV2);
    await town.confirm(cyd, card, "Switch Off Weather", "Switch Off");
    expect((await office.closed(card)).text).toMatch(/Approved by Cyd · <t:\d+:f>/);
    const done = await town.seen(general, ({ text }) => text === "Weather is off here now.");
    const refused = await town.answer(ben, general, "what's the weather in Lisbon?");
    expect(refused.text).toContain("module_off");
    await town.press(cyd, done, "Undo");
    const opposite = await town.seen(general, ({ isV2, text }) => isV2 && text.includes("Switch on Weather"));
    await town.press(cyd, opposite, "Switch On Weather");
    await town.seen(general, ({ text }) => text === "Weather is on here now.");
    expect((await town.answer(ben, general, "what's the weather in Lisbon?")).text).toMatch(/^Lisbon/);
    expect(town.faults()).toEqual([]);
  });
});

test("manner 25: nobody who has nothing to decide or to read gets a message, and no channel a word too many", async () => {
  await using office = await openDiscordOffice();
  const { town } = office;
  const { discord, guild, general, ben, cyd } = town;
  const dan = discord.addMember({ guild, name: "Dan" }).id;
  const lounge = discord.addChannel({ guild, name: "lounge" }).id;
  const card = await office.ask(ben, general);
  await town.press(cyd, card, "Run It");
  await town.seen(general, ({ text }) => text.startsWith("done"));
  for (const place of [lounge, town.dm(dan), town.dm(ben), town.dm(cyd)]) expect(town.replies(place)).toEqual([]);
  expect(discord.ephemerals(dan)).toEqual([]);
  expect(town.faults()).toEqual([]);
});

test("manner 26: a server that NEXUS comes to hears nothing until somebody asks", async () => {
  await using office = await openDiscordOffice();
  const { town } = office;
  const { discord } = town;
  const guild = discord.addGuild({ name: "Second" }).id;
  const lobby = discord.addChannel({ guild, name: "lobby" }).id;
  const eve = discord.addMember({ guild, name: "Eve" }).id;
  await vi.waitUntil(() => discord.commands(guild).length > 0, PATIENCE);
  expect(town.replies(lobby)).toEqual([]);
  expect((await town.answer(eve, lobby, "approvals")).text).toBe("No request waits for a decision.");
  expect(town.replies(town.dm(eve))).toEqual([]);
  expect(town.faults()).toEqual([]);
});
