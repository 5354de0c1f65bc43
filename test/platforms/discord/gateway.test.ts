import { Events, GatewayIntentBits, type Client } from "discord.js";
import { expect, test, vi } from "vitest";
import { bareClient, connect, openDiscord } from "./bare-bot.ts";

const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits;

function listen(client: Client): string[] {
  const heard: string[] = [];
  client.on(Events.MessageCreate, ({ id }) => heard.push(id));
  return heard;
}

test("what was said while the connection was lost is heard after it is resumed, once", async () => {
  const discord = await openDiscord();
  const client = await connect(discord);
  const heard = listen(client);
  const before = discord.post({ channel: "200", user: "42", text: "before" });
  await vi.waitUntil(() => heard.length === 1);
  discord.dropGateway();
  const during = discord.post({ channel: "200", user: "42", text: "during" });
  await vi.waitUntil(() => discord.gateway.isConnected, { timeout: 5000 });
  const after = discord.post({ channel: "200", user: "42", text: "after" });
  await vi.waitUntil(() => heard.length === 3);
  expect(heard).toEqual([before.id, during.id, after.id]);
  expect([discord.identifies, discord.resumes]).toEqual([1, 1]);
});

test("a resume may repeat what was already seen, and every event may come several times", async () => {
  const discord = await openDiscord();
  const client = await connect(discord);
  const frames: string[] = [];
  client.on(Events.Raw, ({ t, d }: { t: string; d: { id: string } }) => {
    if (t === "MESSAGE_CREATE") frames.push(d.id);
  });
  const first = discord.post({ channel: "200", user: "42", text: "one" });
  await vi.waitUntil(() => frames.length === 1);
  discord.gateway.replaySeen = 1;
  discord.closeGateway(4000);
  await vi.waitUntil(() => frames.length === 2, { timeout: 5000 });
  discord.gateway.deliveries = 3;
  const second = discord.post({ channel: "200", user: "42", text: "two" });
  await vi.waitUntil(() => frames.length === 5);
  expect(frames).toEqual([first.id, first.id, second.id, second.id, second.id]);
});

test("Discord can ask for a reconnect, or end the session", async () => {
  const discord = await openDiscord();
  await connect(discord);
  discord.gateway.askToReconnect();
  await vi.waitUntil(() => discord.resumes === 1, { timeout: 5000 });
  await vi.waitUntil(() => discord.gateway.isConnected);
  discord.invalidSession();
  await vi.waitUntil(() => discord.identifies === 2, { timeout: 10_000 });
});

test("a client whose heartbeats are not answered reconnects", async () => {
  const discord = await openDiscord({ heartbeatMs: 100 });
  await connect(discord);
  discord.missHeartbeatAck();
  await vi.waitUntil(() => discord.resumes > 0, { timeout: 5000 });
  discord.gateway.acknowledges = true;
});

test("a privileged intent that is not enabled closes the connection with 4014", async () => {
  const discord = await openDiscord();
  const client = bareClient(discord, [Guilds, GuildMessages, MessageContent]);
  await expect(client.login(discord.token)).rejects.toThrow("Used disallowed intents");
  expect(discord.gateway.closes).toEqual([4014]);
  discord.gateway.privileged = MessageContent;
  const again = await connect(discord, [Guilds, GuildMessages, MessageContent]);
  expect((await again.application.fetch()).flags.has("GatewayMessageContentLimited")).toBe(true);
});

test("a wrong token is told at the first request", async () => {
  const discord = await openDiscord();
  const client = bareClient(discord);
  await expect(client.login("MTIz.wrong.token")).rejects.toMatchObject({ code: "TokenInvalid" });
  expect(discord.identifies).toBe(0);
});

test("a bot learns of a guild that it joins, of an outage, and of being thrown out", async () => {
  const discord = await openDiscord();
  const client = await connect(discord);
  const joined = new Promise<string>((resolve) => client.once(Events.GuildCreate, ({ name }) => resolve(name)));
  const { id } = discord.addGuild({ name: "Beta" });
  expect(await joined).toBe("Beta");
  const down = new Promise<string>((resolve) => client.once(Events.GuildUnavailable, ({ name }) => resolve(name)));
  discord.outage("100");
  expect(await down).toBe("Acme");
  const left = new Promise<string>((resolve) => client.once(Events.GuildDelete, ({ name }) => resolve(name)));
  discord.removeBot(id);
  expect(await left).toBe("Beta");
});
