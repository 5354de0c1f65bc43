import { fenced, neutralise } from "./neutral.ts";

/**
 * The markdown that answers use, in Discord's dialect: https://support.discord.com/hc/en-us/articles/210298617. What
 * Discord lacks becomes what it has (deep headings, tildes around code, `__bold__`, pictures); what it adds and nobody
 * meant (spoilers, which would hide text) is escaped.
 */
export function toDiscordMarkdown(markdown: string): string {
  const lines: string[] = [];
  let fence: { mark: string; length: number } | undefined;
  for (const line of neutralise(markdown).split("\n")) {
    const [, mark = "", info = ""] = FENCE.exec(line) ?? [];
    if (fence !== undefined) {
      const isEnd = mark.startsWith(fence.mark) && mark.length >= fence.length && info.trim() === "";
      lines.push(isEnd ? "```" : fenced(line));
      if (isEnd) fence = undefined;
    } else if (mark !== "" && !(mark.startsWith("`") && info.includes("`"))) {
      fence = { mark: mark.charAt(0), length: mark.length };
      lines.push(`\`\`\`${info.trim()}`);
    } else {
      lines.push(drawLine(line));
    }
  }
  if (fence !== undefined) lines.push("```");
  return lines.join("\n").trim();
}

/** Text with inline markup only: a sentence of a notice or of the small print. */
export function toInline(markdown: string): string {
  return neutralise(markdown).split("\n").map(drawInline).join("\n").trim();
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

function drawLine(line: string): string {
  const heading = /^ {0,3}#{4,6} +(.+?)(?: +#+)?$/.exec(line)?.[1];
  if (heading !== undefined) return `**${drawInline(heading.replaceAll("**", ""))}**`;
  return drawInline(line.replace(/^( *)\+ /, "$1- ").replace(/^(\s*)>>>/, "$1\\>>>"));
}

/** Inside inline code everything is literal; around it, Discord's own markup is brought to what was meant. */
function drawInline(line: string): string {
  return line
    .replaceAll("```", "\\`\\`\\`")
    .split(/(`[^`]+`)/)
    .map((piece, index) => (index % 2 === 1 ? piece : drawWords(piece)))
    .join("");
}

function drawWords(text: string): string {
  return text
    .replaceAll(/!\[([^\]\n]*)\]\(\s*<?([^\s)>]+)>?[^)\n]*\)/g, "$1 ($2)")
    .replaceAll(/(?<![\w\\])__(?=\S)(.+?)(?<=\S)__(?!\w)/g, "**$1**")
    .replaceAll("||", "\\|\\|");
}
