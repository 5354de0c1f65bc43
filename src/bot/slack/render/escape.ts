import { cleanText } from "#bot/clean-text.ts";
import { withWrittenMoments, writeMoment } from "#bot/written-moments.ts";
import { drawMoments, type MomentStyle, withoutMomentMarks } from "#core/contract/moment.ts";

/**
 * Text as it is, for `text` and mrkdwn: clean, with what Slack reads as control characters escaped, so that no mention,
 * link or date can be made of it (https://docs.slack.dev/messaging/formatting-message-text#escaping).
 * Moments stay marked: `withMoments` or `withWrittenMoments` draws them.
 */
export function escapeSlack(text: string): string {
  return cleanText(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Standard markdown, for `markdown` blocks and streams, in which nobody is mentioned. There a backslash would be seen
 * in code and an entity might be, so an invisible joiner takes each mention apart.
 */
export function quietMarkdown(markdown: string): string {
  return withWrittenMoments(cleanText(markdown))
    .replaceAll(/<(?=[@#!])/g, "<\u2060")
    .replaceAll(/@(?=channel|here|everyone)/gi, "@\u2060");
}

/** Escaped mrkdwn with its moments as each reader's own clock shows them. */
export function withMoments(mrkdwn: string): string {
  const drawn = drawMoments(mrkdwn, (at, style) => {
    if (Number.isNaN(at.getTime())) return writeMoment(at, style);
    return `<!date^${Math.floor(at.getTime() / 1000)}^${DATE_TOKENS[style]}|${writeMoment(at, style)}>`;
  });
  return withoutMomentMarks(drawn);
}

/** Whether a moment is in the text, which only mrkdwn can show by each reader's clock. */
export function hasMoments(text: string): boolean {
  return withWrittenMoments(text) !== text;
}

/** https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
const DATE_TOKENS = {
  time: "{time}",
  date: "{date_short_pretty}",
  date_time: "{date_short_pretty} at {time}",
} as const satisfies Record<MomentStyle, string>;
