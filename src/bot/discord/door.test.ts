import { expect, test, vi } from "vitest";
import { say, startScripted, TOWN, token } from "#test/discord-kit.ts";

const { general, ada, bob, guild } = TOWN;

test("manner 19: a mention in a channel is answered as a reply to it, and pings nobody", async () => {
  await using house = await startScripted(() => say("It is @everyone sunny, <@5002>."));
  const { discord } = house;
  const { id } = discord.post({ channel: general, user: ada, text: "weather in Toronto?", mentionsBot: true });
  await vi.waitUntil(() => discord.messages(general).length === 2);
  const answer = discord.messages(general)[1];
  expect(answer).toMatchObject({ replyTo: id, pings: [] });
  expect(answer?.content).toContain("sunny");
  expect(house.inbounds).toMatchObject([
    {
      kind: "message",
      text: "weather in Toronto?",
      addressedBy: "mention",
      dedupeKeys: [`discord:${general}:${id}`],
      actor: { tenantId: guild, id: ada, displayName: "Ada", affiliation: "member" },
      conversation: {
        key: `discord:${guild}:${general}:u${ada}`,
        kind: "channel",
        audience: "members",
        name: "general",
      },
      source: { channelId: general, messageId: id },
    },
  ]);
  expect(discord.refusals).toEqual([]);
});

test("a direct message belongs to the one server its sender is a member of", async () => {
  await using house = await startScripted(() => say("Hello."));
  const { discord } = house;
  const channel = discord.dm(ada).id;
  discord.post({ channel, user: ada, text: "hi" });
  await vi.waitUntil(() => discord.messages(channel).length === 2);
  expect(house.inbounds).toMatchObject([
    {
      addressedBy: "dm",
      actor: { tenantId: guild, affiliation: "member" },
      conversation: { kind: "dm", audience: "just_me" },
    },
  ]);
  const stranger = discord.addUser({ name: "Eve" }).id;
  const theirs = discord.dm(stranger).id;
  discord.post({ channel: theirs, user: stranger, text: "hi" });
  await vi.waitUntil(() => discord.messages(theirs).length === 2);
  expect(house.inbounds[1]).toMatchObject({ actor: { tenantId: `@dm:${stranger}`, affiliation: "unknown" } });
  expect(discord.refusals).toEqual([]);
});

test("a direct message to a NEXUS in several servers belongs to none of them", async () => {
  await using house = await startScripted(() => undefined);
  const { discord } = house;
  const second = discord.addGuild({ name: "Second" }).id;
  await vi.waitUntil(() => discord.commands(second).length > 0);
  discord.post({ channel: discord.dm(ada).id, user: ada, text: "hi" });
  await vi.waitUntil(() => house.inbounds.length === 1);
  expect(house.inbounds[0]).toMatchObject({ actor: { tenantId: `@dm:${ada}` } });
});

test("manner 33: a slash command is acknowledged at once and answered in its own message", async () => {
  await using house = await startScripted(() => say("Four modules."));
  const { discord } = house;
  await vi.waitUntil(() => discord.commands(guild).length > 0);
  const done = await discord.slash({ channel: general, user: ada, options: ["modules"], locale: "fr" });
  expect(done).toMatchObject({ ackType: 5, ephemeral: true, late: false });
  await vi.waitUntil(() => done.original?.content !== "");
  expect(done.original?.content).toContain("Four modules.");
  expect(house.inbounds).toMatchObject([{ kind: "command", name: "modules", rest: "", actor: { locale: "fr" } }]);
  expect(house.delivered).toMatchObject([{ ephemeral: true }]);
  expect(discord.refusals).toEqual([]);
});

test("a press on a button is taken without a spinner and answered beside the card", async () => {
  await using house = await startScripted((inbound) =>
    inbound.kind === "action"
      ? say("Pressed.")
      : say("Choose", {
          parts: [{ type: "actions", items: [{ type: "button", label: "Again", token: token("say") }] }],
        }),
  );
  const { discord } = house;
  discord.post({ channel: general, user: ada, text: "go", mentionsBot: true });
  await vi.waitUntil(() => discord.messages(general).length === 2);
  const pressed = await discord.press({ channel: general, user: bob, label: "Again" });
  expect(pressed).toMatchObject({ ackType: 6, late: false });
  await vi.waitUntil(() => discord.messages(general).length === 3);
  expect(house.inbounds[1]).toMatchObject({ kind: "action", token: token("say"), actor: { id: bob } });
  expect(discord.refusals).toEqual([]);
});

test("a message in a channel of everybody has an address, and one in a closed channel or said alone has none", async () => {
  await using house = await startScripted(() => undefined);
  const { discord, door } = house;
  const closed = discord.addChannel({ guild, name: "board", isPrivate: true }).id;
  const thread = discord.addThread({ channel: closed, name: "minutes", owner: ada }).id;
  const alone = discord.dm(ada).id;
  const addressIn = async (channelId: string): Promise<string | undefined> => {
    const message = { platform: "discord", tenantId: guild, channelId, messageId: "7001", ephemeral: false } as const;
    return await door.permalink?.(message, new AbortController().signal);
  };
  expect(await addressIn(general)).toBe(`https://discord.com/channels/${guild}/${general}/7001`);
  // NEXUS hears of them in their order. That it may talk in a channel itself opens it to nobody.
  const open = discord.addChannel({ guild, name: "lobby" }).id;
  await vi.waitUntil(async () => (await addressIn(open)) !== undefined);
  for (const where of [closed, thread, alone, "9999"]) expect(await addressIn(where)).toBeUndefined();
});
