import type { MrkdwnElement, PlainTextElement } from "@slack/types";
import { splitText } from "./split-text.ts";
import { SLACK_LIMITS } from "#bot/slack/limits.ts";
import type { SlackBlock } from "./rendering.ts";

/** Escaped mrkdwn as it stands: Slack looks for no names, channels or addresses in it on its own account. */
export function mrkdwn(text: string): MrkdwnElement {
  return { type: "mrkdwn", text, verbatim: true };
}

/** Words as they stand: no markup, and `:smile:` stays `:smile:`. */
export function plainText(text: string): PlainTextElement {
  return { type: "plain_text", text, emoji: false };
}

/** A paragraph of mrkdwn, of at most `SLACK_LIMITS.textObject`. */
export function section(text: string): SlackBlock {
  return { type: "section", text: mrkdwn(text) };
}

/** Plain words of any length. */
export function plainSections(text: string): SlackBlock[] {
  return splitText(text, SLACK_LIMITS.textObject).map((piece) => ({ type: "section", text: plainText(piece) }));
}

/** Small print, in pieces of at most `SLACK_LIMITS.textObject`. */
export function context(pieces: readonly string[]): SlackBlock[] {
  return inBlocks(pieces.map(mrkdwn), SLACK_LIMITS.context.elements).map((elements) => ({ type: "context", elements }));
}

/** The elements of blocks, so many that Slack takes each, and with so little text that a message can be filled. */
export function inBlocks<Element>(elements: readonly Element[], most: number): Element[][] {
  const blocks: Element[][] = [];
  for (const element of elements) {
    const current = blocks.at(-1);
    const fits = current !== undefined && current.length < most && textLength([...current, element]) <= BLOCK_TEXT;
    if (fits) current.push(element);
    else blocks.push([element]);
  }
  return blocks;
}

/** A third of a message: at most this much of one is left empty. */
const BLOCK_TEXT = SLACK_LIMITS.messageText / 3;

/**
 * Monospaced text as it is: a rich text block needs no escaping, and nothing inside can end it.
 * https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
export function preformatted(text: string): SlackBlock[] {
  return splitText(text, SLACK_LIMITS.textObject).map((piece) => ({
    type: "rich_text",
    elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: piece }] }],
  }));
}

/** How many characters of a block Slack may count as its text: all that can be read. */
export function textLength(block: unknown): number {
  if (Array.isArray(block)) return block.reduce<number>((sum, item) => sum + textLength(item), 0);
  if (typeof block !== "object" || block === null) return 0;
  return Object.entries(block).reduce((sum, [key, value]) => {
    if (typeof value === "string") return sum + (READ.has(key) ? value.length : 0);
    return sum + textLength(value);
  }, 0);
}

const READ: ReadonlySet<string> = new Set(["text", "title", "caption", "label", "name", "y_label"]);
