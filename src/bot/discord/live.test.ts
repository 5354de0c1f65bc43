import { expect, test, vi } from "vitest";
import { say, startScripted, TOWN, token } from "#test/discord-kit.ts";

const { general, ada, guild } = TOWN;
const step = (status: "running" | "done") => ({ id: "1", title: "Weather: forecast", status });

test("manner 33: typing shows within half a second of a message, and not for an answer that is there before", async () => {
  const late = Promise.withResolvers<void>();
  await using house = await startScripted(async (inbound) => {
    if (inbound.kind === "message" && inbound.text === "slow") await late.promise;
    return say("Done.");
  });
  const { discord } = house;
  discord.post({ channel: general, user: ada, text: "quick", mentionsBot: true });
  await vi.waitUntil(() => discord.messages(general).length === 2);
  const asked = performance.now();
  discord.post({ channel: general, user: ada, text: "slow", mentionsBot: true });
  await vi.waitUntil(() => discord.typing(general).length === 1);
  expect(performance.now() - asked).toBeLessThan(500);
  late.resolve();
  await vi.waitUntil(() => discord.messages(general).length === 4);
  expect(discord.typing(general)).toHaveLength(1);
});

test("manner 34: what takes long is one message that is edited, can be stopped, and becomes the answer", async () => {
  const late = Promise.withResolvers<void>();
  await using house = await startScripted(async (inbound, turn) => {
    if (inbound.kind === "action") return undefined;
    const stream = turn.stream();
    stream.step(step("running"));
    await late.promise;
    stream.step(step("done"));
    stream.end();
    return say("Sunny.");
  });
  const { discord } = house;
  discord.post({ channel: general, user: ada, text: "weather", mentionsBot: true });
  await vi.waitUntil(() => discord.messages(general).length === 2, { timeout: 5_000 });
  const progress = discord.messages(general)[1];
  expect(progress?.content).toContain("Weather: forecast");
  await discord.press({ channel: general, user: ada, label: "Stop" });
  await vi.waitUntil(() => house.inbounds.length === 2);
  expect(house.inbounds[1]).toMatchObject({ token: token("stp") });
  late.resolve();
  await vi.waitUntil(() => house.delivered.length === 1);
  expect(discord.messages(general)).toHaveLength(2);
  expect(discord.messages(general)[1]).toMatchObject({ id: progress?.id, content: "Sunny.", buttons: [] });
  expect(discord.refusals).toEqual([]);
});

test("an answer whose list of steps somebody has taken away comes as a message of its own", async () => {
  const late = Promise.withResolvers<void>();
  await using house = await startScripted(async (_inbound, turn) => {
    turn.stream().step(step("running"));
    await late.promise;
    return say("Sunny.");
  });
  const { discord } = house;
  const question = discord.post({ channel: general, user: ada, text: "weather", mentionsBot: true });
  await vi.waitUntil(() => discord.messages(general).length === 2, { timeout: 5_000 });
  discord.remove({ channel: general, id: discord.messages(general)[1]?.id ?? "" });
  late.resolve();
  await vi.waitUntil(() => house.delivered.length === 1);
  expect(discord.messages(general)[1]).toMatchObject({ content: "Sunny.", replyTo: question.id });
});

test("a quick answer has no list of steps", async () => {
  await using house = await startScripted((_inbound, turn) => {
    const stream = turn.stream();
    stream.step(step("running"));
    stream.end();
    return say("Sunny.");
  });
  const { discord } = house;
  discord.post({ channel: general, user: ada, text: "weather", mentionsBot: true });
  await vi.waitUntil(() => house.delivered.length === 1);
  expect(discord.messages(general)[1]).toMatchObject({ content: "Sunny.", edits: 0 });
  expect(discord.calls.filter(({ method }) => method === "PATCH")).toEqual([]);
});

test("manner 36: text is shown as it comes, in edits at least 1.2 s apart", { timeout: 30_000 }, async () => {
  const enough = Promise.withResolvers<void>();
  await using house = await startScripted(async (_inbound, turn) => {
    const stream = turn.stream();
    const timer = setInterval(() => stream.text("word "), 60);
    await enough.promise;
    clearInterval(timer);
    stream.end();
    return say("All of it.");
  });
  const { discord } = house;
  discord.post({ channel: general, user: ada, text: "tell me", mentionsBot: true });
  await vi.waitUntil(() => (discord.messages(general)[1]?.edits ?? 0) >= 2, { timeout: 12_000 });
  enough.resolve();
  await vi.waitUntil(() => discord.messages(general)[1]?.content === "All of it.");
  const edits = discord.calls.filter(({ method, path }) => method !== "GET" && /\/messages(\/\d+)?$/.test(path));
  const gaps = edits.slice(1, -1).map(({ atMs }, index) => atMs - (edits[index]?.atMs ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_190);
  expect(discord.messages(general)).toHaveLength(2);
});

test("a deferred command shows its progress in its own message", async () => {
  const late = Promise.withResolvers<void>();
  await using house = await startScripted(async (_inbound, turn) => {
    const stream = turn.stream();
    stream.step(step("running"));
    await late.promise;
    stream.end();
    return say("Sunny.");
  });
  const { discord } = house;
  await vi.waitUntil(() => discord.commands(guild).length > 0);
  const asked = await discord.slash({ channel: general, user: ada, options: ["ask", { text: "weather" }] });
  await vi.waitUntil(() => asked.original?.content.includes("Weather: forecast") === true, { timeout: 5_000 });
  late.resolve();
  await vi.waitUntil(() => asked.original?.content === "Sunny.");
  expect(discord.messages(general)).toHaveLength(1);
  expect(discord.typing(general)).toEqual([]);
  expect(discord.refusals).toEqual([]);
});

test("manner 38: an answer after a restart takes the place of what the killed process had shown", async () => {
  const before = await startScripted(async (_inbound, turn) => {
    turn.stream().step(step("running"));
    await new Promise(() => undefined);
    return undefined;
  });
  const { discord } = before;
  await using _ = discord;
  discord.post({ channel: general, user: ada, text: "weather", mentionsBot: true });
  await vi.waitUntil(() => discord.messages(general).length === 2, { timeout: 5_000 });
  const [inbound] = before.inbounds;
  if (inbound === undefined) throw new Error("nothing was heard");
  const outbound = before.outbound(inbound, say("Sunny."));
  await using after = await before.restart();
  await after.door.deliver(outbound, new AbortController().signal);
  expect(discord.messages(general)).toHaveLength(2);
  expect(discord.messages(general)[1]).toMatchObject({ content: "Sunny.", buttons: [] });
});
