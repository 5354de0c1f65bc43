import {
  type APIComponentInContainer,
  type APIMessageTopLevelComponent,
  ComponentType,
  MessageFlags,
} from "discord-api-types/v10";
import { splitMarkdown } from "#bot/split-markdown.ts";
import { writeWhole } from "#bot/whole-text.ts";
import type { Reply } from "#core/contract/reply.ts";
import { LIMITS, MANNERS } from "#bot/discord/limits.ts";
import { drawAge } from "./age.ts";
import { type Block, drawBlocks, joinBlocks, summaryBlock } from "./blocks.ts";
import { type ButtonRow, readControls } from "./buttons.ts";
import { fileSet, textFile } from "./files.ts";
import { moreButtons } from "./messages.ts";
import type { DiscordFile, DiscordMessage, DiscordRendering, RenderOptions } from "./rendering.ts";

/**
 * Draws the card of an approval as components in one message: first what it is about, last the buttons. What does not
 * fit is not shortened: all of it is attached. A closed card is the same message without buttons.
 */
export function renderCard(reply: Reply, options: RenderOptions): DiscordRendering {
  const { rows, confirmations, links } = readControls(reply);
  const drawn = drawBlocks(reply, options);
  const linkLines = links.map((link): Block => ({ type: "text", text: link, lead: false }));
  const age = options.delayedMs === undefined ? [] : [drawAge(options.delayedMs)];
  const shownRows = rowsWithin(rows, MANNERS.cardControls);
  const room = LIMITS.componentText - labelLength(shownRows) - [...age, WHOLE].join("\n").length - 2;
  const { blocks, isWhole } = fitBlocks([...withPoint(reply, drawn.blocks), ...linkLines], reply, room);
  const whole = textFile("details.md", "text/markdown", "Everything this card is about", writeWhole(reply));
  const files = fileSet(isWhole ? drawn.files : [whole, ...drawn.files]);
  const end = [...age, ...(isWhole ? [] : [WHOLE])].join("\n");
  const container: APIMessageTopLevelComponent = {
    type: ComponentType.Container,
    accent_color: reply.card?.state === "closed" ? GREY : BLUE,
    components: [...drawTexts(blocks, end), ...drawFiles(files), ...shownRows],
  };
  const card: DiscordMessage = { components: [container], flags: MessageFlags.IsComponentsV2 };
  return { messages: [card, ...moreButtons(rows.slice(shownRows.length))], files, filesWith: 0, confirmations };
}

const WHOLE = "**Note:** not all of it fits here. The attached file has everything.";
/** Only beside words that say the same. */
const BLUE = 0x58_65_f2;
const GREY = 0x80_84_8e;
/** More lines than this between texts, and the components run out. */
const MOST_RULES = 4;

/** The first thing said is the point: the card's own heading, or the summary where it has none. */
function withPoint(reply: Reply, blocks: readonly Block[]): readonly Block[] {
  const [first] = reply.parts;
  const hasPoint = first?.type === "heading" || first?.type === "text" || blocks.length === 0;
  const summary = summaryBlock(reply.summary);
  return hasPoint || joinBlocks(blocks).startsWith(joinBlocks([summary])) ? blocks : [summary, ...blocks];
}

/** The blocks that fit, each whole; the first is always there, if need be as the summary. */
function fitBlocks(all: readonly Block[], reply: Reply, room: number): { blocks: Block[]; isWhole: boolean } {
  const [first] = all;
  const blocks: Block[] = [];
  if (joinBlocks(all).length <= room) return { blocks: [...all], isWhole: true };
  if (first?.type !== "text" || first.text.length > room) {
    const [summary = ""] = splitMarkdown(joinBlocks([summaryBlock(reply.summary)]), MANNERS.summary);
    blocks.push({ type: "text", text: summary, lead: false });
  }
  for (const block of all) {
    if (joinBlocks([...blocks, block]).length <= room) blocks.push(block);
  }
  return { blocks, isWhole: false };
}

function drawTexts(blocks: readonly Block[], end: string): APIComponentInContainer[] {
  const groups: Block[][] = [[]];
  for (const block of blocks) {
    if (block.type === "text") groups.at(-1)?.push(block);
    else if (groups.length <= MOST_RULES) groups.push([]);
  }
  const texts = groups.map(joinBlocks).filter((text) => text !== "");
  const shown = texts.map((text, index) => (index === texts.length - 1 && end !== "" ? `${text}\n\n${end}` : text));
  return shown.flatMap((content, index): APIComponentInContainer[] => {
    const text = { type: ComponentType.TextDisplay, content } as const;
    return index === 0 ? [text] : [{ type: ComponentType.Separator, divider: true }, text];
  });
}

/** Every attachment of such a message must be placed by a component. */
function drawFiles(files: readonly DiscordFile[]): APIComponentInContainer[] {
  const url = (name: string) => ({ url: `attachment://${name}` });
  const pictures = files.filter(({ content }) => "chart" in content);
  const others = files.filter(({ content }) => "text" in content);
  const items = pictures.map(({ name, description }) => ({ media: url(name), description }));
  return [
    ...(items.length === 0 ? [] : [{ type: ComponentType.MediaGallery, items } as const]),
    ...others.map(({ name }) => ({ type: ComponentType.File, file: url(name) }) as const),
  ];
}

/** The first rows, as many as have no more components together, each row being one itself. */
function rowsWithin(rows: readonly ButtonRow[], most: number): ButtonRow[] {
  let count = 0;
  return rows.filter(({ components }) => (count += 1 + components.length) <= most);
}

function labelLength(rows: readonly ButtonRow[]): number {
  return rows
    .flatMap(({ components }) => components)
    .reduce((sum, component) => sum + ("label" in component ? (component.label ?? "").length : 0), 0);
}
