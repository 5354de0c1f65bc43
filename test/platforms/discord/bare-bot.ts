import { Client, Events, GatewayIntentBits, Partials } from "discord.js";
import { onTestFinished } from "vitest";
import { leave } from "#bot/discord/leave.ts";
import { startDiscord, type DiscordOptions, type LoopbackDiscord } from "./discord.ts";

const { Guilds, GuildMessages, DirectMessages } = GatewayIntentBits;

/** A Discord with one guild (100), its channel (200) and two people (42 Kim, 43 Sam); gone when the test is. */
export async function openDiscord(options: DiscordOptions = {}): Promise<LoopbackDiscord> {
  const discord = await startDiscord({ guilds: [{ id: "100", name: "Acme" }], ...options });
  onTestFinished(() => discord[Symbol.asyncDispose]());
  discord.addChannel({ guild: "100", id: "200", name: "general" });
  discord.addMember({ guild: "100", id: "42", name: "Kim" });
  discord.addMember({ guild: "100", id: "43", name: "Sam" });
  return discord;
}

/** A bot that is nothing but the real library, not yet logged in. */
export function bareClient(discord: LoopbackDiscord, intents = [Guilds, GuildMessages, DirectMessages]): Client {
  const client = new Client({
    intents,
    partials: [Partials.Channel],
    allowedMentions: { parse: [], repliedUser: false },
    rest: { api: discord.restUrl, version: "10" },
  });
  onTestFinished(() => leave(client));
  return client;
}

/** The same, logged in and ready. */
export async function connect(discord: LoopbackDiscord, intents?: GatewayIntentBits[]): Promise<Client<true>> {
  const client = bareClient(discord, intents);
  // It fires during login when there are no guilds.
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(discord.token);
  return ready;
}

/** A request as a program without a library would send it. */
export async function call(
  discord: LoopbackDiscord,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const response = await fetch(`${discord.restUrl}/v10${path}`, {
    method,
    headers: {
      authorization: `Bot ${discord.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}
