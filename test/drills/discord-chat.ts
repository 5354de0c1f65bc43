import { startDiscord } from "#test/platforms/discord/discord.ts";
import type { DrillChat, DrillChatOptions } from "./drill-chat.ts";

/** Discord: each conversation is one person who mentions the bot in a channel of their own, every other one in a thread there. */
export async function openDiscordChat({ ageMs: firstAgeMs, deliveries }: DrillChatOptions): Promise<DrillChat> {
  let ageMs = firstAgeMs;
  const discord = await startDiscord({ clock: () => new Date(Date.now() - ageMs) });
  discord.gateway.deliveries = deliveries;
  // What was seen just before a resume comes again with it.
  discord.gateway.replaySeen = 3;
  const guild = discord.addGuild({ name: "Drill" }).id;
  const people: { readonly user: string; readonly channel: string }[] = [];
  const last = new Map<number, { readonly id: string; readonly text: string }>();

  function say(conversation: number, text: string): void {
    const person = people[conversation];
    if (person === undefined) throw new Error(`there is no conversation ${conversation}`);
    last.set(conversation, { id: discord.post({ ...person, text, mentionsBot: true }).id, text });
  }

  return {
    settings: { NEXUS_DISCORD_TOKEN: discord.token, NEXUS_DISCORD_API_URL: discord.restUrl },
    isConnected: () => discord.gateway.isConnected,
    // Discord tells nobody whether the bot has heard: people just go on, at the pace of a talk.
    async say(conversation, text) {
      say(conversation, text);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    },
    // Whoever reads it after an absence finds it as it is by then: it asks for the same.
    edit(conversation) {
      const said = last.get(conversation);
      const person = people[conversation];
      if (said !== undefined && person !== undefined)
        discord.edit({ ...said, channel: person.channel, text: `<@${discord.botUserId}> ${capitalized(said.text)}` });
      return Promise.resolve();
    },
    open() {
      const user = discord.addMember({ guild, name: `person ${people.length}` }).id;
      const parent = discord.addChannel({ guild, name: `channel-${people.length}` }).id;
      const isThread = people.length % 2 === 1;
      const channel = isThread ? discord.addThread({ channel: parent, name: "thread", owner: user }).id : parent;
      return people.push({ user, channel }) - 1;
    },
    age: (ms) => void (ageMs = ms),
    rotate: () => discord.dropGateway(),
    replies: (conversation) =>
      discord
        .messages(people[conversation]?.channel ?? "")
        .filter(({ authorId }) => authorId === discord.botUserId)
        .map(({ text }) => text),
    refusals: discord.refusals,
    [Symbol.asyncDispose]: () => discord[Symbol.asyncDispose](),
  };
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

const PAUSE_MS = 150;
