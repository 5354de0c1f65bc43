import type { ModulePart } from "#core/contract/reply.ts";
import { MANNERS } from "#bot/discord/limits.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import type { DrawnText } from "./drawn.ts";
import { textFile } from "./files.ts";
import { fenced, plainLine } from "./neutral.ts";

/** Draws code in a block; what is long, or cannot be shown exactly, comes byte for byte as a file. */
export function drawCode({ text, language, filename }: Extract<ModulePart, { type: "code" }>): DrawnText {
  const title = filename === undefined ? [] : [`**${plainLine(filename)}**`];
  if (text.trim() === "") return { text: [...title, "(empty)"].join("\n"), files: [] };
  const name = filename ?? `code.${extensionOf(language)}`;
  const lines = text.split("\n").length;
  const file = textFile(name, "text/plain", `${name}: ${lines} ${lines === 1 ? "line" : "lines"}`, text);
  if (text.length > MANNERS.code) {
    const where = `${lines} ${lines === 1 ? "line" : "lines"}, in the attached file.`;
    return { text: [...title, where].join("\n"), files: [file] };
  }
  const written = withWrittenMoments(text);
  const shown = showHidden(written);
  const tag = language !== undefined && /^[a-z0-9+#-]{1,20}$/i.test(language) ? language : "";
  const block = `\`\`\`${tag}\n${fenced(shown)}\n\`\`\``;
  if (shown === written) return { text: [...title, block].join("\n"), files: [] };
  const notice =
    "**Warning:** it holds invisible characters, written out here. The attached file has them as they are.";
  return { text: [...title, block, notice].join("\n"), files: [file] };
}

/** Characters that nobody sees, or that reorder what is read, by their number: https://trojansource.codes */
function showHidden(text: string): string {
  return text
    .toWellFormed()
    .replaceAll("\r\n", "\n")
    .replaceAll(/(?![\t\n\u200D])[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => {
      const number = char.codePointAt(0) ?? 0;
      return `⟨U+${number.toString(16).toUpperCase().padStart(4, "0")}⟩`;
    });
}

/** The usual endings of what modules and documents are written in; anything else is text. */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ["typescript", "ts"],
  ["ts", "ts"],
  ["javascript", "js"],
  ["js", "js"],
  ["json", "json"],
  ["yaml", "yaml"],
  ["sql", "sql"],
  ["csv", "csv"],
  ["diff", "diff"],
  ["markdown", "md"],
]);

function extensionOf(language: string | undefined): string {
  return EXTENSIONS.get(language?.toLowerCase() ?? "") ?? "txt";
}
