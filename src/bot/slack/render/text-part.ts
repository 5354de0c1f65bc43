import { writeAge } from "#bot/age.ts";
import { cleanLine, cleanText } from "#bot/clean-text.ts";
import { SLACK_LIMITS } from "#bot/slack/limits.ts";
import { splitMarkdown } from "#bot/split-markdown.ts";
import type { ModulePart } from "#core/contract/reply.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import { context, plainSections, plainText, section } from "./blocks.ts";
import { hasMoments, quietMarkdown } from "./escape.ts";
import { mrkdwnLink, splitMrkdwn } from "./mrkdwn.ts";
import type { SlackBlock } from "./rendering.ts";

type Notice = Extract<ModulePart, { type: "notice" }>;
type Sources = Extract<ModulePart, { type: "sources" }>;

/** Long enough for most answers, short enough that a message can be filled. */
const MARKDOWN_BLOCK = 4000;

/** Draws markdown: as it is where Slack reads it, else (and where there are moments to show) as mrkdwn. */
export function drawText(markdown: string, native: boolean): SlackBlock[] {
  if (native && !hasMoments(markdown)) {
    return splitMarkdown(quietMarkdown(markdown), MARKDOWN_BLOCK).map((text) => ({ type: "markdown", text }));
  }
  return splitMrkdwn(markdown, SLACK_LIMITS.textObject).map(section);
}

/** Draws a heading: plain words. One too long for a header is bold. */
export function drawHeading(text: string): SlackBlock[] {
  const heading = withWrittenMoments(cleanLine(text));
  if (heading === "") return [];
  if (heading.length <= SLACK_LIMITS.header) return [{ type: "header", text: plainText(heading) }];
  return plainSections(heading);
}

/** Draws a notice. Its tone is a word: Slack has no colours that everybody sees. */
export function drawNotice({ tone, text }: Pick<Notice, "tone" | "text">): SlackBlock[] {
  return splitMrkdwn(`**${TONES[tone]}:** ${text.trimStart()}`, SLACK_LIMITS.textObject).map(section);
}

/** Draws small print. */
export function drawContext(markdown: string): SlackBlock[] {
  return context(splitMrkdwn(markdown, SLACK_LIMITS.textObject));
}

/** Draws where an answer comes from, in small print; an address too long for a link is written out. */
export function drawSources({ items }: Sources): SlackBlock[] {
  const links = items.map(({ title, url }) => ({
    link: `Source: ${mrkdwnLink(cleanLine(title), cleanText(url))}`,
    written: `Source: ${withWrittenMoments(cleanLine(title))} ${url}`,
  }));
  const isShort = ({ link }: { link: string }) => link.length <= SLACK_LIMITS.textObject;
  return [
    ...context(links.filter(isShort).map(({ link }) => link)),
    ...links.filter((item) => !isShort(item)).flatMap(({ written }) => plainSections(written)),
  ];
}

/** Draws how old the question is. */
export function drawAge(delayedMs: number): SlackBlock[] {
  return context([`Delayed ${writeAge(delayedMs)}`]);
}

/** A summary for notifications, which are cut anyway: its first `limit` characters or less. */
export function shortSummary(summary: string, limit: number): string {
  return splitMrkdwn(summary, limit)[0] ?? "Answer";
}

const TONES = { info: "Note", success: "Done", warning: "Warning", error: "Error" } as const satisfies Record<
  Notice["tone"],
  string
>;
