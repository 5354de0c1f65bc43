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
