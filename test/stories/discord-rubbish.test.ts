import { expect, test, vi } from "vitest";
import { MESSAGE_CONTENT, openDiscordHouse, PATIENCE, TRACES } from "./discord-house.ts";
import { DEMO } from "./demo-words.ts";
import { forged } from "./approval-office.ts";

const GUILD_MESSAGES = 1 << 9;
const LISBON = "what's the weather in Lisbon?";

test.each([
  ["40,000 characters", "lorem ipsum ".repeat(3_334).slice(0, 40_000)],
  ["emoji only", "🎉🎉👩‍👩‍👧‍👦"],
  ["an unknown slash text", "/frobnicate the widget --now"],
  ["marks of right-to-left and of nothing", "\u202e\u200b\u2066?\u2069"],
  ["a fence that never ends", "```ts\nconst a = 1; @everyone"],
  ["half a surrogate", "weather in \ud83d tomorrow"],
])("%s get one readable answer, and the next question its own", async (_, text) => {
  await using town = await openDiscordHouse();
  const { general, ben } = town;
  const [answer, ...more] = await town.ask(ben, general, text);
  expect(more).toEqual([]);
  expect(answer?.text.length).toBeLessThan(2_000);
  expect(answer?.text).not.toMatch(TRACES);
  expect((await town.answer(ben, general, DEMO.count)).text).toContain("counter is at 1");
  expect(town.faults()).toEqual([]);
});

test("manner 30: twelve files at once are gone through in order, and come to one message", async () => {
  await using town = await openDiscordHouse();
  const { ben } = town;
  const files = Array.from({ length: 12 }, (_, index) => ({
    name: index === 7 ? "holiday.jpg" : `bank-${index}.csv`,
    contentType: "text/csv",
    content: Buffer.from(`2026-11-${String(index + 1).padStart(2, "0")},TIM HORTONS #2211 TORONTO,2.15,\n`.repeat(2)),
  }));
  const answer = await town.answer(ben, town.dm(ben), "", { files });
  expect(answer.text.match(/bank-\d+\.csv/g)).toHaveLength(11);
  expect(answer.text).toMatch(/\*\*bank-11\.csv\*\* Imported 2 transactions/);
  expect(answer.text).toContain("I did not read “holiday.jpg”");
  const spent = await town.answer(ben, town.dm(ben), "show me my spending this month");
  expect(spent.text).toMatch(/^You spent \$47\.30/);
  expect(town.replies(town.dm(ben))).toHaveLength(2);
  expect(town.faults()).toEqual([]);
});

test("APV-022, manner 17: a forged button, or one of another message, is only said to be no longer active", async () => {
  await using town = await openDiscordHouse();
  const { discord, general, ben } = town;
  const answer = await town.answer(ben, general, LISBON);
  const stolen = town.now(answer).buttons.find(({ label }) => label === "Tomorrow")?.customId ?? "";
  const elsewhere = await town.answer(ben, town.dm(ben), "help");
  const attempts = [
    [answer, forged("apv")],
    [answer, forged("say")],
    [answer, forged("fbg")],
    [answer, `${stolen.slice(0, -1)}${stolen.endsWith("A") ? "B" : "A"}`],
    [answer, "n1.apv"],
    [answer, "x".repeat(100)],
    [elsewhere, stolen],
  ] as const;
  for (const [{ id }, customId] of attempts) {
    const heard = () => [...discord.ephemerals(ben), ...town.replies(town.dm(ben))];
    const before = heard().length;
    const pressed = await discord.press({ user: ben, messageId: id, forged: customId });
    const answered = await vi.waitUntil(() => heard().length > before && heard(), PATIENCE);
    expect(pressed.late).toBe(false);
    expect(answered.some(({ text }) => /no longer active/.test(text))).toBe(true);
    for (const { text } of answered) expect(text).not.toMatch(TRACES);
  }
  expect(town.replies(general)).toHaveLength(1);
  expect(town.faults()).toEqual([]);
});

test("events without a person, a channel or any sense are passed over", async () => {
  await using town = await openDiscordHouse();
  const { discord, guild, general, ben } = town;
  const events: readonly Record<string, unknown>[] = [
    {},
    { id: "1", channel_id: general, guild_id: guild, type: 0, content: "no author" },
    { id: "2", channel_id: "1", guild_id: "1", type: 0, content: "nowhere", mentions: [], attachments: [] },
    { id: "x", channel_id: {}, content: 7, author: { id: 5 } },
  ];
  for (const event of events) {
    discord.gateway.dispatch("MESSAGE_CREATE", GUILD_MESSAGES, () => event);
    discord.gateway.dispatch("INTERACTION_CREATE", 0, () => event);
    discord.gateway.dispatch("THREAD_CREATE", 0, () => event);
    discord.gateway.dispatch("SOMETHING_NEW", 0, () => event);
  }
  expect((await town.answer(ben, general, DEMO.count)).text).toContain("counter is at 1");
  expect(town.replies(general)).toHaveLength(1);
  expect(town.faults()).toEqual([]);
});

test("a huge thread of others costs nothing, and a question in it gets its one answer", async () => {
  await using town = await openDiscordHouse({ intentsAllowed: MESSAGE_CONTENT });
  const { house, discord, general, ben, cyd } = town;
  const thread = discord.addThread({ channel: general, name: "Everything" }).id;
  for (let index = 0; index < 600; index += 1) {
    discord.post({ channel: thread, user: index % 2 === 0 ? ben : cyd, text: `line ${index}` });
  }
  // A second later: what is read again after the restart reaches back further than that.
  house.wait(1_000);
  expect((await town.answer(ben, thread, LISBON)).text).toMatch(/^Lisbon/);
  expect(town.replies(thread)).toHaveLength(1);
  await town.restart();
  expect((await town.answer(ben, general, DEMO.count)).text).toContain("counter is at 1");
  expect(town.replies(thread)).toHaveLength(1);
  expect(town.faults()).toEqual([]);
});
