import { expect, test, vi } from "vitest";
import { memoryOf, openTown, say, startScripted, TOWN } from "#test/discord-kit.ts";
import type { DiscordOptions } from "#test/platforms/discord/discord.ts";

const { general, ada, bob, guild } = TOWN;
const MINUTE_MS = 60_000;
const HISTORY = "GET /channels/{channel_id}/messages";

/** A server that NEXUS has been in and is away from, and its next run. */
async function goAway(options: DiscordOptions = {}) {
  const discord = await openTown(options);
  const memory = memoryOf();
  const house = { town: discord, memory, discord: options };
  const before = await startScripted(() => undefined, house);
  await before.door[Symbol.asyncDispose]();
  return {
    discord,
    ask: (text: string, channel: string = general) => discord.post({ channel, user: ada, text, mentionsBot: true }),
    comeBack: (more: { slowMs?: number } = {}) => startScripted(() => say("Here you are."), { ...house, ...more }),
    reads: () => discord.calls.filter(({ method, path }) => method === "GET" && /\/messages(\?|$)/.test(path)),
    [Symbol.asyncDispose]: () => discord[Symbol.asyncDispose](),
  };
}

const texts = (inbounds: readonly { kind: string }[]) =>
  inbounds.flatMap((each) => ("text" in each && typeof each.text === "string" ? each.text : []));

test("what is older than an hour comes with its age, to be declined, and what is older still is let be", async () => {
  let nowMs = Date.now();
  await using away = await goAway({ clock: () => new Date(nowMs) });
  nowMs += MINUTE_MS;
  away.ask("ancient");
  nowMs += 10 * MINUTE_MS;
  const askedMs = nowMs;
  away.ask("old");
  nowMs += 62 * MINUTE_MS;
  await using house = await away.comeBack();
  await vi.waitUntil(() => house.inbounds.length > 0);
  expect(texts(house.inbounds)).toEqual(["old"]);
  expect(Math.abs((house.inbounds[0]?.sentAtMs ?? 0) - askedMs)).toBeLessThan(MINUTE_MS);
});

test("a flood of old messages does not delay a live one elsewhere, and is taken before what is said there now", async () => {
  await using away = await goAway();
  const { discord } = away;
  const ops = discord.addChannel({ guild, name: "ops" }).id;
  const old = Array.from({ length: 150 }, (_, index) => `old ${index}`);
  for (const text of old) away.ask(text);
  await using house = await away.comeBack({ slowMs: 20 });
  away.ask("live there");
  discord.post({ channel: ops, user: bob, text: "live elsewhere", mentionsBot: true });
  await vi.waitUntil(() => house.inbounds.length === old.length + 2, { timeout: 10_000 });
  const heard = texts(house.inbounds);
  expect(heard.indexOf("live elsewhere")).toBeLessThan(10);
  expect(heard.filter((text) => text !== "live elsewhere")).toEqual([...old, "live there"]);
});

test("channels in which nothing was said are not asked for, the others two at a time", async () => {
  await using away = await goAway();
  const { discord } = away;
  const channels = Array.from({ length: 12 }, (_, index) => discord.addChannel({ guild, name: `room-${index}` }).id);
  for (const channel of channels.slice(0, 8)) away.ask("missed", channel);
  discord.delay(HISTORY, 100);
  await using house = await away.comeBack();
  await vi.waitUntil(() => house.inbounds.length === 8, { timeout: 5_000 });
  const times = away.reads().map(({ atMs }) => atMs);
  expect(times).toHaveLength(8);
  expect((times[7] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(3 * 95);
});

test("a Discord that has trouble is asked again, and no message is taken twice", async () => {
  await using away = await goAway();
  away.ask("missed");
  away.discord.fail(HISTORY, 503, 0, 4);
  await using house = await away.comeBack();
  await vi.waitUntil(() => house.inbounds.length === 1, { timeout: 8_000 });
  expect(texts(house.inbounds)).toEqual(["missed"]);
  expect(away.reads().length).toBeGreaterThan(4);
});

test("a channel that NEXUS may not read any more does not keep the others from being read", async () => {
  await using away = await goAway();
  const { discord } = away;
  const ops = discord.addChannel({ guild, name: "ops" }).id;
  away.ask("here", ops);
  away.ask("and here");
  discord.fail(HISTORY, 403, 50_001);
  await using house = await away.comeBack();
  await vi.waitUntil(() => house.delivered.length === 1);
  expect(away.reads()).toHaveLength(2);
});

test("what could not be read before NEXUS ended again is read at the next start", async () => {
  await using away = await goAway();
  away.ask("missed");
  away.discord.fail(HISTORY, 503, 0, 3);
  const second = await away.comeBack();
  await vi.waitUntil(() => away.reads().length > 0);
  away.discord.post({ channel: general, user: bob, text: "chatter" });
  await second.door[Symbol.asyncDispose]();
  const tried = texts(second.inbounds);
  await using third = await away.comeBack();
  await vi.waitUntil(() => third.inbounds.length === 1, { timeout: 8_000 });
  expect([tried, texts(third.inbounds)]).toEqual([[], ["missed"]]);
});

test("what was changed while NEXUS was away is taken as it stands, and what was changed after it was heard is not", async () => {
  await using discord = await openTown();
  const memory = memoryOf();
  const mention = `<@${discord.botUserId}>`;
  const post = (text: string) => discord.post({ channel: general, user: ada, text, mentionsBot: true }).id;
  const seen = new Map();
  const before = await startScripted(() => say("Here you are."), { town: discord, memory, seen });
  const heard = post("heard");
  await vi.waitUntil(() => before.delivered.length === 1);
  await before.door[Symbol.asyncDispose]();
  discord.edit({ channel: general, id: heard, text: `${mention} heard, and changed` });
  discord.edit({ channel: general, id: post("weather in Lisbno"), text: `${mention} weather in Lisbon` });
  await using after = await startScripted(() => say("Here you are."), { town: discord, memory, seen });
  await vi.waitUntil(() => after.delivered.length === 1);
  expect(texts(after.inbounds)).toEqual(["weather in Lisbon"]);
});

test("what was said before NEXUS was ever there is not answered, however Discord's clock goes", async () => {
  const clock = () => new Date(Date.now() - 30 * MINUTE_MS);
  await using discord = await openTown({ clock });
  discord.post({ channel: general, user: ada, text: "before", mentionsBot: true });
  const memory = memoryOf();
  const first = await startScripted(() => undefined, { town: discord, memory });
  await first.door[Symbol.asyncDispose]();
  discord.post({ channel: general, user: ada, text: "after", mentionsBot: true });
  await using second = await startScripted(() => undefined, { town: discord, memory });
  await vi.waitUntil(() => second.inbounds.length > 0);
  expect([texts(first.inbounds), texts(second.inbounds)]).toEqual([[], ["after"]]);
});
