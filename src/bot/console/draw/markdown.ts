import { type Canvas, linkTarget, paint, type Run, type Style } from "./canvas.ts";
import { cleanText } from "#bot/clean-text.ts";
import { drawCode } from "./code.ts";
import { wrap } from "./wrap.ts";

/**
 * Draws the markdown that answers use: paragraphs, lists, quotes, headings, fences, and inline bold, italic, code and
 * links. Anything else stays as it was written.
 */
export function drawMarkdown(canvas: Canvas, markdown: string, base: Style = {}): string[] {
  const drawn: string[] = [];
  let fence: { mark: string; lines: string[] } | undefined;
  for (const line of cleanText(markdown).replace(/\n+$/, "").split("\n")) {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark !== undefined && mark.startsWith(fence.mark)) {
        drawn.push(...drawCode(canvas, fence.lines.join("\n")));
        fence = undefined;
      } else {
        fence.lines.push(line);
      }
    } else if (mark === undefined) {
      drawn.push(...drawLine(canvas, line, base));
    } else {
      fence = { mark, lines: [] };
    }
  }
  if (fence !== undefined) drawn.push(...drawCode(canvas, fence.lines.join("\n")));
  return drawn;
}

/** Draws one sentence or more with inline markup only, continued lines indented by `hang`. */
export function drawInline(canvas: Canvas, markdown: string, base: Style = {}, first = "", hang = ""): string[] {
  const runs = inlineRuns(canvas, cleanText(markdown), base);
  return wrap(runs, canvas.columns - hang.length).map((line, index) => {
    const lead = index === 0 ? first.padEnd(hang.length) : hang;
    return paint(canvas, [{ text: lead, style: base }, ...line]);
  });
}

function drawLine(canvas: Canvas, line: string, base: Style): string[] {
  if (line.trim() === "") return [""];
  const heading = /^#{1,6} +(.+)$/.exec(line)?.[1];
  if (heading !== undefined) return drawInline(canvas, heading, { ...base, bold: true });
  const item = /^( {0,12})([-*+]|\d{1,3}[.)]) +(.+)$/.exec(line);
  if (item !== null) {
    const [, indent = "", marker = "", text = ""] = item;
    const bullet = /\d/.test(marker) || canvas.plain ? marker : "•";
    const lead = `${indent.slice(0, 8)}${bullet} `;
    return drawInline(canvas, text, base, lead, " ".repeat(lead.length));
  }
  const quote = /^> ?(.*)$/.exec(line)?.[1];
  if (quote !== undefined) return drawQuote(canvas, quote, base);
  return drawInline(canvas, line, base);
}

function drawQuote(canvas: Canvas, text: string, base: Style): string[] {
  const mark = canvas.plain ? "> " : "│ ";
  const inner = drawInline({ ...canvas, columns: canvas.columns - 2 }, text, { ...base, dim: true });
  return inner.map((line) => paint(canvas, [{ text: mark, style: { dim: true } }]) + line);
}

/** Splits a clean line into runs. Marks are dropped where a style takes their place, and kept where it cannot. */
function inlineRuns(canvas: Canvas, text: string, base: Style): Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    runs.push({ text: unescape(text.slice(from, match.index)), style: base });
    runs.push(...markedRuns(canvas, match.groups ?? {}, base));
    from = match.index + match[0].length;
  }
  runs.push({ text: unescape(text.slice(from)), style: base });
  return runs.filter((run) => run.text !== "");
}

function markedRuns(canvas: Canvas, marked: Record<string, string | undefined>, base: Style): Run[] {
  const { code, bold, italic, underlined, label, address } = marked;
  // Without colour the back quotes stay: they are what tells a command from the sentence around it.
  if (code !== undefined) {
    return canvas.colour
      ? [{ text: code, style: { ...base, colour: "cyan" } }]
      : [{ text: `\`${code}\``, style: base }];
  }
  if (bold !== undefined) return inlineRuns(canvas, bold, { ...base, bold: true });
  const emphasised = italic ?? underlined;
  if (emphasised !== undefined) return inlineRuns(canvas, emphasised, { ...base, italic: true });
  if (label !== undefined && address !== undefined) return linkRuns(canvas, unescape(label), address, base);
  return [];
}

/** A link: clickable where the terminal can, else with its address written out. */
export function linkRuns(canvas: Canvas, label: string, address: string, base: Style = {}): Run[] {
  const href = linkTarget(address);
  if (href === undefined) return [{ text: `${label} (${address})`, style: base }];
  if (canvas.links) return [{ text: label, style: { ...base, colour: "blue", href } }];
  return [{ text: label === href || label === address ? href : `${label} (${href})`, style: base }];
}

function unescape(text: string): string {
  return text.replaceAll(/\\([\\`*_{}[\]()#+\-.!>~|<@])/g, "$1");
}

const FENCE = /^ {0,3}(`{3,}|~{3,})[^`]*$/;
const INLINE =
  /(?<!\\)(?:`(?<code>[^`\n]{1,500})`|\*\*(?<bold>(?!\s)[^\n]{1,2000}?(?<![\s\\]))\*\*|\*(?<italic>(?![\s*])[^*\n]{1,2000}?(?<![\s\\]))\*|(?<![\p{L}\p{N}_])_(?<underlined>(?![\s_])[^_\n]{1,2000}?(?<![\s\\]))_(?![\p{L}\p{N}_])|\[(?<label>[^[\]\n]{1,500})\]\((?<address>[^()\s]{1,2000})\))/gu;
