import { walk } from "./walk.ts";

/** https://docs.slack.dev/messaging/formatting-message-text#special-mentions and #mentioning-users */
const LIVE_MENTION = /<(?:!(?:channel|here|everyone|group|subteam\^[A-Z0-9]+)|@[UW][A-Z0-9_]+)(?:\|[^>]*)?>/gi;
/** In standard markdown a bare word may be read as a mention, so it counts wherever it stands. */
const BARE_MENTION = /(?<![\p{L}\p{N}_.])@(?:channel|here|everyone)\b/giu;

/** The mentions in a text that would ring somebody. */
export function liveMentions(text: string, where: "mrkdwn" | "markdown"): readonly string[] {
  const marked = text.match(LIVE_MENTION) ?? [];
  return where === "markdown" ? [...marked, ...(text.match(BARE_MENTION) ?? [])] : marked;
}

/** The mentions in blocks that would ring somebody; plain text never does. */
export function liveMentionsInBlocks(blocks: readonly unknown[]): readonly string[] {
  return [...walk(blocks)].flatMap(({ object }): readonly string[] => {
    const { type, text, range, user_id: user, usergroup_id: group } = object;
    if (type === "broadcast") return [`@${String(range)}`];
    if (type === "user" && typeof user === "string") return [`<@${user}>`];
    if (type === "usergroup") return [`<!subteam^${String(group)}>`];
    if (typeof text !== "string") return [];
    if (type === "mrkdwn") return liveMentions(text, "mrkdwn");
    return type === "markdown" ? liveMentions(text, "markdown") : [];
  });
}
