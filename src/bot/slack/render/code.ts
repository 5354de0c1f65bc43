import { cleanLine, cleanText } from "#bot/clean-text.ts";
import { INLINE_CODE, SLACK_LIMITS } from "#bot/slack/limits.ts";
import type { ModulePart } from "#core/contract/reply.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import { context, preformatted } from "./blocks.ts";
import type { Drawn } from "./drawn.ts";
import { escapeSlack } from "./escape.ts";
import { attach } from "./files.ts";
import { splitText } from "./split-text.ts";

type Code = Extract<ModulePart, { type: "code" }>;

/** Draws code under its name; where it is long and files can be had, as a file. */
export function drawCode(code: Code, canAttach: boolean): Drawn {
  const text = withWrittenMoments(cleanText(code.text));
  const name = code.filename === undefined ? "" : cleanLine(code.filename);
  if (text.length > INLINE_CODE && canAttach) {
    return attach(name === "" ? "code.txt" : name, "text/plain", text, "Code");
  }
  const title = name === "" ? [] : context(splitText(escapeSlack(name), SLACK_LIMITS.textObject));
  return { blocks: [...title, ...preformatted(text)], files: [] };
}
