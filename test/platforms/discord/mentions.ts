import type { FormError } from "./answer.ts";
import { everyComponent, type Component, type MessageBody } from "./message-body.ts";

/** The people a text names. */
export function namedUsers(text: string): string[] {
  return [...new Set([...text.matchAll(/<@!?(\d+)>/g)].map(([, id]) => id ?? ""))];
}

/** All the text of a message in which a mention could ping: an embed's cannot. */
export function pingableText(content: string, components: readonly Component[]): string {
  return [content, ...everyComponent(components).map(({ component }) => component.content ?? "")].join("\n");
}

/**
 * A bot says with every message whom it may ping, and lets Discord find nobody by itself.
 * Discord's default is to ping whoever the text names: https://discord.com/developers/docs/resources/message#allowed-mentions-object
 */
export function mentionFaults(body: MessageBody, text: string): FormError[] {
  const allowed = body.allowed_mentions;
  const path = "allowed_mentions";
  if (!Array.isArray(allowed?.parse)) {
    return [{ path, code: "ALLOWED_MENTIONS_MISSING", message: "every message says parse: []" }];
  }
  const found = [
    ...(/@everyone|@here/.test(text) ? ["everyone"] : []),
    ...(/<@&\d+>/.test(text) ? ["roles"] : []),
    ...(/<@!?\d+>/.test(text) ? ["users"] : []),
  ].filter((kind) => allowed.parse?.includes(kind));
  if (found.length > 0) return [{ path, code: "WOULD_PING", message: `the text would ping ${found.join(", ")}` }];
  if (allowed.parse.length > 0)
    return [{ path, code: "ALLOWED_MENTIONS_PARSE", message: "every message says parse: []" }];
  return [];
}

/** Whom a message without faults pings: only those that the bot allowed by id, and the author of what it replies to. */
export function pingsOf(body: MessageBody, text: string, repliedAuthor: string | undefined): string[] {
  const { users, roles, replied_user } = body.allowed_mentions ?? {};
  const pings = [
    ...namedUsers(text).filter((id) => users?.includes(id)),
    ...[...text.matchAll(/<@&(\d+)>/g)].map(([, id]) => id ?? "").filter((id) => roles?.includes(id)),
    ...(replied_user === true && repliedAuthor !== undefined ? [repliedAuthor] : []),
  ];
  return [...new Set(pings)];
}
