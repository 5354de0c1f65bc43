import type { ModulePart, Reply } from "#core/contract/reply.ts";
import { cleanLine, cleanText } from "#bot/clean-text.ts";
import { figuresOf } from "./chart.ts";
import { toCsv } from "./csv.ts";
import { withWrittenMoments } from "./moments.ts";

/** Everything a reply says, as the text of a file: no markup of Discord's, nothing left out but its own files. */
export function writeReply({ summary, parts }: Reply): string {
  const texts = parts.flatMap((part) => {
    if (part.type === "actions") {
      return part.items.flatMap((item) => (item.type === "link" ? [`${cleanLine(item.label)}: ${item.url}`] : []));
    }
    return part.type === "feedback" ? [] : [writePart(part)];
  });
  const isSaid = texts.some((text) => text.includes(summary));
  const blocks = (isSaid ? texts : [summary, ...texts]).filter((text) => text.trim() !== "");
  return `${withWrittenMoments(blocks.join("\n\n"))}\n`;
}

function writePart(part: ModulePart): string {
  switch (part.type) {
    case "text":
    case "context":
      return cleanText(part.markdown);
    case "heading":
      return `## ${cleanLine(part.text)}`;
    case "notice":
      return `${part.tone}: ${cleanText(part.text)}`;
    case "fields":
      return part.items.map(({ label, value }) => `${cleanLine(label)}: ${cleanText(value)}`).join("\n");
    case "code":
      return [...(part.filename === undefined ? [] : [part.filename]), "```", part.text, "```"].join("\n");
    case "table":
      return `${cleanLine(part.caption)}\n${toCsv(part)}`;
    case "chart":
      return `${cleanLine(part.title)}\n${cleanLine(part.takeaway)}\n${toCsv(figuresOf(part))}`;
    case "sources":
      return part.items.map(({ title, url }) => `Source: ${cleanLine(title)} ${url}`).join("\n");
    case "file":
      return `${part.name}: ${cleanLine(part.description)}`;
    case "divider":
      return "---";
    default:
      return part satisfies never;
  }
}
