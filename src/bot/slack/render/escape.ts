import { cleanText } from "#bot/clean-text.ts";
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

/** Text with its moments written out, where Slack draws none: plain text, code and files. */
export function withWrittenMoments(text: string): string {
  return withoutMomentMarks(drawMoments(text, writeMoment));
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

function writeMoment(at: Date, style: MomentStyle): string {
  if (Number.isNaN(at.getTime())) return "—";
  const [date = "", time = ""] = at.toISOString().split(/[T.]/);
  const clock = `${time.slice(0, 5)} UTC`;
  switch (style) {
    case "time":
      return clock;
    case "date":
      return date;
    case "date_time":
      return `${date} ${clock}`;
    default:
      return style satisfies never;
  }
}
