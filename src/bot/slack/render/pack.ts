import { SLACK_LIMITS } from "#bot/slack/limits.ts";
import { textLength } from "./blocks.ts";
import type { SlackBlock } from "./rendering.ts";

/** Puts blocks into as few messages as take them in order, each within what Slack takes of blocks and text. */
export function packMessages(blocks: readonly SlackBlock[]): SlackBlock[][] {
  const messages: SlackBlock[][] = [];
  let length = 0;
  for (const block of blocks) {
    const added = textLength(block);
    const current = messages.at(-1);
    const fits =
      current !== undefined &&
      current.length < SLACK_LIMITS.message.blocks &&
      length + added <= SLACK_LIMITS.messageText;
    if (fits) {
      current.push(block);
      length += added;
    } else {
      messages.push([block]);
      length = added;
    }
  }
  return messages;
}
