import { expect, test, vi } from "vitest";
import { openTown, say, startScripted, TOWN } from "#test/discord-kit.ts";

const { general, forum, ada, bob, guild } = TOWN;
const MESSAGE_CONTENT = 1 << 15;
const texts = (inbounds: readonly { kind: string }[]) =>
  inbounds.flatMap((each) => ("text" in each && typeof each.text === "string" ? each.text : []));

test("APV-007, INJ-012, manner 21: bots, edits and what names nobody are not answered", async () => {
  await using house = await startScripted(() => undefined);
  const { discord } = house;
  const robot = discord.addMember({ guild, name: "Other Bot", isBot: true }).id;
  discord.post({ channel: general, user: robot, text: "from a bot", mentionsBot: true });
  discord.post({ channel: general, user: ada, text: "to nobody" });
  const { id } = discord.post({ channel: general, user: ada, text: "first", mentionsBot: true });
  discord.edit({ id, channel: general, text: `<@${discord.botUserId}> second` });
  discord.post({ channel: general, user: bob, text: "last", mentionsBot: true });
  await vi.waitUntil(() => house.inbounds.length === 2);
  expect(texts(house.inbounds)).toEqual(["first", "last"]);
});

test("a mention and nothing more asks for help", async () => {
  await using house = await startScripted(() => undefined);
  house.discord.post({ channel: general, user: ada, text: "", mentionsBot: true });
  await vi.waitUntil(() => house.inbounds.length === 1);
  expect(texts(house.inbounds)).toEqual(["help"]);
});

test("manner 20: a followed thread needs no mention, and is left alone when somebody else is addressed", async () => {
  const thread = "7001";
  await using house = await startScripted(() => undefined, {
    discord: { intentsAllowed: MESSAGE_CONTENT },
    following: (key) => key === `discord:${guild}:${thread}`,
  });
  const { discord } = house;
  discord.addThread({ channel: general, id: thread, name: "Weather" });
  const other = discord.addThread({ channel: general, name: "Lunch" }).id;
  discord.post({ channel: thread, user: ada, text: "and tomorrow?" });
  discord.post({ channel: thread, user: ada, text: `<@${bob}> what do you think?` });
  discord.post({ channel: other, user: ada, text: "pizza?" });
  discord.post({ channel: thread, user: ada, text: "thanks" });
  await vi.waitUntil(() => house.inbounds.length === 2);
  expect(texts(house.inbounds)).toEqual(["and tomorrow?", "thanks"]);
  expect(house.inbounds[0]).toMatchObject({
    addressedBy: "thread",
    conversation: { kind: "thread", key: `discord:${guild}:${thread}`, channelId: thread, audience: "members" },
  });
});

test("manner 18: a mention in a thread or forum post is answered there", async () => {
  await using house = await startScripted(() => say("Here."));
  const { discord } = house;
  const thread = discord.addThread({ channel: general, name: "Weather" }).id;
  const post = discord.addForumPost({ channel: forum, name: "How do I" }).id;
  discord.post({ channel: thread, user: ada, text: "a", mentionsBot: true });
  discord.post({ channel: post, user: ada, text: "b", mentionsBot: true });
  await vi.waitUntil(() => discord.messages(thread).length === 2 && discord.messages(post).length === 2);
  const kinds = house.inbounds.map(({ conversation }) => conversation.kind);
  expect(kinds.toSorted()).toEqual(["forum_post", "thread"]);
  expect(discord.refusals).toEqual([]);
});

test("a reply to an answer of ours needs no mention where its text can be read", async () => {
  await using house = await startScripted((inbound) => (inbound.kind === "message" ? say("Sunny.") : undefined), {
    discord: { intentsAllowed: MESSAGE_CONTENT },
  });
  const { discord } = house;
  discord.post({ channel: general, user: ada, text: "weather", mentionsBot: true });
  await vi.waitUntil(() => discord.messages(general).length === 2);
  const answer = discord.messages(general)[1]?.id ?? "";
  discord.post({ channel: general, user: bob, text: "in Porto?", replyTo: answer, pingsAuthor: false });
  await vi.waitUntil(() => house.inbounds.length === 2);
  expect(house.inbounds[1]).toMatchObject({ text: "in Porto?", addressedBy: "mention", actor: { id: bob } });
});

test("people, roles and channels are read by their names", async () => {
  await using discord = await openTown();
  discord.addRole({ guild, id: "8001", name: "Ops" });
  await using house = await startScripted(() => undefined, { town: discord });
  const text = `<@${discord.botUserId}> ask <@${bob}> of <@&8001> in <#${general}> <:wave:123> at <t:1774429200:f>`;
  discord.post({ channel: general, user: ada, text });
  await vi.waitUntil(() => house.inbounds.length === 1);
  expect(texts(house.inbounds)).toEqual(["ask @Bob of @Ops in #general :wave: at 2026-03-25T09:00:00.000Z"]);
});

test("two people in one channel do not wait for each other, and each is heard in order", async () => {
  await using house = await startScripted(() => undefined);
  const { discord } = house;
  const said = Array.from({ length: 20 }, (_, index) => String(index));
  for (const text of said) discord.post({ channel: general, user: ada, text, mentionsBot: true });
  discord.post({ channel: general, user: bob, text: "me too", mentionsBot: true });
  await vi.waitUntil(() => house.inbounds.length === 21);
  expect(texts(house.inbounds)).toEqual([...said, "me too"]);
  expect(new Set(house.inbounds.map(({ conversation }) => conversation.key)).size).toBe(2);
});

test("a message that cannot be written down at first is written down later", async () => {
  await using house = await startScripted(() => say("Yes."), { failing: 2 });
  house.discord.post({ channel: general, user: ada, text: "still there?", mentionsBot: true });
  await vi.waitUntil(() => house.delivered.length === 1, { timeout: 10_000 });
});

test("a file is read from its message, with a fresh address once its own has expired, and never past the limit", async () => {
  let now = Date.now();
  await using house = await startScripted(() => undefined, {
    discord: { clock: () => new Date(now), attachmentLifetimeMs: 60_000 },
  });
  const { discord } = house;
  const file = { name: "bank.csv", contentType: "text/csv", content: Buffer.from("date,amount\n") };
  discord.post({ channel: general, user: ada, text: "import", mentionsBot: true, attachments: [file] });
  await vi.waitUntil(() => house.inbounds.length === 1);
  const [inbound] = house.inbounds;
  const attachment = inbound?.kind === "message" ? inbound.attachments[0] : undefined;
  if (attachment === undefined) throw new Error("no file was heard");
  expect(attachment).toMatchObject({ name: "bank.csv", mimeType: "text/csv", bytes: 12 });
  const unlimited = new AbortController().signal;
  const read = async (maxBytes: number) =>
    Buffer.from(await house.door.read(attachment, maxBytes, unlimited)).toString();
  expect(await read(100)).toBe("date,amount\n");
  await expect(read(5)).rejects.toMatchObject({ code: "file_too_large" });
  const elsewhere = { ...attachment, ref: attachment.ref.replace(discord.origin, "http://127.0.0.1:1") };
  await expect(house.door.read(elsewhere, 100, unlimited)).rejects.toMatchObject({ code: "file_unreadable" });
  now += 120_000;
  await expect(read(100)).rejects.toMatchObject({ code: "file_unreadable" });
});
