import type { PlainTextElement, MrkdwnElement } from "@slack/types";
import { cleanLine, cleanText } from "#bot/clean-text.ts";
import { SLACK_LIMITS } from "#bot/slack/limits.ts";
import type { ModulePart } from "#core/contract/reply.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import { inBlocks, mrkdwn, plainSections, plainText } from "./blocks.ts";
import { escapeSlack, hasMoments, withMoments } from "./escape.ts";
import type { SlackBlock } from "./rendering.ts";

type Fields = Extract<ModulePart, { type: "fields" }>;
type Element = PlainTextElement | MrkdwnElement;

/**
 * Draws labels in the left column and values in the right, literally: mrkdwn cannot escape an asterisk or a back quote,
 * so only what has none is mrkdwn. A value too long for a field gets paragraphs of its own.
 */
export function drawFields({ items }: Fields): SlackBlock[] {
  const blocks: SlackBlock[] = [];
  let rows: (readonly [Element, Element])[] = [];
  const flush = () => {
    const pairs = inBlocks(rows, SLACK_LIMITS.fields.count / 2);
    blocks.push(...pairs.map((pairs): SlackBlock => ({ type: "section", fields: pairs.flat() })));
    rows = [];
  };
  for (const { label, value } of items) {
    const row = [labelOf(cleanLine(label)), valueOf(cleanText(value).trim())] as const;
    if (row.every(({ text }) => text.length <= SLACK_LIMITS.fields.text)) {
      rows.push(row);
      continue;
    }
    flush();
    blocks.push(...plainSections(`${withWrittenMoments(cleanLine(label))}:`));
    blocks.push(...plainSections(withWrittenMoments(cleanText(value))));
  }
  flush();
  return blocks;
}

function labelOf(label: string): Element {
  const written = withWrittenMoments(label);
  if (written === "") return plainText("—");
  return MARKS.test(written) ? plainText(written) : mrkdwn(`*${escapeSlack(written)}*`);
}

function valueOf(value: string): Element {
  if (value === "") return plainText("—");
  return hasMoments(value) && !MARKS.test(withWrittenMoments(value))
    ? mrkdwn(withMoments(escapeSlack(value)))
    : plainText(withWrittenMoments(value));
}

const MARKS = /[*_~`]/;
