import { writeAge } from "#bot/age.ts";
import { cleanText } from "#bot/clean-text.ts";
import { MESSAGES_PER_REPLY, SLACK_LIMITS } from "#bot/slack/limits.ts";
import { writeWhole } from "#bot/whole-text.ts";
import type { Reply } from "#core/contract/reply.ts";
import { textFile } from "./files.ts";
import { splitMrkdwn } from "./mrkdwn.ts";
import type { SlackFile } from "./rendering.ts";
import { shortSummary } from "./text-part.ts";

/** A reply in words alone, for when Slack takes none of its blocks: a text for each message, nothing left out. */
export function renderPlain(
  reply: Reply,
  delayedMs?: number,
): { texts: readonly string[]; files: readonly SlackFile[] } {
  const age = delayedMs === undefined ? "" : `Delayed ${writeAge(delayedMs)}.\n\n`;
  const files = reply.parts
    .filter((part) => part.type === "file")
    .map(({ name, mimeType, text, description }) => textFile(name, mimeType, text, cleanText(description)));
  const whole = writeWhole(reply);
  const texts = splitMrkdwn(age + whole, SLACK_LIMITS.text);
  if (texts.length > 0 && texts.length <= MESSAGES_PER_REPLY) return { texts, files };
  const file = textFile("answer.md", "text/markdown", whole, "The whole answer");
  return { texts: [shortSummary(age + reply.summary, SLACK_LIMITS.text)], files: [...files, file] };
}
