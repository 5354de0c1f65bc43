import type { ModulePart } from "#core/contract/reply.ts";
import { type Canvas, paint } from "./canvas.ts";
import { cleanLine, cleanText } from "#bot/clean-text.ts";
import { pad, widthOf } from "./measure.ts";
import { wrapText } from "./wrap.ts";

type Fields = Extract<ModulePart, { type: "fields" }>;

/** Draws labels in one column and values in the next; a label too long for its column gets a line of its own. */
export function drawFields(canvas: Canvas, { items }: Fields): string[] {
  const widest = Math.max(...items.map(({ label }) => widthOf(cleanLine(label))));
  const labelWidth = Math.min(widest, Math.floor(canvas.columns * 0.4));
  return items.flatMap(({ label, value }) => drawField(canvas, cleanLine(label), cleanText(value), labelWidth));
}

function drawField(canvas: Canvas, label: string, value: string, labelWidth: number): string[] {
  if (canvas.plain) return wrapText(`${label}: ${value}`, canvas.columns);
  const dim = (text: string) => paint(canvas, [{ text, style: { dim: true } }]);
  const values = wrapText(value, canvas.columns - labelWidth - 2);
  if (widthOf(label) <= labelWidth) {
    return values.map((line, index) => dim(pad(index === 0 ? label : "", labelWidth + 2)) + line);
  }
  return [...wrapText(label, canvas.columns).map(dim), ...values.map((line) => " ".repeat(labelWidth + 2) + line)];
}
