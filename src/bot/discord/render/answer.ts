import { splitMarkdown } from "#bot/split-markdown.ts";
import { writeWhole } from "#bot/whole-text.ts";
import type { Reply } from "#core/contract/reply.ts";
import { LIMITS, MANNERS } from "#bot/discord/limits.ts";
import { drawAge } from "./age.ts";
import { drawBlocks, joinBlocks, summaryBlock } from "./blocks.ts";
import { readControls } from "./buttons.ts";
import { fileSet, textFile } from "./files.ts";
import { toMessages } from "./messages.ts";
import type { DiscordRendering, RenderOptions } from "./rendering.ts";

/** Draws an answer as plain content, in three messages at most. */
export function renderAnswer(reply: Reply, options: RenderOptions): DiscordRendering {
  const { rows, confirmations, links } = readControls(reply);
  const { blocks, files } = drawBlocks(reply, options);
  const age = options.delayedMs === undefined ? "" : `${drawAge(options.delayedMs)}\n`;
  const text = [joinBlocks(blocks), ...links].join("\n\n");
  const pieces = splitMarkdown(`${age}${text}`, LIMITS.content);
  if (pieces.length <= MANNERS.messages) {
    const messages = toMessages(pieces, rows);
    return { messages, files: fileSet(files), filesWith: pieces.length - 1, confirmations };
  }
  // Longer than anyone scrolls through: what it comes to, and all of it to open.
  const [summary = ""] = splitMarkdown(joinBlocks([summaryBlock(reply.summary)]), MANNERS.summary);
  const short = `${age}${summary}\n\nThe whole answer is attached.`;
  const whole = textFile("answer.md", "text/markdown", "The whole answer", writeWhole(reply));
  return { messages: toMessages([short], rows), files: fileSet([whole, ...files]), filesWith: 0, confirmations };
}
