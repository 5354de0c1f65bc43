import type { ChartRenderer } from "#bot/chart-png.ts";
import type { DoorCore, DoorMemory, FrontEnd, StatusLine } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { createDiscordApi } from "./api.ts";
import { createCatchUp } from "./catch-up.ts";
import { forgetConfirmations } from "./confirmations.ts";
import { createDelivery } from "./deliver.ts";
import { createDirectory } from "./directory.ts";
import { createGateway } from "./gateway.ts";
import { createGuilds } from "./guilds.ts";
import { createEar } from "./hear.ts";
import { createHand } from "./interact.ts";
import { createLive } from "./live.ts";
import { createAcknowledgements } from "./open-interaction.ts";
import { createPeople } from "./people.ts";
import { probe } from "./probe.ts";
import { createProblems } from "./problems.ts";
import { readFile } from "./read-file.ts";
import { removeMessage } from "./remove-message.ts";
import { createSeen } from "./seen.ts";
import { createOwnThreads } from "./threads.ts";
import { createLiveTurns } from "./turns.ts";
import { createTyping } from "./typing.ts";
import { createWhereabouts } from "./whereabouts.ts";

export interface DiscordDoorOptions {
  /** The bot's. */
  readonly token: string;
  /** Whether to read what does not name NEXUS in threads it follows, if the application may; true unless told. */
  readonly messageContent?: boolean;
  /** Without the version; Discord's own unless told. */
  readonly apiUrl?: string;
  readonly memory: DoorMemory;
  readonly renderer: ChartRenderer;
  readonly clock: Clock;
  readonly log: Log;
}

/** The door to Discord. */
export type DiscordDoor = FrontEnd & {
  /** Whether it is open and, if not or not wholly, what to do about it. */
  state(): StatusLine;
};

/** The door to Discord: the gateway for what happens, REST for what is said. Nothing connects before `start`. */
export function createDiscordDoor(options: DiscordDoorOptions): DiscordDoor {
  const { token, messageContent = true, apiUrl = "https://discord.com/api", memory, renderer, clock, log } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const api = createDiscordApi(token, apiUrl);
  const gateway = createGateway({ token, apiUrl, api, messageContent, log });
  const directory = createDirectory(() => gateway.client(), api);
  const people = createPeople(api, () => guildIds(), clock);
  const threads = createOwnThreads(memory, clock);
  const seen = createSeen(memory, log);
  const typing = createTyping(api, log);
  const turns = createLiveTurns(memory, clock, log);
  const acks = createAcknowledgements(api);
  const problems = createProblems(directory);
  const showing = { api, memory, renderer, turns, acks, threads, typing, problems, clock, log };
  const deliver = createDelivery(showing);
  let botUserId = "";
  let guildIds: () => string[] = () => [];
  let idle: () => Promise<unknown> = () => Promise.resolve();

  return {
    platform: "discord",
    async start(core: DoorCore) {
      await turns.restore();
      await forgetConfirmations(memory, clock);
      await threads.forgetOld();
      const ear = createEar({
        core,
        memory,
        directory,
        people,
        threads,
        seen,
        typing,
        botUserId: () => botUserId,
        readsAll: () => gateway.readsAll(),
        log,
        signal,
      });
      const whereabouts = createWhereabouts(directory, people);
      const hand = createHand({ core, api, memory, turns, acks, whereabouts, clock, log, signal });
      const catchUp = createCatchUp({ api, ear, memory, seen, clock, log, signal });
      const guilds = createGuilds({ core, api, memory, catchUp, seen, log, signal });
      guildIds = () => guilds.ids();
      idle = () => Promise.all([ear.idle(), hand.idle(), guilds.idle(), catchUp.idle()]);
      await gateway.connect({
        ready(session) {
          botUserId = session.botUserId;
          guilds.begin(session);
        },
        guild: (payload) => guilds.joined(payload),
        guildGone: (payload) => guilds.gone(payload),
        message: (payload) => ear.hear(payload),
        interaction: (payload) => hand.take(payload),
      });
    },
    state() {
      const line = gateway.state();
      const problem = problems.line();
      return line.state === "on" && problem !== undefined ? { ...line, detail: `${line.detail}; ${problem}` } : line;
    },
    async deliver(outbound, until) {
      if (signal.aborted) throw new NexusError("upstream_unavailable", "the door to Discord is closed");
      return await deliver(outbound, AbortSignal.any([until, signal]));
    },
    probe: (outbound, until) => probe(outbound, showing, botUserId, AbortSignal.any([until, signal])),
    read: (attachment, maxBytes, until) =>
      readFile(attachment, maxBytes, { api, apiUrl }, AbortSignal.any([until, signal])),
    stream: createLive(showing, signal),
    lookUp: (actor, until) => people.lookUp(actor, AbortSignal.any([until, signal])),
    findPlace: (actor, name) => directory.findPlace(actor, name),
    groups: (guildId) => Promise.resolve(directory.roles(guildId)),
    permalink: ({ tenantId, channelId, messageId, ephemeral }) =>
      Promise.resolve(
        ephemeral || !directory.isOpen(tenantId, channelId)
          ? undefined
          : `https://discord.com/channels/${tenantId}/${channelId}/${messageId}`,
      ),
    mayRemove: ({ channelId }) => Promise.resolve(directory.mayDelete(channelId)),
    remove: (message, until) => removeMessage({ api, directory, log }, message, AbortSignal.any([until, signal])),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      closing.abort();
      typing[Symbol.dispose]();
      await idle();
      await seen[Symbol.asyncDispose]();
      api[Symbol.dispose]();
    },
  };
}
