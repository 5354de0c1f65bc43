import type { Findings } from "./findings.ts";
import { codePoint } from "./show.ts";
import { findUnseen } from "./unseen.ts";

const MAX_BYTES = 262_144;
const MAX_LINE = 2_000;
const MAX_BRACKETS = 200;

/**
 * Looks at a file's plain text before any parser does: parsers are programs too, and some die of what is in here. Answers
 * whether the text is fit to be parsed.
 */
export function preScan(file: string, text: string, findings: Findings): boolean {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) {
    findings.add("size.source", { file }, `The file has ${bytes} bytes; ${MAX_BYTES} are the most.`);
    return false;
  }
  const lines = text.split(/\r\n|[\n\r]/);
  const long = lines.findIndex((line) => line.length > MAX_LINE);
  if (long >= 0) {
    const length = lines[long]?.length ?? 0;
    findings.add("size.line", { file, line: long + 1 }, `A line of ${length} characters; ${MAX_LINE} are the most.`);
  }
  checkUnseen(file, lines, findings);
  const strayReturn = /\r(?!\n)/.exec(text);
  if (strayReturn) {
    const line = text.slice(0, strayReturn.index).split("\n").length;
    findings.add(
      "text.invisible",
      { file, line },
      "A carriage return in the middle of a line hides what stands before it.",
    );
  }
  const deep = findDepth(text);
  if (deep !== undefined) {
    findings.add("size.depth", { file, line: deep }, `Brackets are nested more than ${MAX_BRACKETS} deep.`);
  }
  return long < 0 && deep === undefined;
}

function checkUnseen(file: string, lines: readonly string[], findings: Findings): void {
  for (const [index, line] of lines.entries()) {
    // The mark that some editors put at the beginning of a file is no part of it, and tabs are blanks.
    const text = (index === 0 ? line.replace(/^\uFEFF/, " ") : line).replaceAll("\t", " ");
    const unseen = findUnseen(text);
    if (unseen === undefined) continue;
    const at = { file, line: index + 1, column: unseen.index + 1 };
    const message = `The character ${codePoint(unseen.character)} does not show, or hides what is around it.`;
    findings.add("text.invisible", at, message);
  }
}

/** The line where brackets are too deep; brackets in texts count too, which costs honest code nothing. */
function findDepth(text: string): number | undefined {
  let depth = 0;
  let line = 1;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 10) line += 1;
    else if (code === 40 || code === 91 || code === 123) depth += 1;
    else if (code === 41 || code === 93 || code === 125) depth = Math.max(0, depth - 1);
    if (depth > MAX_BRACKETS) return line;
  }
  return undefined;
}
