import { wrong, type SlackRefusal } from "./answer.ts";
import type { Place } from "./place.ts";

/** What a message is made of, when the app sends one. */
export interface Content {
  readonly text?: string | undefined;
  readonly blocks?: readonly unknown[] | undefined;
  readonly markdown_text?: string | undefined;
  readonly attachments?: readonly unknown[] | undefined;
  readonly parse?: string | undefined;
  readonly link_names?: boolean | undefined;
}

/** https://docs.slack.dev/reference/methods/chat.postMessage: "For best results, limit the number of characters in the text field to 4,000". */
const TEXT_LIMIT = 4000;
/** https://docs.slack.dev/reference/methods/chat.postMessage#arg_markdown_text */
export const MARKDOWN_LIMIT = 12_000;

/** Whether a message may be said: what the vendor refuses, and what a well-mannered app does not send. */
export function checkContent(place: Place, content: Content): SlackRefusal | undefined {
  const { text = "", blocks = [], markdown_text: markdown, attachments = [] } = content;
  if (content.parse === "full" || content.link_names === true) {
    return wrong("names_are_linked", "parse=full and link_names turn data into mentions");
  }
  if (attachments.length > 0) return wrong("legacy_attachments", "attachments are legacy");
  if (markdown !== undefined) {
    if (text !== "" || blocks.length > 0) return wrong("markdown_text_conflict", "markdown_text goes alone");
    if (markdown.trim() === "") return wrong("no_text", "markdown_text is empty");
    if (markdown.length > MARKDOWN_LIMIT) return wrong("msg_too_long", `markdown_text has ${markdown.length}`);
    return place.checkText(markdown, "markdown");
  }
  if (text.trim() === "" && blocks.length === 0) return wrong("no_text", "neither text nor blocks");
  if (text.trim() === "") return wrong("no_fallback_text", "blocks need a text for notifications and screen readers");
  if (text.length > TEXT_LIMIT && blocks.length === 0) {
    return wrong("msg_too_long", `text has ${text.length} characters, more than ${TEXT_LIMIT}`);
  }
  return place.checkText(text, "mrkdwn") ?? place.checkBlocks(blocks, "message");
}
