import { type Canvas, paint } from "./canvas.ts";
import { cleanText } from "#bot/clean-text.ts";
import { wrapText } from "./wrap.ts";

/** Draws code as it is, set off by a bar at the left. Long lines are wrapped, never cut. */
export function drawCode(canvas: Canvas, text: string, filename?: string): string[] {
  const bar = canvas.plain ? "  " : paint(canvas, [{ text: "│ ", style: { dim: true } }]);
  const lines = cleanText(text)
    .replace(/\n$/, "")
    .split("\n")
    .flatMap((line) => wrapText(line, canvas.columns - 2));
  return [
    ...(filename === undefined
      ? []
      : wrapText(filename, canvas.columns).map((line) => paint(canvas, [{ text: line, style: { bold: true } }]))),
    ...lines.map((line) => bar + line),
  ];
}
