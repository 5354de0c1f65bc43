import { vi } from "vitest";
import {
  type DiscordOptions,
  type LoopbackDiscord,
  type SeenMessage,
  startDiscord,
} from "#test/platforms/discord/discord.ts";
import { type House, openHouse, textOf } from "./house.ts";

/** The whole of NEXUS beside a Discord server with people in it, and the terminal. */
export interface DiscordHouse extends AsyncDisposable {
  readonly house: House;
  readonly discord: LoopbackDiscord;
  readonly guild: string;
  readonly general: string;
  /** Becomes the owner. */
  readonly ada: string;
  readonly ben: string;
  readonly cyd: string;
  /** Mentions the bot, or writes to it directly, and resolves with its new messages there. */
  ask(user: string, channel: string, text: string, options?: AskOptions): Promise<readonly SeenMessage[]>;
  /** The bot's messages of a channel. */
  replies(channel: string): readonly SeenMessage[];
  /** Makes Ada the owner, as a person would: a code from the terminal, sent in a direct message. */
  linkAda(): Promise<void>;
}

export interface AskOptions {
  /** How many replies to wait for. */
  readonly replies?: number;
  readonly mention?: false;
}

const PATIENCE = { timeout: 15_000, interval: 10 };

export async function openDiscordHouse(
  options: DiscordOptions & { readonly settings?: Readonly<Record<string, string>> } = {},
): Promise<DiscordHouse> {
  await using stack = new AsyncDisposableStack();
  let house: House | undefined;
  const discord = stack.use(
    await startDiscord({ clock: () => house?.now() ?? new Date("2026-11-20T20:00:00Z"), ...options }),
  );
  const guild = discord.addGuild({ name: "Story" }).id;
  const general = discord.addChannel({ guild, name: "general" }).id;
  const [ada = "", ben = "", cyd = ""] = ["Ada", "Ben", "Cyd"].map((name) => discord.addMember({ guild, name }).id);
  const opened = stack.use(
    await openHouse({
      settings: {
        NEXUS_DISCORD_TOKEN: discord.token,
        NEXUS_DISCORD_API_URL: discord.restUrl,
        ...options.settings,
      },
    }),
  );
  house = opened;
  await vi.waitUntil(() => discord.gateway.isConnected && discord.registrations > 0, PATIENCE);

  const replies = (channel: string): readonly SeenMessage[] =>
    discord.messages(channel).filter(({ authorId, isLoading }) => authorId === discord.botUserId && !isLoading);

  const ask: DiscordHouse["ask"] = async (user, channel, text, given = {}) => {
    const before = replies(channel).length;
    const isDm = [ada, ben, cyd].some((each) => discord.dm(each).id === channel);
    discord.post({ channel, user, text, mentionsBot: given.mention ?? !isDm });
    await vi.waitUntil(() => replies(channel).length >= before + (given.replies ?? 1), PATIENCE);
    return replies(channel).slice(before);
  };

  const held = stack.move();
  return {
    house: opened,
    discord,
    guild,
    general,
    ada,
    ben,
    cyd,
    ask,
    replies,
    async linkAda() {
      const code = /\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/.exec(textOf(await opened.say("link")))?.[0];
      if (code === undefined) throw new Error("the terminal gave no code");
      await ask(ada, discord.dm(ada).id, `link ${code}`);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
