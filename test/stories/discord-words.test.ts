import { expect, test } from "vitest";
import { labelsOf, openDiscordHouse, TRACES } from "./discord-house.ts";
import { DEMO } from "./demo-words.ts";

const SUPPRESS_EMBEDS = 1 << 2;
const UNSURE = "am I free to donate";
const LISBON = "what's the weather in Lisbon?";

test("manner 45: help tells the role, who reads along, and words that work on Discord", async () => {
  await using town = await openDiscordHouse();
  const { general, ada, ben } = town;
  const help = await town.answer(ben, general, "help");
  expect(help.text).toContain("You are a viewer here");
  expect(help.text).toContain("Others read along here");
  expect(help.text).toContain(`\`/nexus ask ${LISBON}\``);
  await town.linkAda();
  await town.slash(ben, general, "disable", { module: "gaming" });
  const owner = await town.answer(ada, town.dm(ada), "help");
  expect(owner.text).toContain("You are an owner here");
  expect(owner.text).toContain("1 request waits for your decision");
  expect(owner.text).not.toContain("Others read along");
  const asked = await town.slash(ben, general, "ask", { text: LISBON });
  expect(asked.text).toMatch(/^Lisbon/);
  expect(town.faults()).toEqual([]);
});

test("manner 46: what could mean several things is offered as buttons, and the pressed one is answered", async () => {
  await using town = await openDiscordHouse();
  const { general, ben } = town;
  const asked = await town.answer(ben, general, UNSURE);
  expect(labelsOf(asked)).toContain("Something Else");
  const choice = labelsOf(asked).find((label) => label.startsWith("Clash Royale")) ?? "";
  await town.press(ben, asked, choice);
  const donations = await town.seen(general, ({ text }) => text.includes("donat") && text.includes("Sample data"));
  expect(donations.pings).toEqual([]);
  await town.press(ben, asked, "Something Else");
  await town.seen(general, ({ text }) => text.includes("cannot_do"));
  expect(town.faults()).toEqual([]);
});

test("manners 43 and 47: what no module does is said plainly, with a reference and no trace of the inside", async () => {
  await using town = await openDiscordHouse();
  const reply = await town.answer(town.ben, town.general, "book me a flight to Lisbon");
  expect(reply.text).toContain("I can't do that yet: no installed module does it.");
  expect(reply.text).toMatch(/cannot_do · ref [0-9a-f]{8}/);
  expect(reply.text).not.toMatch(TRACES);
  expect(town.faults()).toEqual([]);
});

test("manner 49: an answer names its source and its time, and sample data is called so", async () => {
  await using town = await openDiscordHouse();
  const { general, ben } = town;
  expect((await town.answer(ben, general, LISBON)).text).toMatch(
    /\*\*Sample data\*\*, generated · Weather · as of <t:/,
  );
  await town.connectWeather();
  const real = await town.answer(ben, general, LISBON);
  expect(real.text).toMatch(/-# Weather · as of <t:\d+:t>/);
  expect(real.text).not.toContain("Sample data");
  expect(town.faults()).toEqual([]);
});

test("manners 31, 51 and 69: everything that can be shown is drawn within Discord's limits, for everyone to read", async () => {
  await using town = await openDiscordHouse();
  const { general, ben } = town;
  const sentences = [
    "show every kind of part in the showroom",
    "give me a big demo answer",
    "who hasn't donated this week?",
    "status",
    "modules",
    "roles",
    "approvals",
    "why",
    UNSURE,
    DEMO.choose,
    "spending by month",
  ];
  for (const words of sentences) await town.ask(ben, general, words);
  const shown = [...town.replies(general), ...town.replies(town.dm(ben))];
  expect(shown.length).toBeGreaterThan(sentences.length);
  for (const message of shown) {
    expect(message.text.trim().length).toBeGreaterThan(10);
    expect(message.pings).toEqual([]);
    expect(message.flags & SUPPRESS_EMBEDS).toBe(SUPPRESS_EMBEDS);
    for (const label of labelsOf(message)) expect(label).not.toMatch(/\p{Extended_Pictographic}/u);
  }
  const pictures = shown.flatMap(({ attachments }) =>
    attachments.filter(({ contentType }) => contentType === "image/png"),
  );
  expect(pictures.length).toBeGreaterThan(2);
  expect(pictures.filter(({ description = "" }) => description.length < 20)).toEqual([]);
  expect(town.faults()).toEqual([]);
});

test("manner 32: thanks are answered with a reaction and no message", async () => {
  await using town = await openDiscordHouse();
  const { discord, general, ben } = town;
  await town.answer(ben, general, LISBON);
  const { id } = discord.post({ channel: general, user: ben, text: "thank you!", mentionsBot: true });
  await town.answer(ben, general, DEMO.count);
  const thanked = discord.messages(general).find((message) => message.id === id);
  expect(Object.values(thanked?.reactions ?? {})).toEqual([[discord.botUserId]]);
  expect(town.replies(general)).toHaveLength(2);
  expect(town.faults()).toEqual([]);
});
