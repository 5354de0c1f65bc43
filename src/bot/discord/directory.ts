import { ChannelType, type Client, PermissionFlagsBits } from "discord.js";
import type { FoundPlace, PlatformGroup } from "#core/contract/door.ts";
import type { Actor } from "#core/contract/message.ts";
import type { DiscordApi } from "./api.ts";
import { conversationIn, isThread, type Place, placeOf, type PlacePayload } from "./parse/place.ts";
import type { Names } from "./parse/readable-text.ts";

/** Channels, roles and permissions: what discord.js has heard of them, else what Discord says when asked. */
export interface Directory {
  /** A channel or thread; undefined for what nobody talks in. */
  place(id: string, given: PlacePayload | undefined, signal: AbortSignal): Promise<Place | undefined>;
  names(guildId: string | undefined): Names;
  /** The roles of a server that somebody was given: not `@everyone`, which nobody is. */
  roles(guildId: string): readonly PlatformGroup[] | undefined;
  /** What NEXUS lacks in a channel to answer there, in the words of Discord's settings. */
  missingIn(channelId: string): string[];
  /** Whether NEXUS may delete what others wrote in a channel. */
  mayDelete(channelId: string): boolean;
  /** A channel of the actor's server by its name or id, where both they and NEXUS can write. */
  findPlace(actor: Actor, name: string): Promise<FoundPlace>;
  /** Whether everybody of a server may read a channel or thread, and what was said there before. */
  isOpen(guildId: string, channelId: string): boolean;
}

/** Makes the directory over whatever session runs. */
export function createDirectory(client: () => Client<true> | undefined, api: DiscordApi): Directory {
  /** Bounded: channels are few, and threads that nobody talks in any more are asked for again. */
  const known = new Map<string, PlacePayload>();

  const learn = (payload: PlacePayload) => {
    known.delete(payload.id);
    known.set(payload.id, payload);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_KNOWN) break;
      known.delete(oldest);
    }
  };

  const payloadOf = async (id: string, signal: AbortSignal): Promise<PlacePayload> => {
    const heard = cached(client(), id) ?? known.get(id);
    if (heard !== undefined) return heard;
    const asked = await api.channel(id, signal);
    learn(asked);
    return asked;
  };

  return {
    async place(id, given, signal) {
      // An event tells of a thread only what it needs to; a direct channel it tells whole.
      const payload = given !== undefined && !isThread(given.type) ? given : await payloadOf(id, signal);
      const parentId = isThread(payload.type) ? payload.parent_id : undefined;
      const parent = typeof parentId === "string" ? await payloadOf(parentId, signal) : undefined;
      return placeOf(payload, parent?.type);
    },
    names: (guildId) => ({
      channel: (id) => cached(client(), id)?.name ?? known.get(id)?.name ?? undefined,
      role: (id) =>
        client()
          ?.guilds.cache.get(guildId ?? "")
          ?.roles.cache.get(id)?.name,
    }),
    roles(guildId) {
      const cache = client()?.guilds.cache.get(guildId)?.roles.cache;
      return cache?.filter(({ id }) => id !== guildId).map(({ id, name }) => ({ id, name }));
    },
    mayDelete(channelId) {
      const running = client();
      const channel = running?.channels.cache.get(channelId);
      if (running === undefined || channel === undefined || channel.isDMBased()) return false;
      return channel.permissionsFor(running.user)?.has(PermissionFlagsBits.ManageMessages) ?? false;
    },
    isOpen(guildId, channelId) {
      const channel = client()?.channels.cache.get(channelId);
      if (channel === undefined || channel.isDMBased() || channel.guildId !== guildId) return false;
      if (channel.type === ChannelType.PrivateThread) return false;
      const held = channel.permissionsFor(channel.guild.roles.everyone);
      return held?.has([PermissionFlagsBits.ViewChannel, PermissionFlagsBits.ReadMessageHistory]) ?? false;
    },
    async findPlace({ tenantId, id }, name) {
      const running = client();
      const guild = running?.guilds.cache.get(tenantId);
      const wanted = name.replace(/^#|^<#|>$/g, "").toLowerCase();
      const channel = guild?.channels.cache.find(
        (one) => one.isTextBased() && !one.isThread() && (one.id === wanted || one.name.toLowerCase() === wanted),
      );
      if (running === undefined || guild === undefined || channel === undefined) return { why: "unknown" };
      const asker = await guild.members.fetch(id).catch(() => undefined);
      const theirs = asker && channel.permissionsFor(asker);
      // A channel that somebody cannot see is not there for them.
      if (theirs?.has(PermissionFlagsBits.ViewChannel) !== true) return { why: "unknown" };
      if (!theirs.has(PermissionFlagsBits.SendMessages)) return { why: "asker_not_there" };
      const ours = channel.permissionsFor(running.user);
      const isOurs = ours?.has([PermissionFlagsBits.ViewChannel, PermissionFlagsBits.SendMessages]) === true;
      if (!isOurs) return { why: "nexus_not_there" };
      const place = placeOf({ id: channel.id, type: channel.type, name: channel.name }, undefined);
      return place === undefined ? { why: "unknown" } : { found: conversationIn(place, tenantId, id) };
    },
    missingIn(channelId) {
      const running = client();
      const channel = running?.channels.cache.get(channelId);
      if (running === undefined || channel === undefined || channel.isDMBased()) return [];
      const held = channel.permissionsFor(running.user);
      if (held === null) return [];
      const sending = channel.isThread() ? "SendMessagesInThreads" : "SendMessages";
      const needed = [...NEEDED, sending] as const;
      return needed.filter((name) => !held.has(PermissionFlagsBits[name])).map((name) => TITLES[name]);
    },
  };
}

function cached(client: Client<true> | undefined, id: string): PlacePayload | undefined {
  const channel = client?.channels.cache.get(id);
  if (channel === undefined || channel.partial) return undefined;
  return {
    id,
    type: channel.type,
    ...("guildId" in channel && { guild_id: channel.guildId }),
    ...("parentId" in channel && { parent_id: channel.parentId }),
    ...("ownerId" in channel && { owner_id: channel.ownerId }),
    ...("name" in channel && { name: channel.name }),
  };
}

const MOST_KNOWN = 2_000;
const NEEDED = ["ViewChannel", "EmbedLinks", "AttachFiles", "ReadMessageHistory", "AddReactions"] as const;

/** As Discord's own settings call them. */
const TITLES = {
  ViewChannel: "View Channel",
  EmbedLinks: "Embed Links",
  AttachFiles: "Attach Files",
  ReadMessageHistory: "Read Message History",
  AddReactions: "Add Reactions",
  SendMessages: "Send Messages",
  SendMessagesInThreads: "Send Messages in Threads",
} as const;
