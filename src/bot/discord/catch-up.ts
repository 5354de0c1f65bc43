import { setTimeout as pause } from "node:timers/promises";
import { ChannelType } from "discord.js";
import { z } from "zod";
import type { DoorMemory } from "#core/contract/door.ts";
import { asNexusError } from "#core/contract/errors.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { DiscordApi } from "./api.ts";
import type { Ear } from "./hear.ts";
import { tryToTake } from "./inbox.ts";
import { createLanes } from "./lanes.ts";
import type { MessagePayload } from "./parse/message.ts";
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
  /** Resolves when nothing is being read. */
  idle(): Promise<void>;
}

/** A channel that is being read, and how far that has come. */
interface Reading {
  readonly channelId: string;
  readonly guildId: string | undefined;
  readonly take: (message: MessagePayload) => Promise<void>;
  readonly held: Disposable;
  /** It is read, or cannot be now: what is said there need not wait any longer. */
  readonly ended: () => void;
  after: string;
  pages: number;
  failures: number;
}

/** Makes it. A channel in which nothing was said since the mark costs no request. */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { api, ear, memory, seen, clock, log, signal } = deps;
  const readers = createLanes((err) => log.error({ err }, "messages that were missed could not be read"));
  let turn = 0;

  /** Puts the reading of a channel before what is heard there from now on. */
  function read(channel: PlacePayload, guildId: string | undefined, marked: Promise<string | undefined>): void {
    const held = seen.hold();
    ear.before(channel.id, async (take) => {
      const after = since(await marked, channel, guildId);
      if (after === undefined) {
        held[Symbol.dispose]();
        return;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      const base = { channelId: channel.id, guildId, take, held, ended: resolve };
      begin({ ...base, after, pages: 0, failures: 0 });
      await promise;
    });
  }

  /** After which message to read; undefined when there is nothing to. */
  function since(
    mark: string | undefined,
    { last_message_id: last }: PlacePayload,
    guildId: string | undefined,
  ): string | undefined {
    const oldest = snowflakeAt(clock().getTime() - OLDEST_MS);
    const after = mark === undefined || isOlder(mark, oldest) ? oldest : mark;
    // Of a direct channel it is not told what was said last.
    if (guildId !== undefined && (typeof last !== "string" || !isOlder(after, last))) return undefined;
    return after;
  }

  /** At the very first start nothing is made up for; by Discord's clock, since ours may be ahead of it. */
  async function beginAt(last: string): Promise<string> {
    await seen.start(last);
    return last;
  }

  function begin(reading: Reading): void {
    turn += 1;
    readers.put(String(turn % AT_ONCE), async () => {
      try {
        signal.throwIfAborted();
        await readOn(reading);
        signal.throwIfAborted();
        reading.held[Symbol.dispose]();
      } catch (thrown) {
        if (!signal.aborted) failed(reading, thrown);
      }
      reading.ended();
    });
  }

  /** From where it stopped: what was taken is not asked for again. */
  async function readOn(reading: Reading): Promise<void> {
    const { channelId, guildId, take } = reading;
    for (; reading.pages < MOST_PAGES; reading.pages += 1) {
      const missed = await api.messagesAfter(channelId, reading.after, signal);
      for (const message of missed) {
        signal.throwIfAborted();
        const whole = { ...message, ...(guildId !== undefined && { guild_id: guildId }) };
        await tryToTake(() => take(whole), log, signal).catch((err: unknown) => {
          if (!signal.aborted) log.error({ err }, "a Discord message that was missed could not be taken");
        });
        reading.after = message.id;
      }
      if (missed.length < PAGE) return;
    }
    log.warn({ channel: channelId }, "more was said while I was away than I read");
  }

  function failed(reading: Reading, thrown: unknown): void {
    const error = asNexusError(thrown);
    const channel = reading.channelId;
    if (!error.retryable) {
      log.debug({ err: error, channel }, "a channel that NEXUS may not read was left out");
      reading.held[Symbol.dispose]();
      return;
    }
    reading.failures += 1;
    if (reading.failures > MOST_FAILURES) {
      // Not released: the mark stays, and the next start makes up for it.
      log.error({ err: error, channel }, "messages that were missed could not be read");
      return;
    }
    const waitMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (reading.failures - 1));
    pause(waitMs, undefined, { signal, ref: false }).then(
      () => begin(reading),
      () => undefined,
    );
  }

  return {
    direct(mark) {
      ear.beforeDirect(async () => {
        for (const key of (await memory.keys("dm:")).slice(-MOST_PLACES)) {
          read({ id: key.slice("dm:".length), type: ChannelType.DM }, undefined, mark);
        }
      });
    },
    guild(payload, mark) {
      const guild = Guild.safeParse(payload).data;
      if (guild === undefined) return;
      const places = [...(guild.channels ?? []), ...(guild.threads ?? [])].filter(({ last_message_id: last }) => last);
      const latestFirst = places.toSorted((one, other) => (isOlder(lastOf(one), lastOf(other)) ? 1 : -1));
      const [latest] = latestFirst;
      const begun = mark.then((known) => known ?? beginAt(latest === undefined ? guild.id : lastOf(latest)));
      for (const channel of latestFirst.slice(0, MOST_PLACES)) read(channel, guild.id, begun);
    },
    idle: () => readers.idle(),
  };
}

function lastOf({ last_message_id: last }: PlacePayload): string {
  return last ?? "0";
}

/** What is older is not read: it is not acted on after an hour, and told so for five minutes more. */
const OLDEST_MS = 65 * 60_000;
const PAGE = 100;
const MOST_PAGES = 20;
/** Direct channels, and places of each server. */
const MOST_PLACES = 200;
/** More would hold up answers, which share Discord's limit of fifty requests a second. */
const AT_ONCE = 2;
const MOST_FAILURES = 8;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
