import { INTENTS, type Gateway } from "./gateway.ts";
import { threadCreateWire } from "./messages.ts";
import { bitsOf, type Permission, TALKER } from "./permissions.ts";
import { channelWire, guildCreateWire, roleWire } from "./wire.ts";
import { createChannel, createGuild, isThread, must, type Channel, type World } from "./world.ts";

/** Who and what there is. Ids are decimal digits, made up when left out; the bot is told of what appears while it is connected. */
export interface Town {
  addGuild(guild: { id?: string; name: string }): { readonly id: string };
  addRole(role: { guild: string; id?: string; name: string; permissions?: readonly Permission[] }): {
    readonly id: string;
  };
  /** Somebody known to Discord; `addMember` makes them if they are not. */
  addUser(user: { id?: string; name: string; locale?: string; isBot?: boolean }): { readonly id: string };
  addMember(member: {
    guild: string;
    id?: string;
    name: string;
    roles?: readonly string[];
    /** Beyond what everyone may. */
    permissions?: readonly Permission[];
    locale?: string;
    isBot?: boolean;
  }): { readonly id: string };
  /** They leave the server, or are put out of it. */
  removeMember(member: { guild: string; user: string }): void;
  /** @param channel `permissions` are all that the bot may do in it; a talker's unless told */
  addChannel(channel: {
    guild: string;
    id?: string;
    name: string;
    type?: "text" | "announcement" | "forum";
    permissions?: readonly Permission[];
    /** Only those who are let in see it; the bot is. */
    isPrivate?: boolean;
  }): { readonly id: string };
  addThread(thread: {
    channel: string;
    id?: string;
    name: string;
    archived?: boolean;
    locked?: boolean;
    owner?: string;
  }): { readonly id: string };
  /** A post in a forum: a thread, without its first message until somebody posts it. */
  addForumPost(post: { channel: string; id?: string; name: string; owner?: string }): { readonly id: string };
  /** The direct messages of a person with the bot. */
  dm(user: string): { readonly id: string };
  /** Whether the bot may write to this person. */
  setDms(user: string, isOpen: boolean): void;
  /** What the bot may do in a channel from now on. */
  setPermissions(channel: string, permissions: readonly Permission[]): void;
  /** Archives or locks a thread, or undoes it. */
  setThread(thread: string, state: { archived?: boolean; locked?: boolean }): void;
  setRoles(guild: string, user: string, roles: readonly string[]): void;
  /** The bot is thrown out of a guild. */
  removeBot(guild: string): void;
  /** The bot is invited again, to the guild as it is by now. */
  addBot(guild: string): void;
  /** A guild has an outage: not the same as leaving it. */
  outage(guild: string): void;
  dmWire(user: string): unknown;
}

export function createTown(world: World, gateway: Gateway): Town {
  const idOf = (given: string | undefined): string => {
    const id = given ?? world.snowflake();
    if (!/^[1-9]\d{0,19}$/.test(id)) throw new Error(`${id} is no snowflake: only digits`);
    return id;
  };
  const tellGuilds = (event: string, body: Record<string, unknown>): void =>
    gateway.dispatch(event, INTENTS.GUILDS, () => body);

  function addUser(user: Parameters<Town["addUser"]>[0]): { id: string } {
    const id = idOf(user.id);
    const { name, locale = "en-US", isBot = false } = user;
    if (!world.users.has(id)) world.users.set(id, { id, name, isBot, locale, dmsOpen: true });
    return { id };
  }

  function addRole({ guild, name, permissions = [], ...given }: Parameters<Town["addRole"]>[0]): { id: string } {
    const id = idOf(given.id);
    const { roles } = must(world.guilds, guild, "guild");
    const role = { id, name, permissions: bitsOf(permissions) };
    roles.set(id, role);
    tellGuilds("GUILD_ROLE_CREATE", { guild_id: guild, role: roleWire(role, roles.size - 1) });
    return { id };
  }

  function restrict(channel: Channel, permissions: readonly Permission[]): void {
    const allow = bitsOf(permissions);
    channel.overwrites = [{ id: world.botUserId, type: "member", allow, deny: ~allow & ((1n << 53n) - 1n) }];
  }

  function addThread(thread: Parameters<Town["addThread"]>[0]): { id: string } {
    const parent = must(world.channels, thread.channel, "channel");
    const { name, archived = false, locked = false, owner } = thread;
    const id = idOf(thread.id);
    const made = createChannel(world, {
      id,
      name,
      type: "public_thread",
      guildId: parent.guildId,
      parentId: parent.id,
      ownerId: owner ?? world.guilds.get(parent.guildId ?? "")?.ownerId,
      archived,
      locked,
    });
    tellGuilds("THREAD_CREATE", threadCreateWire(world, made));
    return { id };
  }

  function dmChannel(user: string): Channel {
    must(world.users, user, "user");
    const known = world.channels.values().find((each) => each.type === "dm" && each.recipientId === user);
    return known ?? createChannel(world, { id: world.snowflake(), type: "dm", name: "", recipientId: user });
  }

  return {
    addGuild({ name, ...given }) {
      const guild = createGuild(world, idOf(given.id), name);
      tellGuilds("GUILD_CREATE", guildCreateWire(world, guild));
      return { id: guild.id };
    },
    addRole,
    addUser,
    addMember({ guild, roles = [], permissions = [], ...user }) {
      const { id } = addUser(user);
      const own = permissions.length === 0 ? [] : [addRole({ guild, name: `of ${user.name}`, permissions }).id];
      must(world.guilds, guild, "guild").members.set(id, { userId: id, roles: [...roles, ...own] });
      return { id };
    },
    removeMember({ guild, user }) {
      must(world.guilds, guild, "guild").members.delete(user);
    },
    addChannel({ guild, name, type = "text", permissions, isPrivate = false, ...given }) {
      const id = idOf(given.id);
      const channel = createChannel(world, { id, name, type, guildId: must(world.guilds, guild, "guild").id });
      if (permissions !== undefined) restrict(channel, permissions);
      if (isPrivate) {
        restrict(channel, TALKER);
        channel.overwrites.push({ id: guild, type: "role", allow: 0n, deny: bitsOf(["VIEW_CHANNEL"]) });
      }
      tellGuilds("CHANNEL_CREATE", channelWire(world, channel));
      return { id };
    },
    addThread,
    addForumPost: addThread,
    dm: (user) => ({ id: dmChannel(user).id }),
    setDms(user, isOpen) {
      must(world.users, user, "user").dmsOpen = isOpen;
    },
    setPermissions(id, permissions) {
      const channel = must(world.channels, id, "channel");
      restrict(channel, permissions);
      tellGuilds("CHANNEL_UPDATE", channelWire(world, channel));
    },
    setThread(id, state) {
      const thread = must(world.channels, id, "thread");
      if (!isThread(thread)) throw new Error(`${id} is no thread`);
      Object.assign(thread, state);
      tellGuilds("THREAD_UPDATE", channelWire(world, thread));
    },
    setRoles(guild, user, roles) {
      must(world.guilds, guild, "guild").members.set(user, { userId: user, roles: [...roles] });
    },
    removeBot(id) {
      must(world.guilds, id, "guild").botPresent = false;
      tellGuilds("GUILD_DELETE", { id });
    },
    addBot(id) {
      const guild = must(world.guilds, id, "guild");
      guild.botPresent = true;
      tellGuilds("GUILD_CREATE", guildCreateWire(world, guild));
    },
    outage(id) {
      tellGuilds("GUILD_DELETE", { id, unavailable: true });
    },
    dmWire: (user) => channelWire(world, dmChannel(user)),
  };
}
