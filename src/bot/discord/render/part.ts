import type { ModulePart } from "#core/contract/reply.ts";
import { drawChart } from "./chart.ts";
import { drawCode } from "./code.ts";
import type { DrawnText } from "./drawn.ts";
import { textFile } from "./files.ts";
import { toDiscordMarkdown, toInline } from "./markdown.ts";
import { bareAddress, plainLine, plainText } from "./neutral.ts";
import { drawTable } from "./table.ts";

/** Draws one part as Discord markdown. A divider is left to whoever has a line to draw. */
export function drawPart(part: Exclude<ModulePart, { type: "divider" }>, isPicture: boolean): DrawnText {
  switch (part.type) {
    case "text":
      return words(toDiscordMarkdown(part.markdown));
    case "heading":
      return words(`### ${plainLine(part.text)}`);
    case "notice":
      return words(`**${TONES[part.tone]}** ${toInline(part.text)}`);
    case "fields":
      return words(
        part.items.map(({ label, value }) => `**${plainLine(label)}** ${plainText(value).trim()}`).join("\n"),
      );
    case "code":
      return drawCode(part);
    case "table":
      return drawTable(part);
    case "chart":
      return drawChart(part, isPicture);
    case "sources":
      return words(part.items.map(({ title, url }) => `-# Source: ${plainLine(title)} ${bareAddress(url)}`).join("\n"));
    case "context":
      return words(smallPrint(part.markdown));
    case "file":
      return {
        text: `**${plainLine(part.name)}** ${plainLine(part.description)}`,
        files: [textFile(part.name, part.mimeType, `${part.name}: ${part.description}`, part.text)],
      };
    default:
      return part satisfies never;
  }
}

/** Every line in Discord's small print. */
export function smallPrint(markdown: string): string {
  return toInline(markdown)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => `-# ${line}`)
    .join("\n");
}

/** The word says what elsewhere a colour says. */
const TONES = { info: "Note:", success: "Done:", warning: "Warning:", error: "Error:" } as const;

function words(text: string): DrawnText {
  return { text, files: [] };
}
