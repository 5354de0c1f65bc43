import type { Part, Reply } from "#core/contract/reply.ts";
import { MOST_PICTURES } from "./files.ts";
import { toDiscordMarkdown } from "./markdown.ts";
import { withReaderMoments } from "./moments.ts";
import { drawPart } from "./part.ts";
import type { DiscordFile, RenderOptions } from "./rendering.ts";

/** A block of a reply: text, or the line between two of them. `lead` is a heading, and stays with what follows. */
export type Block =
  | { readonly type: "text"; readonly text: string; readonly lead: boolean }
  | { readonly type: "rule" };

/** All of a reply but its buttons: the text in blocks, never none, and the files. */
export function drawBlocks(
  reply: Reply,
  { pictures }: Pick<RenderOptions, "pictures">,
): { blocks: Block[]; files: DiscordFile[] } {
  const blocks: Block[] = [];
  const files: DiscordFile[] = [];
  let room = pictures ? MOST_PICTURES : 0;
  for (const part of reply.parts) {
    if (part.type === "actions" || part.type === "feedback") continue;
    if (part.type === "divider") {
      blocks.push({ type: "rule" });
      continue;
    }
    const drawn = drawPart(part, room > 0);
    if (part.type === "chart") room -= 1;
    files.push(...drawn.files);
    if (drawn.text.trim() !== "") blocks.push(textBlock(drawn.text, part.type === "heading"));
  }
  if (!reply.parts.some(saysSomething)) blocks.unshift(summaryBlock(reply.summary));
  return { blocks, files };
}

/** The summary as a block of its own. */
export function summaryBlock(summary: string): Block {
  const text = toDiscordMarkdown(summary);
  return textBlock(text === "" ? "(no text)" : text, false);
}

/** The blocks as one text: an empty line between two, none below a heading. */
export function joinBlocks(blocks: readonly Block[]): string {
  const texts = blocks.filter((block) => block.type === "text");
  return texts
    .map(({ text, lead }, index) => (index === texts.length - 1 ? text : `${text}${lead ? "\n" : "\n\n"}`))
    .join("");
}

function textBlock(text: string, lead: boolean): Block {
  return { type: "text", text: withReaderMoments(text), lead };
}

function saysSomething(part: Part): boolean {
  switch (part.type) {
    case "text":
    case "context":
      return part.type === "text" && toDiscordMarkdown(part.markdown) !== "";
    case "actions":
    case "feedback":
    case "divider":
    case "sources":
      return false;
    default:
      return true;
  }
}
