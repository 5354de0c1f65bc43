import { describe, expect, test, vi } from "vitest";
import { labelsOf, MESSAGE_CONTENT, openDiscordHouse, PATIENCE, TRACES } from "./discord-house.ts";
import { DEMO } from "./demo-words.ts";

const LISBON = "what's the weather in Lisbon?";
const MINUTE = 60_000;

describe("a question in a busy thread", () => {
  test("is answered there with its source and time, and a follow-up by somebody else needs no mention", async () => {
    await using town = await openDiscordHouse({ intentsAllowed: MESSAGE_CONTENT });
    const { discord, general, ben, cyd } = town;
    await town.connectWeather();
    const thread = discord.addThread({ channel: general, name: "Release" }).id;
    discord.post({ channel: thread, user: cyd, text: "who ships today?" });
    const lisbon = await town.answer(ben, thread, LISBON);
    expect(lisbon.text).toMatch(/^Lisbon.*°C/);
    expect(lisbon.text).toMatch(/Weather · as of <t:\d+:t>/);
    expect(lisbon.text).not.toContain("Sample data");
    expect(lisbon.pings).toEqual([]);
    expect((await town.answer(cyd, thread, "and Porto?", { mention: false })).text).toMatch(/^Porto.*°C/);

    discord.post({ channel: thread, user: cyd, text: `thanks, <@${ben}> can you ship?` });
    await town.answer(ben, thread, "and Oslo?", { mention: false });
    expect(town.replies(thread)).toHaveLength(3);
    expect(town.replies(general)).toEqual([]);
    expect(town.faults()).toEqual([]);
  });

  test("without the message content intent needs a mention, and is answered all the same", async () => {
    await using town = await openDiscordHouse();
    const { discord, general, ben, cyd } = town;
    const thread = discord.addThread({ channel: general, name: "Release" }).id;
    await town.answer(ben, thread, LISBON);
    discord.post({ channel: thread, user: cyd, text: "and Porto?" });
    expect((await town.answer(cyd, thread, "and Oslo?")).text).toMatch(/^Oslo/);
    expect(town.replies(thread)).toHaveLength(2);
    expect(town.faults()).toEqual([]);
  });

  test("in a forum is answered in its post", async () => {
    await using town = await openDiscordHouse();
    const { discord, guild, ben } = town;
    const forum = discord.addChannel({ guild, name: "questions", type: "forum" }).id;
    const post = discord.addForumPost({ channel: forum, name: "Rain in Lisbon?", owner: ben }).id;
    expect((await town.answer(ben, post, LISBON)).text).toMatch(/^Lisbon/);
    expect(town.faults()).toEqual([]);
  });

  test("is answered with the last known value and its time while the source is down", async () => {
    await using town = await openDiscordHouse();
    const { house, general, ben } = town;
    await town.connectWeather();
    await town.answer(ben, general, LISBON);
    house.wait(11 * MINUTE);
    house.weather.mode = "500";
    const stale = await town.answer(ben, general, LISBON);
    expect(stale.text).toMatch(/last known, as of <t:1795204800:t>/);
    const failed = await town.answer(ben, general, "what's the weather in Porto?");
    expect(failed.text).toMatch(/upstream_unavailable · ref [0-9a-f]{8}/);
    expect(failed.text).not.toMatch(TRACES);
    house.weather.mode = "ok";
    await town.press(ben, failed, "Try Again");
    await town.seen(general, ({ text }) => text.startsWith("Porto"));
    expect(town.faults()).toEqual([]);
  });
});

describe("the same bot on Discord", () => {
  test("a command is acknowledged at once, and answered in its own message with buttons that work", async () => {
    await using town = await openDiscordHouse();
    const { discord, general, ben, cyd } = town;
    const answer = await town.slash(ben, general, "ask", { text: "how is my clan doing" });
    expect(answer.text).toContain("Sample data");
    expect(answer.ephemeralFor).toBeUndefined();
    const [asked] = discord.interactions;
    expect(asked?.ackType).toBe(5);
    expect(asked?.ackMs).toBeLessThan(1_500);
    const thread = discord.addThread({ channel: general, name: "Clan" }).id;
    const donations = await town.answer(cyd, thread, "who hasn't donated this week?");
    expect(donations.pings).toEqual([]);
    expect(donations.replyTo).toBeDefined();
    await town.press(cyd, answer, "Why");
    const why = await town.seen(general, ({ text }) => text.includes("no model") && text.includes("Confidence"));
    expect(why.text).not.toMatch(TRACES);
    expect(town.faults()).toEqual([]);
  });

  test("manner 22: whatever the gateway repeats after a break is answered once", async () => {
    await using town = await openDiscordHouse();
    const { discord, general, ben, cyd } = town;
    discord.gateway.deliveries = 3;
    discord.gateway.replaySeen = 50;
    await town.answer(ben, general, DEMO.count);
    discord.dropGateway();
    discord.post({ channel: general, user: cyd, text: DEMO.count, mentionsBot: true });
    await town.seen(general, ({ text }) => text.includes("your counter is at 1") && town.replies(general).length === 2);
    expect((await town.answer(ben, general, DEMO.count)).text).toContain("your counter is at 2");
    expect(discord.resumes).toBeGreaterThan(0);
    expect(town.faults()).toEqual([]);
  });

  test("manner 42: a rate limit delays the answers of a channel, changes no order, and gives no notice twice", async () => {
    await using town = await openDiscordHouse();
    const { discord, general, ben } = town;
    await town.answer(ben, general, DEMO.count);
    discord.rateLimit("POST /channels/{channel_id}/messages", { times: 2, retryAfterMs: 300 });
    for (let time = 0; time < 3; time += 1) {
      discord.post({ channel: general, user: ben, text: DEMO.count, mentionsBot: true });
    }
    await vi.waitUntil(() => town.replies(general).length === 4, PATIENCE);
    const counts = town.replies(general).map(({ text }) => /counter is at (\d)/.exec(text)?.[1]);
    expect(counts).toEqual(["1", "2", "3", "4"]);
    expect(town.faults()).toEqual([]);
  });

  test("what was asked while NEXUS was away is answered when it is back, and marked with how late it is", async () => {
    await using town = await openDiscordHouse();
    const { house, discord, general, ben } = town;
    await town.answer(ben, general, DEMO.count);
    await town.restart(() => {
      discord.post({ channel: general, user: ben, text: DEMO.count, mentionsBot: true });
      house.wait(12 * MINUTE);
    });
    const late = await town.seen(general, ({ text }) => text.includes("your counter is at 2"));
    expect(late.text).toContain("12 min");
    expect(town.faults()).toEqual([]);
  });
});

describe("suggestions while typing", () => {
  test("are what can be asked here, and the modules that can be switched", async () => {
    await using town = await openDiscordHouse();
    const { discord, general, ben } = town;
    const typed = { user: ben, channel: general };
    const asked = await discord.autocomplete({ ...typed, options: ["ask", { text: "what's the w" }] });
    expect(asked.map(({ value }) => value)).toContain(LISBON);
    expect(asked.length).toBeLessThanOrEqual(25);
    const modules = await discord.autocomplete({ ...typed, options: ["disable", { module: "wea" }] });
    expect(modules).toEqual([{ name: "weather", value: "weather" }]);
    expect(await discord.autocomplete({ ...typed, options: ["ask", { text: "zzz" }] })).toEqual([]);
    expect(town.faults()).toEqual([]);
  });
});

test("manner 37: “stop” and the Stop button end what runs within two seconds, and what comes after is answered", async () => {
  await using town = await openDiscordHouse();
  const { house, discord, general, ben } = town;
  await town.connectWeather();
  house.weather.mode = "slow";
  const begin = async (): Promise<void> => {
    const before = house.weather.requests.length;
    discord.post({ channel: general, user: ben, text: LISBON, mentionsBot: true });
    await vi.waitUntil(() => house.weather.requests.length > before, PATIENCE);
  };
  await begin();
  const typedAt = performance.now();
  expect((await town.answer(ben, general, "stop")).text).toBe("Okay, I stopped.");
  expect(performance.now() - typedAt).toBeLessThan(2_000);

  await begin();
  const progress = await town.seen(general, (message) => labelsOf(message).includes("Stop"));
  const pressedAt = performance.now();
  await town.press(ben, progress, "Stop");
  await vi.waitUntil(() => town.now(progress).text === "Okay, I stopped.", PATIENCE);
  expect(performance.now() - pressedAt).toBeLessThan(2_000);
  expect(labelsOf(town.now(progress))).toEqual([]);
  expect((await town.answer(ben, general, DEMO.count)).text).toContain("counter");
  expect(town.faults()).toEqual([]);
});

test("manner 39: what is said while an answer is on its way is answered after it, in order", async () => {
  await using town = await openDiscordHouse();
  const { discord, general, ben, cyd } = town;
  discord.post({ channel: general, user: ben, text: DEMO.slow, mentionsBot: true });
  discord.post({ channel: general, user: ben, text: DEMO.count, mentionsBot: true });
  expect((await town.answer(cyd, general, LISBON)).text).toMatch(/^Lisbon/);
  await vi.waitUntil(() => town.replies(general).length === 3, PATIENCE);
  const [, slow, count] = town.replies(general);
  expect(slow?.text).toContain(DEMO.slowAnswer);
  expect(count?.text).toContain("counter is at 1");
  expect(town.faults()).toEqual([]);
});
