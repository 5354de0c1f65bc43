import { cleanLine, cleanText } from "#bot/clean-text.ts";

/**
 * Cleaned text in which nothing is a mention: pings, channel and command links, emoji codes and timestamps are read as
 * they were typed. Messages are sent with `allowed_mentions: {parse: []}` as well; this is what people see of it.
 */
export function neutralise(text: string): string {
  return cleanText(text)
    .replaceAll(/@(?=everyone|here)/gi, `@${JOINER}`)
    .replaceAll(REFERENCE, `<${JOINER}`);
}

/** Plain text that may have several lines, with nothing in it read as markup. Addresses and moments stay whole. */
export function plainText(text: string): string {
  return neutralise(text)
    .split(UNTOUCHED)
    .map((piece, index) => (index % 2 === 1 ? piece : escapeMarkup(piece)))
    .join("");
}

/** As `plainText`, on one line. */
export function plainLine(text: string): string {
  return plainText(cleanLine(text));
}

/** Text for inside a code block, where only the end of the block and mentions mean anything. */
export function fenced(text: string): string {
  return neutralise(text).replaceAll("``", `\`${JOINER}\``);
}

/** An address between angle brackets, which has no preview; nothing in it closes them or is a mention. */
export function bareAddress(url: string): string {
  return `<${cleanLine(url).replaceAll(/[<>\s]|@(?=everyone|here)/gi, (char) => encodeURIComponent(char))}>`;
}

/** An invisible character that keeps its neighbours apart for Discord and together for readers. */
const JOINER = "\u2060";

/** https://docs.discord.com/developers/reference#message-formatting */
const REFERENCE = /<(?=@[!&]?\d|#\d|\/[^<>\n:]{1,100}:\d|a?:\w{1,40}:\d|t:-?\d|id:[a-z]|sound:)/gi;

const UNTOUCHED = /(https?:\/\/[^\s<>]+|\uE000[^\uE001]{0,40}\uE001)/;

function escapeMarkup(text: string): string {
  return text
    .replaceAll(/[\\`*_~|[\]]/g, "\\$&")
    .replaceAll(/^(\s*)(-#|#{1,3}|>{1,3}|[-+])(?=\s)/gm, "$1\\$2")
    .replaceAll(/^(\s*\d+)([.)])(?=\s)/gm, "$1\\$2");
}
