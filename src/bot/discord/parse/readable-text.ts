import { displayName, type UserPayload } from "./person.ts";

/** Names that only the surroundings of a message tell. */
export interface Names {
  channel(id: string): string | undefined;
  role(id: string): string | undefined;
}

/** Markup, and the people it names. */
export interface Markup {
  readonly content: string;
  readonly mentions: readonly (UserPayload & {
    readonly member?: { readonly nick?: string | null | undefined } | undefined;
  })[];
}

/**
 * The text of a message as a person reads it, without the bot's own name: Discord writes people, roles, channels and
 * moments as markup. https://docs.discord.com/developers/reference#message-formatting
 */
export function readableText(message: Markup, botUserId: string, names: Names): string {
  const people = new Map(message.mentions.map((user) => [user.id, displayName(user, user.member)]));
  return message.content
    .replaceAll(/<@!?(\d+)>/g, (_, id: string) => (id === botUserId ? "" : `@${people.get(id) ?? id}`))
    .replaceAll(/<@&(\d+)>/g, (_, id: string) => `@${names.role(id) ?? id}`)
    .replaceAll(/<#(\d+)>/g, (_, id: string) => `#${names.channel(id) ?? id}`)
    .replaceAll(/<a?:(\w+):\d+>/g, ":$1:")
    .replaceAll(/<\/([^:>]+):\d+>/g, "/$1")
    .replaceAll(/<t:(-?\d{1,12})(?::[tTdDfFRsS])?>/g, (_, seconds: string) => isoOf(Number(seconds)))
    .replaceAll(/<(https?:\/\/[^\s>]+)>/g, "$1")
    .replaceAll(/[ \t]{2,}/g, " ")
    .trim();
}

function isoOf(seconds: number): string {
  const at = new Date(seconds * 1_000);
  return Number.isNaN(at.getTime()) ? String(seconds) : at.toISOString();
}
