import { expect, test, vi } from "vitest";
import { memoryOf, openTown, say, startScripted, TOWN } from "#test/discord-kit.ts";

const { general, ada, guild } = TOWN;
const MESSAGE_CONTENT = 1 << 15;

test("manner 66: a bad token is named with its next step, and nothing is tried again", async () => {
  await using town = await openTown();
  await using house = await startScripted(() => undefined, { town, token: "MTA.bad.token" });
  expect(house.door.state()).toMatchObject({ state: "failing", name: "Discord" });
  expect(house.door.state().detail).toContain("token");
  expect(house.door.state().detail).toContain("developer portal");
  expect(town.identifies).toBe(0);
});

test("manner 66: a token that is refused while it runs ends in instructions, not in a loop", async () => {
  await using house = await startScripted(() => undefined);
  const { discord } = house;
  expect(house.door.state()).toMatchObject({ state: "on" });
  discord.closeGateway(4004);
  await vi.waitUntil(() => house.door.state().state === "failing");
  expect(house.door.state().detail).toContain("connect Discord again");
  expect(discord.identifies).toBe(1);
});

test("manner 65: without the message content intent it runs, and says what the intent would bring", async () => {
  await using house = await startScripted(() => undefined);
  expect(house.discord.gateway.handshakes[0]?.intents).toBe(4609);
  expect(house.door.state().detail).toContain("Message Content Intent");
});

test("the message content intent is asked for where the application has it", async () => {
  await using house = await startScripted(() => undefined, { discord: { intentsAllowed: MESSAGE_CONTENT } });
  expect(house.discord.gateway.handshakes[0]?.intents).toBe(4609 | MESSAGE_CONTENT);
  expect(house.door.state().detail).toContain("followed threads");
});

test("manner 66: an intent that is withdrawn while it runs is done without", { timeout: 30_000 }, async () => {
  await using house = await startScripted(() => say("Hello."), { discord: { intentsAllowed: MESSAGE_CONTENT } });
  const { discord } = house;
  discord.gateway.privileged = 0;
  discord.closeGateway(4014);
  await vi.waitUntil(() => discord.gateway.handshakes.at(-1)?.intents === 4609, { timeout: 15_000 });
  await vi.waitUntil(() => house.door.state().detail.includes("Message Content Intent"), { timeout: 10_000 });
  discord.post({ channel: general, user: ada, text: "hi", mentionsBot: true });
  await vi.waitUntil(() => discord.messages(general).length === 2);
  expect(discord.identifies).toBe(2);
});

test("manner 22: what a resumed connection repeats is answered once, and nothing said meanwhile is lost", async () => {
  await using house = await startScripted((inbound) => say(inbound.kind === "message" ? `Re: ${inbound.text}` : "?"));
  const { discord } = house;
  discord.gateway.deliveries = 3;
  discord.gateway.replaySeen = 5;
  discord.post({ channel: general, user: ada, text: "one", mentionsBot: true });
  await vi.waitUntil(() => discord.messages(general).length === 2);
  discord.dropGateway();
  discord.post({ channel: general, user: ada, text: "two", mentionsBot: true });
  await vi.waitUntil(() => discord.resumes === 1, { timeout: 10_000 });
  await vi.waitUntil(() => discord.messages(general).length === 4);
  expect(house.inbounds.map((each) => each.kind === "message" && each.text)).toEqual(["one", "two"]);
  expect(discord.refusals).toEqual([]);
});

test("manner 22: what was said while NEXUS was down is answered at the next start, in order and once", async () => {
  const before = await startScripted((inbound) => say(inbound.kind === "message" ? `Re: ${inbound.text}` : "?"));
  const { discord } = before;
  const direct = discord.dm(ada).id;
  discord.post({ channel: direct, user: ada, text: "hi" });
  discord.post({ channel: general, user: ada, text: "one", mentionsBot: true });
  await vi.waitUntil(() => before.delivered.length === 2);
  await before.door[Symbol.asyncDispose]();
  discord.post({ channel: general, user: ada, text: "two", mentionsBot: true });
  discord.post({ channel: general, user: ada, text: "not for us" });
  discord.post({ channel: general, user: ada, text: "three", mentionsBot: true });
  discord.post({ channel: direct, user: ada, text: "still there?" });
  await using _ = before.discord;
  await using after = await before.restart();
  await vi.waitUntil(() => after.inbounds.length === 3);
  const texts = (key: string) =>
    after.inbounds.flatMap((each) => (each.kind === "message" && each.conversation.channelId === key ? each.text : []));
  expect(texts(general)).toEqual(["two", "three"]);
  expect(texts(direct)).toEqual(["still there?"]);
  expect(new Set(after.inbounds.map(({ actor }) => actor.tenantId))).toEqual(new Set([guild]));
  await vi.waitUntil(() => after.delivered.length === 3);
  expect(after.inbounds[0]).toMatchObject({ actor: { affiliation: "member", tenantId: guild } });
  expect(discord.refusals).toEqual([]);
});

test(
  "manner 22: what was said while a session was lost for good is answered in the next",
  { timeout: 30_000 },
  async () => {
    await using house = await startScripted((inbound) => say(inbound.kind === "message" ? `Re: ${inbound.text}` : "?"));
    const { discord } = house;
    discord.post({ channel: general, user: ada, text: "one", mentionsBot: true });
    await vi.waitUntil(() => house.delivered.length === 1);
    discord.gateway.isOpen = false;
    discord.dropGateway();
    discord.invalidSession();
    discord.post({ channel: general, user: ada, text: "two", mentionsBot: true });
    discord.gateway.isOpen = true;
    await vi.waitUntil(() => house.delivered.length === 2, { timeout: 20_000 });
    expect(discord.identifies).toBe(2);
    expect(house.inbounds).toMatchObject([{ text: "one" }, { text: "two" }]);
    expect(discord.refusals).toEqual([]);
  },
);

test("manner 67: commands are registered once, and again only where they are gone", async () => {
  const before = await startScripted(() => undefined);
  const { discord } = before;
  await vi.waitUntil(() => discord.registrations === 2);
  await using _ = discord;
  await using after = await before.restart();
  await vi.waitUntil(() => after.door.state().state === "on");
  const added = discord.addGuild({ name: "Second" }).id;
  await vi.waitUntil(() => discord.commands(added).length > 0);
  expect(discord.registrations).toBe(3);
  expect(discord.refusals).toEqual([]);
});

test("manner 68: a server that takes NEXUS out is told to core, one that is only unreachable is not", async () => {
  await using house = await startScripted(() => undefined);
  const { discord } = house;
  discord.outage(guild);
  const other = discord.addGuild({ name: "Second" }).id;
  discord.removeBot(other);
  await vi.waitUntil(() => house.left.length > 0);
  expect(house.left).toEqual([`discord:${other}`]);
});

test("manner 68: a server that takes NEXUS back is served again, commands and all", async () => {
  await using house = await startScripted(() => say("Here again."));
  const { discord } = house;
  await vi.waitUntil(() => discord.registrations === 2);
  discord.removeBot(guild);
  await vi.waitUntil(() => house.left.length > 0);
  discord.addBot(guild);
  await vi.waitUntil(() => discord.registrations === 3);
  discord.post({ channel: general, user: ada, text: "hello", mentionsBot: true });
  await vi.waitUntil(() => discord.messages(general).length === 2);
  expect(house.inbounds).toMatchObject([{ text: "hello", actor: { tenantId: guild } }]);
  expect(discord.refusals).toEqual([]);
});

test("a Discord that cannot be reached does not hold the house up, and is tried again", async () => {
  await using town = await openTown();
  town.fail("GET /applications/@me", 503, 0, 10);
  await using house = await startScripted(() => undefined, { town });
  expect(house.door.state()).toMatchObject({ state: "failing", detail: expect.stringContaining("keep trying") });
});

test("manner 22: what was heard but not written down before the end is asked for again", async () => {
  await using discord = await openTown();
  const memory = memoryOf();
  {
    await using killed = await startScripted(() => undefined, { town: discord, memory, failing: 1_000 });
    discord.post({ channel: general, user: ada, text: "one", mentionsBot: true });
    const direct = discord.dm(ada).id;
    discord.post({ channel: direct, user: ada, text: "two" });
    await vi.waitUntil(() => discord.typing(general).length === 1 && discord.typing(direct).length === 1);
    expect(killed.inbounds).toEqual([]);
  }
  await using after = await startScripted(() => say("Yes."), { town: discord, memory });
  await vi.waitUntil(() => after.delivered.length === 2);
  const texts = after.inbounds.map((each) => (each.kind === "message" ? each.text : ""));
  expect(texts.toSorted()).toEqual(["one", "two"]);
});
