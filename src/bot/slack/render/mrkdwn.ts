import { cleanText } from "#bot/clean-text.ts";
import { splitMarkdown } from "#bot/split-markdown.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import { escapeSlack, withMoments } from "./escape.ts";

/**
 * Standard markdown as Slack's own mrkdwn (https://docs.slack.dev/messaging/formatting-message-text): bold, italic,
 * strike, code, links, headings, lists and quotes. Anything else stays as it was written, escaped.
 */
export function toMrkdwn(markdown: string): string {
  let fence: string | undefined;
  const lines = cleanText(markdown)
    .split("\n")
    .map((line) => {
      const [, mark = "", info = ""] = FENCE.exec(line) ?? [];
      if (fence === undefined && mark !== "") {
        fence = mark;
        return info === "" || LANGUAGES.has(info.toLowerCase()) ? "```" : `\`\`\`\n${toCode(info)}`;
      }
      if (fence === undefined) return convertLine(line);
      if (!mark.startsWith(fence) || info !== "") return toCode(line);
      fence = undefined;
      return "```";
    });
  return [...lines, ...(fence === undefined ? [] : ["```"])].join("\n");
}

/** The same in pieces of at most `limit` once converted. */
export function splitMrkdwn(markdown: string, limit: number): string[] {
  return splitWithin(cleanText(markdown), limit, limit);
}

function splitWithin(markdown: string, limit: number, cut: number): string[] {
  return splitMarkdown(markdown, cut).flatMap((piece) => {
    const converted = toMrkdwn(piece).trim();
    if (converted.length <= limit) return converted === "" ? [] : [converted];
    return splitWithin(piece, limit, Math.max(100, Math.floor(Math.min(cut, piece.length) / 2)));
  });
}

function convertLine(line: string): string {
  const heading = /^ {0,3}#{1,6} +(.+?)(?: +#+)? *$/.exec(line)?.[1];
  if (heading !== undefined) return `*${convertInline(heading).replaceAll("*", "")}*`;
  const [, indent = "", text] = /^( *)[-*+] +(.+)$/.exec(line) ?? [];
  if (text !== undefined) return `${indent}• ${convertInline(text)}`;
  return convertInline(line);
}

function convertInline(text: string): string {
  let converted = "";
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    converted += toText(text.slice(from, match.index)) + convertMarked(match.groups ?? {});
    from = match.index + match[0].length;
  }
  return converted + toText(text.slice(from));
}

function convertMarked(marked: Record<string, string | undefined>): string {
  const { code, both, bold, under, italic, low, strike, label, address, url } = marked;
  if (code !== undefined) return `\`${toCode(code)}\``;
  if (both !== undefined) return `*_${convertInline(both)}_*`;
  const strong = bold ?? under;
  if (strong !== undefined) return `*${convertInline(strong)}*`;
  const slanted = italic ?? low;
  if (slanted !== undefined) return `_${convertInline(slanted)}_`;
  if (strike !== undefined) return `~${convertInline(strike)}~`;
  if (label !== undefined && address !== undefined) return mrkdwnLink(label.replaceAll(ESCAPED, "$1"), address);
  if (url !== undefined) return URL.canParse(url) ? `<${escapeSlack(url.replaceAll("|", "%7C"))}>` : toText(url);
  return "";
}

/** A link that Slack draws, for web and mail addresses; else both written out. */
export function mrkdwnLink(label: string, address: string): string {
  const text = withWrittenMoments(escapeSlack(label)).replaceAll(/\s+/g, " ").trim();
  if (!URL.canParse(address) || !LINKED.has(new URL(address).protocol)) return `${text} (${escapeSlack(address)})`;
  const url = escapeSlack(new URL(address).href.replaceAll("|", "%7C"));
  return text === "" ? `<${url}>` : `<${url}|${text}>`;
}

function toText(text: string): string {
  return withMoments(escapeSlack(text.replaceAll(ESCAPED, "$1")));
}

/** Within code Slack draws no dates, and a fence would end at three back quotes wherever they stand. */
function toCode(text: string): string {
  return withWrittenMoments(escapeSlack(text)).replaceAll("```", "`\u2060`\u2060`");
}

const LINKED: ReadonlySet<string> = new Set(["https:", "http:", "mailto:"]);
const LANGUAGES: ReadonlySet<string> = new Set(
  "bash c cpp cs css csv diff go html ini java javascript js json jsx kotlin md php python py rb ruby rust sh shell sql swift text toml ts tsx txt typescript xml yaml yml".split(
    " ",
  ),
);
const FENCE = /^ {0,3}(`{3,16}(?!`)|~{3,16}(?!~))\s*([^`\n]*?)\s*$/;
const ESCAPED = /\\([\\`*_{}[\]()#+\-.!>~|<@&])/g;
const INLINE =
  /(?<!\\)(?:`(?<code>[^`\n]{1,500})`|\*\*\*(?<both>(?!\s)[^*\n]{1,2000}?(?<![\s\\]))\*\*\*|\*\*(?<bold>(?!\s)[^\n]{1,2000}?(?<![\s\\]))\*\*|\*(?<italic>(?![\s*])[^*\n]{1,2000}?(?<![\s\\]))\*|(?<![\p{L}\p{N}_])__(?<under>(?![\s_])[^\n]{1,2000}?(?<![\s\\]))__(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}_])_(?<low>(?![\s_])[^_\n]{1,2000}?(?<![\s\\]))_(?![\p{L}\p{N}_])|~~(?<strike>(?![\s~])[^\n]{1,2000}?(?<![\s\\]))~~|!?\[(?<label>[^[\]\n]{1,500})\]\(<?(?<address>[^()\s<>]{1,2000})>?\)|(?<url>https?:\/\/[^\s<>`*\\\uE000\uE001]{1,2000}(?<![.,;:!?)\]}'"_~])))/gu;
