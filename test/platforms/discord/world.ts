import { bitsOf, TALKER } from "./permissions.ts";
import { createSnowflakes } from "./snowflake.ts";

/** A JSON object as it travels. */
export type Wire = Readonly<Record<string, unknown>>;

export interface User {
  readonly id: string;
  readonly name: string;
  readonly isBot: boolean;
  locale: string;
  /** False: a message to this person is refused with 50007. */
  dmsOpen: boolean;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly permissions: bigint;
}

export interface Member {
  readonly userId: string;
  readonly roles: string[];
}

export interface Guild {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly roles: Map<string, Role>;
  readonly members: Map<string, Member>;
  botPresent: boolean;
}

/** Source: https://discord.com/developers/docs/resources/channel#channel-object-channel-types */
export const CHANNEL_TYPES = { text: 0, dm: 1, announcement: 5, public_thread: 11, private_thread: 12, forum: 15 };
export type ChannelType = keyof typeof CHANNEL_TYPES;

export interface Overwrite {
  readonly id: string;
  readonly type: "role" | "member";
  readonly allow: bigint;
  readonly deny: bigint;
}

export interface Channel {
  readonly id: string;
  readonly type: ChannelType;
  readonly guildId: string | undefined;
  readonly parentId: string | undefined;
  readonly ownerId: string | undefined;
  /** Of a direct message. */
  readonly recipientId: string | undefined;
  readonly createdAtMs: number;
  name: string;
  overwrites: Overwrite[];
  archived: boolean;
  locked: boolean;
  autoArchiveMinutes: number;
  readonly messages: Map<string, Message>;
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
  readonly description: string | undefined;
  readonly expiresAtMs: number;
}

export interface Message {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  readonly createdAtMs: number;
  readonly nonce: string | undefined;
  readonly replyTo: string | undefined;
  /** Set on what was said through an interaction: the application's id. */
  readonly webhookId: string | undefined;
  /** The only person who sees it. */
  readonly ephemeralFor: string | undefined;
  content: string;
  embeds: readonly unknown[];
  components: readonly Wire[];
  attachments: readonly Attachment[];
  flags: number;
  mentions: readonly string[];
  mentionsEveryone: boolean;
  /** Whoever a message of the bot notified: user and role ids, `everyone`. */
  pings: readonly string[];
  editedAtMs: number | undefined;
  edits: number;
  threadId: string | undefined;
  readonly reactions: Map<string, Set<string>>;
}

/** All that this Discord holds. */
export interface World {
  readonly clock: () => Date;
  readonly snowflake: () => string;
  readonly applicationId: string;
  readonly botUserId: string;
  readonly users: Map<string, User>;
  readonly guilds: Map<string, Guild>;
  readonly channels: Map<string, Channel>;
  /** Ephemeral messages, by id: no channel lists them. */
  readonly ephemerals: Map<string, Message>;
}

/** A Discord with the bot in it and nobody else. */
export function createWorld(clock: () => Date): World {
  const snowflake = createSnowflakes(clock);
  const applicationId = snowflake();
  const bot: User = { id: applicationId, name: "nexus", isBot: true, locale: "en-US", dmsOpen: true };
  return {
    clock,
    snowflake,
    applicationId,
    botUserId: bot.id,
    users: new Map([[bot.id, bot]]),
    guilds: new Map(),
    channels: new Map(),
    ephemerals: new Map(),
  };
}

/** A guild that the bot was invited to with a talker's permissions. */
export function createGuild(world: World, id: string, name: string): Guild {
  const everyone: Role = { id, name: "@everyone", permissions: bitsOf(TALKER) };
  const owner: User = { id: world.snowflake(), name: "owner", isBot: false, locale: "en-US", dmsOpen: true };
  world.users.set(owner.id, owner);
  const botRole: Role = { id: world.snowflake(), name: "nexus", permissions: bitsOf(TALKER) };
  const guild: Guild = {
    id,
    name,
    ownerId: owner.id,
    roles: new Map([
      [everyone.id, everyone],
      [botRole.id, botRole],
    ]),
    members: new Map([
      [owner.id, { userId: owner.id, roles: [] }],
      [world.botUserId, { userId: world.botUserId, roles: [botRole.id] }],
    ]),
    botPresent: true,
  };
  world.guilds.set(id, guild);
  return guild;
}

/** A channel, thread or direct message without a word in it. */
export function createChannel(
  world: World,
  channel: Pick<Channel, "id" | "type" | "name"> & Partial<Omit<Channel, "messages">>,
): Channel {
  const made: Channel = {
    guildId: undefined,
    parentId: undefined,
    ownerId: undefined,
    recipientId: undefined,
    createdAtMs: world.clock().getTime(),
    overwrites: [],
    archived: false,
    locked: false,
    autoArchiveMinutes: 4320,
    ...channel,
    messages: new Map(),
  };
  world.channels.set(made.id, made);
  return made;
}

export function isThread(channel: Channel): boolean {
  return channel.type === "public_thread" || channel.type === "private_thread";
}

/** The thing by that name, for a test that must have named one. */
export function must<T>(map: ReadonlyMap<string, T>, id: string, kind: string): T {
  const found = map.get(id);
  if (found === undefined) throw new Error(`the loopback Discord has no ${kind} ${id}`);
  return found;
}
