import type { Channel, World } from "./world.ts";

/** The permissions that matter to a bot that talks. Source: https://discord.com/developers/docs/topics/permissions */
export const PERMISSIONS = {
  ADMINISTRATOR: 1n << 3n,
  MANAGE_GUILD: 1n << 5n,
  ADD_REACTIONS: 1n << 6n,
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  MANAGE_MESSAGES: 1n << 13n,
  EMBED_LINKS: 1n << 14n,
  ATTACH_FILES: 1n << 15n,
  READ_MESSAGE_HISTORY: 1n << 16n,
  MENTION_EVERYONE: 1n << 17n,
  USE_APPLICATION_COMMANDS: 1n << 31n,
  MANAGE_THREADS: 1n << 34n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  CREATE_PRIVATE_THREADS: 1n << 36n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
} as const;

export type Permission = keyof typeof PERMISSIONS;

/** What a guild's everyone role and a bot invited with the usual talker's link have. */
export const TALKER: readonly Permission[] = [
  "ADD_REACTIONS",
  "VIEW_CHANNEL",
  "SEND_MESSAGES",
  "EMBED_LINKS",
  "ATTACH_FILES",
  "READ_MESSAGE_HISTORY",
  "USE_APPLICATION_COMMANDS",
  "CREATE_PUBLIC_THREADS",
  "SEND_MESSAGES_IN_THREADS",
];

const ALL = Object.values(PERMISSIONS).reduce((sum, bit) => sum | bit, 0n);

export function bitsOf(names: readonly Permission[]): bigint {
  return names.reduce((sum, name) => sum | PERMISSIONS[name], 0n);
}

/** What a member may do in a channel: roles first, then the channel's overwrites; a thread has its parent's. */
export function permissionsIn(world: World, channel: Channel, userId: string): bigint {
  const guild = channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId);
  if (guild === undefined) return ALL;
  const member = guild.members.get(userId);
  if (member === undefined) return 0n;
  const roleIds = [guild.id, ...member.roles];
  let bits = roleIds.reduce((sum, id) => sum | (guild.roles.get(id)?.permissions ?? 0n), 0n);
  if (guild.ownerId === userId || (bits & PERMISSIONS.ADMINISTRATOR) !== 0n) return ALL;
  const place = channel.parentId === undefined ? channel : (world.channels.get(channel.parentId) ?? channel);
  for (const id of [...roleIds, userId]) {
    for (const overwrite of place.overwrites.filter((each) => each.id === id)) {
      bits = (bits & ~overwrite.deny) | overwrite.allow;
    }
  }
  return bits;
}

export function may(world: World, channel: Channel, userId: string, name: Permission): boolean {
  return (permissionsIn(world, channel, userId) & PERMISSIONS[name]) !== 0n;
}
