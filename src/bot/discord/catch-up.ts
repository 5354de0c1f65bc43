import { ChannelType } from "discord.js";
import { z } from "zod";
import type { DoorMemory } from "#core/contract/door.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { DiscordApi } from "./api.ts";
import type { Ear } from "./hear.ts";
import type { MessagePayload } from "./parse/message.ts";
import { isDenied } from "./failure.ts";
import { PlacePayload } from "./parse/place.ts";
import { isOlder, snowflakeAt } from "./parse/snowflake.ts";
import type { Seen } from "./seen.ts";

/** https://docs.discord.com/developers/events/gateway-events#guild-create */
const Guild = z.object({
  id: z.string(),
  channels: z.array(PlacePayload).optional(),
  threads: z.array(PlacePayload).optional(),
});

export interface CatchUpDeps {
  readonly api: DiscordApi;
  readonly ear: Ear;
  readonly memory: DoorMemory;
  readonly seen: Seen;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What was said while NEXUS was not listening. A message that was heard after all is asked for twice, and taken once. */
export interface CatchUp {
  /** Direct channels with those who have written before, when a session begins. */
  direct(mark: Promise<string | undefined>): void;
  /** The channels and threads of a server, as its event lists them. */
  guild(payload: unknown, mark: Promise<string | undefined>): void;
}

/** Makes it. A channel in which nothing was said since the mark costs no request. */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { api, ear, memory, seen, clock, log, signal } = deps;

  /** Puts the reading of a channel before whatever is heard there from now on. */
  function read(channel: PlacePayload, guildId: string | undefined, marked: Promise<string | undefined>): void {
    const held = seen.hold();
    ear.before(channel.id, async (take) => {
      const mark = await marked;
      if (mark !== undefined) await readSince(mark, channel, guildId, take);
      // Not released when that failed: the mark stays, and the next start makes up for it.
      if (!signal.aborted) held[Symbol.dispose]();
    });
  }

  async function readSince(
    mark: string,
    { id, last_message_id: last }: PlacePayload,
    guildId: string | undefined,
    take: (message: MessagePayload) => Promise<void>,
  ): Promise<void> {
    const oldest = snowflakeAt(clock().getTime() - OLDEST_MS);
    let after = isOlder(mark, oldest) ? oldest : mark;
    if (guildId !== undefined && (typeof last !== "string" || !isOlder(after, last))) return;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const missed = await ask(id, after);
      for (const message of missed) await take({ ...message, ...(guildId !== undefined && { guild_id: guildId }) });
      after = missed.at(-1)?.id ?? after;
      if (missed.length < PAGE) return;
    }
    log.warn({ channel: id }, "more was said while I was away than I read");
  }

  async function ask(channelId: string, after: string): Promise<MessagePayload[]> {
    try {
      return await api.messagesAfter(channelId, after, signal);
    } catch (error) {
      if (isDenied(error)) return [];
      throw error;
    }
  }

  return {
    direct(mark) {
      ear.beforeDirect(async () => {
        for (const key of (await memory.keys("dm:")).slice(-MOST_DIRECT)) {
          read({ id: key.slice("dm:".length), type: ChannelType.DM }, undefined, mark);
        }
      });
    },
    guild(payload, mark) {
      const guild = Guild.safeParse(payload).data;
      if (guild === undefined) return;
      for (const channel of [...(guild.channels ?? []), ...(guild.threads ?? [])]) read(channel, guild.id, mark);
    },
  };
}

/** What is older is not acted on. */
const OLDEST_MS = 60 * 60_000;
const PAGE = 100;
const MOST_PAGES = 20;
const MOST_DIRECT = 200;
