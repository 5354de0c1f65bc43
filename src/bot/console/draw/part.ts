import type { ModulePart } from "#core/contract/reply.ts";
import { type Canvas, type Colour, paint, type Style } from "./canvas.ts";
import { drawChart } from "./chart.ts";
import { cleanLine } from "#bot/clean-text.ts";
import { drawCode } from "./code.ts";
import { drawFields } from "./fields.ts";
import { drawInline, drawMarkdown, linkRuns } from "./markdown.ts";
import { drawTable } from "./table.ts";
import { wrap, wrapText } from "./wrap.ts";

/** Draws one part, as lines no wider than the canvas and with no control characters but our own styles and links. */
export function drawPart(canvas: Canvas, part: Exclude<ModulePart, { type: "file" }>): string[] {
  switch (part.type) {
    case "text":
      return drawMarkdown(canvas, part.markdown);
    case "heading":
      return drawStyled(canvas, part.text, { bold: true });
    case "notice":
      return drawNotice(canvas, part.tone, part.text);
    case "fields":
      return drawFields(canvas, part);
    case "code":
      return drawCode(canvas, part.text, part.filename === undefined ? undefined : cleanLine(part.filename));
    case "table":
      return drawTable(canvas, part);
    case "chart":
      return drawChart(canvas, part);
    case "sources":
      return part.items.flatMap(({ title, url }) => drawSource(canvas, cleanLine(title), url));
    case "context":
      return drawMarkdown(canvas, part.markdown, { dim: true });
    case "divider":
      return canvas.plain ? [] : [paint(canvas, [{ text: "─".repeat(canvas.columns), style: { dim: true } }])];
    default:
      return part satisfies never;
  }
}

/** Draws a file that was saved at `path`, or could not be. */
export function drawFile(
  canvas: Canvas,
  file: Extract<ModulePart, { type: "file" }>,
  path: string | undefined,
  address: string | undefined,
): string[] {
  const about = drawStyled(canvas, `${file.name}: ${file.description}`, {});
  if (path === undefined) return [...about, ...drawNotice(canvas, "warning", "The file could not be saved.")];
  return [...about, ...drawSaved(canvas, "Saved as", path, address)];
}

/** Draws where something was saved, as a link where the terminal has them. */
export function drawSaved(canvas: Canvas, lead: string, path: string, address: string | undefined): string[] {
  const style: Style = canvas.links && address !== undefined ? { colour: "blue", href: address } : {};
  const runs = [
    { text: `${lead} `, style: { dim: true } },
    { text: cleanLine(path), style },
  ];
  return wrap(runs, canvas.columns).map((line) => paint(canvas, line));
}

/** Draws a notice. The word says what the colour says, for those who see no colour. */
export function drawNotice(canvas: Canvas, tone: keyof typeof TONES, text: string): string[] {
  const { word, colour } = TONES[tone];
  const [first = "", ...rest] = drawInline({ ...canvas, columns: canvas.columns - word.length - 1 }, text);
  const lead = paint(canvas, [{ text: word, style: { bold: true, colour } }]);
  return [`${lead} ${first}`, ...rest.map((line) => `${" ".repeat(word.length + 1)}${line}`)];
}

function drawStyled(canvas: Canvas, text: string, style: Style): string[] {
  return wrapText(cleanLine(text), canvas.columns).map((line) => paint(canvas, [{ text: line, style }]));
}

function drawSource(canvas: Canvas, title: string, url: string): string[] {
  const lead = "Source: ";
  const runs = linkRuns(canvas, title, cleanLine(url), { dim: true });
  return wrap(runs, canvas.columns - lead.length).map((line, index) => {
    const text = index === 0 ? lead : " ".repeat(lead.length);
    return paint(canvas, [{ text, style: { dim: true } }, ...line]);
  });
}

const TONES = {
  info: { word: "Note:", colour: "blue" },
  success: { word: "Done:", colour: "green" },
  warning: { word: "Warning:", colour: "yellow" },
  error: { word: "Error:", colour: "red" },
} as const satisfies Record<string, { word: string; colour: Colour }>;
