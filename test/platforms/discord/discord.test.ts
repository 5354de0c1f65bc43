import { Events, GatewayIntentBits, MessageFlags, type Message } from "discord.js";
import { expect, test, vi } from "vitest";
import { call, connect, openDiscord } from "./bare-bot.ts";

const { Guilds, GuildMessages, DirectMessages, MessageContent, GuildMessageReactions } = GatewayIntentBits;

test("without the privileged intent a bot reads only what is meant for it", async () => {
  const discord = await openDiscord();
  const client = await connect(discord);
  const heard: string[] = [];
  client.on(Events.MessageCreate, ({ content, author }) => heard.push(`${author.username}: ${content}`));
  discord.post({ channel: "200", user: "42", text: "between ourselves" });
  discord.post({ channel: "200", user: "42", text: "good morning", mentionsBot: true });
  discord.post({ channel: discord.dm("42").id, user: "42", text: "in private" });
  const { id } = await client.rest
    .post("/channels/200/messages", {
      body: { content: "mine", allowed_mentions: { parse: [] } },
    })
    .then((sent) => ({ id: String(Object(sent).id) }));
  discord.post({ channel: "200", user: "43", text: "a reply to it", replyTo: id });
  discord.post({ channel: "200", user: "43", text: "a silent reply", replyTo: id, pingsAuthor: false });
  await vi.waitUntil(() => heard.length === 6);
  expect(heard).toEqual([
    "Kim: ",
    `Kim: <@${discord.botUserId}> good morning`,
    "Kim: in private",
    "nexus: mine",
    "Sam: a reply to it",
    "Sam: ",
  ]);
});

test("with the privileged intent a bot reads everything in the channels it sees", async () => {
  const discord = await openDiscord({ intentsAllowed: MessageContent });
  discord.addChannel({ guild: "100", id: "201", name: "secret", permissions: [] });
  const client = await connect(discord, [Guilds, GuildMessages, MessageContent]);
  const heard: string[] = [];
  client.on(Events.MessageCreate, ({ content }) => heard.push(content));
  discord.post({ channel: "201", user: "42", text: "hidden" });
  discord.post({ channel: discord.dm("42").id, user: "42", text: "no intent for it" });
  discord.post({ channel: "200", user: "42", text: "between ourselves" });
  await vi.waitUntil(() => heard.length > 0);
  expect(heard).toEqual(["between ourselves"]);
});

test("an answer, its edit, a reaction, a thread and typing are all on the screen", async () => {
  const discord = await openDiscord();
  const client = await connect(discord, [Guilds, GuildMessages, GuildMessageReactions]);
  const asked = new Promise<Message>((resolve) => client.once(Events.MessageCreate, resolve));
  const { id } = discord.post({ channel: "200", user: "42", text: "weather?", mentionsBot: true });
  const message = await asked;
  if (!message.channel.isSendable()) throw new Error("the channel cannot be written to");
  await message.channel.sendTyping();
  const sent = await message.reply({
    content: "**Sunny** for <@42>",
    files: [{ attachment: Buffer.from("a,b"), name: "w.csv", description: "The figures" }],
  });
  await sent.edit("**Cloudy**");
  await message.react("👍");
  const thread = await message.startThread({ name: "Weather" });
  await thread.send("More here");
  const [, answer] = discord.messages("200");
  expect(answer).toMatchObject({
    content: "**Cloudy**",
    replyTo: id,
    edits: 1,
    pings: [],
    authorId: discord.botUserId,
  });
  expect(answer?.attachments[0]).toMatchObject({ filename: "w.csv", description: "The figures", size: 3 });
  expect(await (await fetch(answer?.attachments[0]?.url ?? "")).text()).toBe("a,b");
  expect(discord.messages("200")[0]).toMatchObject({ reactions: { "👍": [discord.botUserId] }, threadId: id });
  expect(discord.threads("200")).toEqual([{ id, name: "Weather", parentId: "200", archived: false, locked: false }]);
  expect(discord.messages(thread.id).map(({ content }) => content)).toEqual(["More here"]);
  expect(discord.typing("200")).toHaveLength(1);

  const reacted = new Promise<string | null>((resolve) =>
    client.once(Events.MessageReactionAdd, ({ emoji }) => resolve(emoji.name)),
  );
  discord.addReaction({ channel: "200", messageId: sent.id, user: "42", emoji: "🎉" });
  expect(await reacted).toBe("🎉");
  expect(discord.refusals).toEqual([]);
});

test("a send that is repeated with its nonce is one message", async () => {
  let now = new Date("2026-11-20T10:00:00Z");
  const discord = await openDiscord({ clock: () => now });
  const client = await connect(discord);
  const channel = await client.channels.fetch("200");
  if (channel?.isSendable() !== true) throw new Error("the channel cannot be written to");
  discord.loseResponse("POST /channels/{channel_id}/messages", 1);
  await expect(channel.send({ content: "once", nonce: "n1", enforceNonce: true })).rejects.toThrow();
  expect(discord.messages("200")).toHaveLength(1);
  await channel.send({ content: "once", nonce: "n1", enforceNonce: true });
  expect(discord.calls.filter(({ method }) => method === "POST")).toHaveLength(2);
  expect(discord.messages("200")).toHaveLength(1);
  now = new Date("2026-11-20T10:06:00Z");
  await channel.send({ content: "once", nonce: "n1", enforceNonce: true });
  expect(discord.messages("200")).toHaveLength(2);
});

test("a bot may not do what its permissions do not say", async () => {
  const discord = await openDiscord();
  const body = { content: "x", allowed_mentions: { parse: [] } };
  const post = async (channel: string) => (await call(discord, "POST", `/channels/${channel}/messages`, body)).body;
  discord.setPermissions("200", []);
  expect(await post("200")).toMatchObject({ code: 50001 });
  discord.setPermissions("200", ["VIEW_CHANNEL"]);
  expect(await post("200")).toMatchObject({ code: 50013 });
  discord.setPermissions("200", ["VIEW_CHANNEL", "SEND_MESSAGES"]);
  expect(await post("200")).toMatchObject({ content: "x" });
  const embeds = { ...body, embeds: [{ title: "t" }] };
  expect((await call(discord, "POST", "/channels/200/messages", embeds)).body).toMatchObject({ code: 50013 });
  expect((await call(discord, "GET", "/channels/200/messages")).body).toEqual([]);

  const thread = discord.addThread({ channel: "200", name: "t" }).id;
  expect(await post(thread)).toMatchObject({ code: 50013 });
  discord.setPermissions("200", ["VIEW_CHANNEL", "SEND_MESSAGES_IN_THREADS"]);
  discord.setThread(thread, { archived: true });
  expect(await post(thread)).toMatchObject({ content: "x" });
  expect(discord.threads()).toMatchObject([{ archived: false }]);
  discord.setThread(thread, { locked: true });
  expect(await post(thread)).toMatchObject({ code: 160005 });

  discord.setDms("42", false);
  expect(await post(discord.dm("42").id)).toMatchObject({ code: 50007 });
  expect(discord.refusals).toHaveLength(6);
});

test("a stranger's token is refused, and so is a path that Discord does not have", async () => {
  const discord = await openDiscord();
  const stranger = await fetch(`${discord.restUrl}/v10/users/@me`, { headers: { authorization: "Bot wrong" } });
  expect(stranger.status).toBe(401);
  expect((await call(discord, "GET", "/applications/@me")).body).toMatchObject({ id: discord.applicationId });
  expect((await call(discord, "GET", "/nonsense")).status).toBe(404);
  expect(discord.refusals.map(({ status }) => status)).toEqual([401, 404]);
});

test("a client that is told to slow down waits, and the message arrives once", async () => {
  const discord = await openDiscord();
  const client = await connect(discord);
  const channel = await client.channels.fetch("200");
  if (channel?.isSendable() !== true) throw new Error("the channel cannot be written to");
  discord.rateLimit("POST /channels/{channel_id}/messages", { times: 1, retryAfterMs: 900 });
  await channel.send("later");
  const [first, second] = discord.calls.filter(({ method }) => method === "POST");
  expect([first?.status, second?.status]).toEqual([429, 200]);
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(900);
  expect(discord.messages("200")).toHaveLength(1);
});

test("a bucket that is used up is announced by header before it is refused", async () => {
  const operation = "POST /channels/{channel_id}/typing";
  const discord = await openDiscord({ buckets: { [operation]: { limit: 2, windowMs: 60_000 } } });
  const answers = [];
  for (let turn = 0; turn < 3; turn += 1) answers.push(await call(discord, "POST", "/channels/200/typing"));
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 429]);
  expect(answers.map(({ headers }) => headers.get("x-ratelimit-remaining"))).toEqual(["1", "0", "0"]);
  expect(answers[0]?.headers.get("content-type")).toBeNull();
  expect(answers[2]?.headers.get("x-ratelimit-scope")).toBe("user");
  expect(Object(answers[2]?.body).retry_after).toBeGreaterThan(50);
});

test("an injected failure is answered once, without doing the work", async () => {
  const discord = await openDiscord();
  discord.fail("POST /channels/{channel_id}/messages", 403, 50013);
  const body = { content: "x", allowed_mentions: { parse: [] } };
  expect((await call(discord, "POST", "/channels/200/messages", body)).body).toMatchObject({ code: 50013 });
  expect((await call(discord, "POST", "/channels/200/messages", body)).status).toBe(200);
  expect(discord.messages("200")).toHaveLength(1);
  expect(discord.refusals).toEqual([]);
});

test("a link to a file works for as long as it says", async () => {
  let now = new Date("2026-11-20T10:00:00Z");
  const discord = await openDiscord({ clock: () => now, attachmentLifetimeMs: 60_000 });
  const attachments = [{ name: "photo.png", contentType: "image/png", content: Buffer.from("png") }];
  discord.post({ channel: "200", user: "42", text: "look", attachments });
  const url = discord.messages("200")[0]?.attachments[0]?.url ?? "";
  expect((await fetch(url)).headers.get("content-type")).toBe("image/png");
  now = new Date("2026-11-20T10:02:00Z");
  expect((await fetch(url)).status).toBe(404);
});

test("a message of components stays one when it is edited", async () => {
  const discord = await openDiscord();
  const card = { flags: 1 << 15, components: [{ type: 10, content: "A card" }], allowed_mentions: { parse: [] } };
  const sent = await call(discord, "POST", "/channels/200/messages", card);
  const path = `/channels/200/messages/${String(Object(sent.body).id)}`;
  expect((await call(discord, "PATCH", path, { ...card, flags: 0 })).status).toBe(400);
  expect((await call(discord, "PATCH", path, { content: "plain", allowed_mentions: { parse: [] } })).status).toBe(400);
  const closed = { components: [{ type: 10, content: "Closed" }], allowed_mentions: { parse: [] } };
  expect((await call(discord, "PATCH", path, closed)).status).toBe(200);
  expect(discord.messages("200")[0]).toMatchObject({ text: "Closed", isV2: true, edits: 1 });
});

test("a file beyond ten mebibytes is refused", async () => {
  const discord = await openDiscord();
  const client = await connect(discord, [Guilds, DirectMessages]);
  const channel = await client.channels.fetch("200");
  if (channel?.isSendable() !== true) throw new Error("the channel cannot be written to");
  const attachment = Buffer.alloc(10 * 1024 * 1024 + 1);
  await expect(channel.send({ files: [{ attachment, name: "big.bin" }] })).rejects.toMatchObject({ code: 40005 });
});

test("whoever is pinged on purpose is on record", async () => {
  const discord = await openDiscord();
  const client = await connect(discord);
  const channel = await client.channels.fetch("200");
  if (channel?.isSendable() !== true) throw new Error("the channel cannot be written to");
  await channel.send({ content: "<@42> <@43> @everyone", allowedMentions: { parse: [], users: ["42"] } });
  const { id } = discord.post({ channel: "200", user: "43", text: "well?" });
  const reply = { messageReference: id };
  await channel.send({ content: "yes", reply, allowedMentions: { parse: [], repliedUser: true } });
  expect(discord.messages("200").map(({ pings }) => pings)).toEqual([["42"], [], ["43"]]);
});

test("a card shows its file, or the file would be lost", async () => {
  const discord = await openDiscord();
  const client = await connect(discord);
  const channel = await client.channels.fetch("200");
  if (channel?.isSendable() !== true) throw new Error("the channel cannot be written to");
  const files = [{ attachment: Buffer.from("x"), name: "all.txt" }];
  const text = { type: 10, content: "Too long to show" } as const;
  const flags = MessageFlags.IsComponentsV2;
  await expect(channel.send({ flags, files, components: [text] })).rejects.toThrow("no component shows all.txt");
  await channel.send({ flags, files, components: [text, { type: 13, file: { url: "attachment://all.txt" } }] });
  expect(discord.messages("200")).toMatchObject([{ attachments: [{ filename: "all.txt" }] }]);
});

test("a forum takes posts, and answers go into the post", async () => {
  const discord = await openDiscord();
  const forum = discord.addChannel({ guild: "100", name: "help", type: "forum" }).id;
  const post = discord.addForumPost({ channel: forum, name: "Rain?", owner: "42" }).id;
  const client = await connect(discord);
  client.on(Events.MessageCreate, (message) => {
    if (!message.author.bot && message.channel.isThread()) void message.channel.send(`in ${message.channel.name}`);
  });
  discord.post({ channel: post, user: "42", text: "will it?", mentionsBot: true });
  await vi.waitUntil(() => discord.messages(post).length === 2);
  expect(discord.messages(post)[1]?.content).toBe("in Rain?");
  const straight = await call(discord, "POST", `/channels/${forum}/messages`, {
    content: "x",
    allowed_mentions: { parse: [] },
  });
  expect(straight.body).toMatchObject({ code: 50008 });
});

test("a limit that is global says so", async () => {
  const discord = await openDiscord();
  discord.rateLimit("GET /users/@me", { times: 1, retryAfterMs: 1500, global: true });
  const limited = await call(discord, "GET", "/users/@me");
  expect(limited.body).toEqual({ message: "You are being rate limited.", retry_after: 1.5, global: true });
  expect([limited.headers.get("retry-after"), limited.headers.get("x-ratelimit-global")]).toEqual(["2", "true"]);
  expect((await call(discord, "GET", "/users/@me")).status).toBe(200);
});
