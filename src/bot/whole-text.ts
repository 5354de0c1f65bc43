import { figuresOf } from "./chart-figures.ts";
import { cleanLine, cleanText } from "./clean-text.ts";
import type { ModulePart, Reply } from "#core/contract/reply.ts";
import { toCsv } from "./csv.ts";
import { withWrittenMoments } from "./written-moments.ts";

/** Everything a reply says, as a markdown file: nothing is left out but buttons, which work elsewhere, and its own files. */
export function writeWhole({ summary, parts }: Pick<Reply, "summary" | "parts">): string {
  const said = parts.flatMap((part) => {
    if (part.type === "actions") {
      return part.items.flatMap((item) => (item.type === "link" ? [`${cleanLine(item.label)}: ${item.url}`] : []));
    }
    return part.type === "feedback" ? [] : [writePart(part)];
  });
  const texts = said.some((text) => text.includes(summary)) ? said : [cleanText(summary), ...said];
  return `${withWrittenMoments(texts.filter((text) => text.trim() !== "").join("\n\n"))}\n`;
}

function writePart(part: ModulePart): string {
  switch (part.type) {
    case "text":
    case "context":
      return cleanText(part.markdown);
    case "heading":
      return `## ${cleanLine(part.text)}`;
    case "notice":
      return `**${part.tone}:** ${cleanText(part.text)}`;
    case "fields":
      return part.items.map(({ label, value }) => `${cleanLine(label)}: ${cleanText(value)}`).join("\n");
    case "code":
      return `${part.filename === undefined ? "" : `${cleanLine(part.filename)}\n`}${fenced(part.text)}`;
    case "table":
      return `${cleanLine(part.caption)}\n\n${fenced(toCsv(part))}`;
    case "chart":
      return `${cleanLine(part.title)}\n${cleanLine(part.takeaway)}\n\n${fenced(toCsv(figuresOf(part)))}`;
    case "sources":
      return part.items.map(({ title, url }) => `Source: ${cleanLine(title)} ${url}`).join("\n");
    case "file":
      return `File ${cleanLine(part.name)}: ${cleanLine(part.description)}`;
    case "divider":
      return "---";
    default:
      return part satisfies never;
  }
}

/** In a fence longer than any within. */
function fenced(text: string): string {
  const clean = cleanText(text);
  const longest = Math.max(2, ...(clean.match(/`+/g) ?? []).map((run) => run.length));
  const mark = "`".repeat(longest + 1);
  return `${mark}\n${clean.trimEnd()}\n${mark}`;
}
