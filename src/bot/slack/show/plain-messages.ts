import { splitMarkdown } from "#bot/split-markdown.ts";
import { escapeSlack } from "#bot/slack/render/escape.ts";
import type { Part, Reply } from "#core/contract/reply.ts";

/** Kept well below the 4,000 characters Slack asks for, since escaping makes text longer. */
const MOST_CHARACTERS = 2_500;

/** The reply in mere words, for when Slack refuses every drawing of it. Nothing but the buttons is lost. */
export function plainMessages(reply: Reply): { text: string; blocks: [] }[] {
  const words = reply.parts.map(wordsOf).filter((text) => text !== "");
  const whole = words.length === 0 ? reply.summary : words.join("\n\n");
  return splitMarkdown(whole, MOST_CHARACTERS).map((piece) => ({ text: escapeSlack(piece), blocks: [] }));
}

function wordsOf(part: Part): string {
  switch (part.type) {
    case "text":
    case "context":
      return part.markdown;
    case "heading":
    case "notice":
      return part.text;
    case "fields":
      return part.items.map(({ label, value }) => `${label}: ${value}`).join("\n");
    case "code":
      return part.text;
    case "table":
      return [part.caption, ...part.rows.map((row) => row.join(" · "))].join("\n");
    case "chart":
      return `${part.title}: ${part.takeaway}`;
    case "sources":
      return part.items.map(({ title, url }) => `${title}: ${url}`).join("\n");
    case "file":
      return `${part.name}: ${part.text}`;
    case "actions":
      return part.items.map((item) => (item.type === "link" ? `${item.label}: ${item.url}` : item.label)).join("\n");
    case "divider":
    case "feedback":
      return "";
    default:
      return part satisfies never;
  }
}
