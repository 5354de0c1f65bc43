import { writeAge } from "#bot/age.ts";
import { MESSAGES_PER_REPLY, SLACK_LIMITS } from "#bot/slack/limits.ts";
import { writeWhole } from "#bot/whole-text.ts";
import type { Reply } from "#core/contract/reply.ts";
import { context, textLength } from "./blocks.ts";
import { createControls, isControl } from "./controls.ts";
import type { Drawn } from "./drawn.ts";
import { textFile } from "./files.ts";
import { packMessages } from "./pack.ts";
import { drawPart, type PartOptions } from "./part.ts";
import type { SlackBlock, SlackMessage, SlackRendering } from "./rendering.ts";
import { drawAge, drawText, shortSummary } from "./text-part.ts";

export interface RenderOptions {
  /** How old the question is, when that deserves a word. */
  readonly delayedMs?: number | undefined;
  /** Whether Slack's newer blocks may be used. Without them every Slack shows the reply. */
  readonly native: boolean;
}

/**
 * Draws a reply for Slack: usually one message, more when it is long, and beyond `MESSAGES_PER_REPLY` what fits into
 * one, with the whole of it as a file. A card is always one message, since it is redrawn when it has been decided.
 */
export function renderReply(reply: Reply, options: RenderOptions): SlackRendering {
  const drawn = drawParts(reply, options);
  const controls = drawn.filter(({ isControl }) => isControl).flatMap(({ blocks }) => blocks);
  const said = drawn.filter(({ isControl }) => !isControl);
  const age = options.delayedMs === undefined ? [] : drawAge(options.delayedMs);
  const files = drawn.flatMap((part) => part.files);
  const inOrder = packMessages([...age, ...drawn.flatMap(({ blocks }) => blocks)]);
  if (inOrder.length === 1) return { messages: withTexts(inOrder, reply, options), files };
  const controlsLast = packMessages([...age, ...said.flatMap(({ blocks }) => blocks), ...controls]);
  if (reply.card === undefined && controlsLast.length <= MESSAGES_PER_REPLY) {
    return { messages: withTexts(controlsLast, reply, options), files };
  }
  const whole = textFile("answer.md", "text/markdown", writeWhole(reply), "The whole answer");
  const ends = [
    ...context([`Not all of it fits here. The whole of it is in the file \`${whole.name}\`.`]),
    ...controls,
  ];
  const blocks = [...age, ...keepWhole(said, drawSummary(reply, options), [...age, ...ends]), ...ends];
  return { messages: withTexts(packMessages(blocks), reply, options), files: [...files, whole] };
}

interface DrawnPart extends Drawn {
  readonly isControl: boolean;
}

function drawParts(reply: Reply, options: RenderOptions): DrawnPart[] {
  const { chart, table } = SLACK_LIMITS;
  const drawControl = createControls(options.native);
  const partOptions: PartOptions = {
    native: options.native,
    allowance: options.native ? { charts: chart.perMessage, tables: table.perMessage } : { charts: 0, tables: 0 },
    canAttach: true,
  };
  const drawn = reply.parts.map((part) =>
    isControl(part)
      ? { blocks: drawControl(part), files: [], isControl: true }
      : { ...drawPart(part, partOptions), isControl: false },
  );
  const saysSomething = drawn.some(
    ({ blocks, isControl }) => !isControl && blocks.some(({ type }) => type !== "divider"),
  );
  if (saysSomething) return drawn;
  return [{ blocks: drawSummary(reply, options), files: [], isControl: false }, ...drawn];
}

function drawSummary({ summary }: Reply, { native }: RenderOptions): SlackBlock[] {
  const blocks = drawText(summary, native);
  return blocks.length > 0 ? blocks : drawText("Answer", native);
}

/** Of the parts those that fit, each whole or not at all, beside what must be there; the summary where the first is not. */
function keepWhole(
  said: readonly DrawnPart[],
  summary: readonly SlackBlock[],
  ends: readonly SlackBlock[],
): SlackBlock[] {
  const kept: SlackBlock[] = [];
  const fits = (blocks: readonly SlackBlock[]) =>
    kept.length + blocks.length + ends.length <= SLACK_LIMITS.message.blocks &&
    textLength([...kept, ...blocks, ...ends]) <= SLACK_LIMITS.messageText;
  said.forEach(({ blocks }, index) => {
    if (fits(blocks)) kept.push(...blocks);
    else if (index === 0 && fits(summary)) kept.push(...summary);
  });
  return kept;
}

function withTexts(
  messages: readonly SlackBlock[][],
  { summary }: Reply,
  { delayedMs }: RenderOptions,
): SlackMessage[] {
  const before = delayedMs === undefined ? "" : `Delayed ${writeAge(delayedMs)}. `;
  return messages.map((blocks, index) => {
    const after = messages.length === 1 ? "" : ` (${index + 1} of ${messages.length})`;
    const room = SLACK_LIMITS.text - before.length - after.length;
    return { text: before + shortSummary(summary, room) + after, blocks };
  });
}
