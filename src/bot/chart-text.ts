import { cleanLine } from "./clean-text.ts";
import type { Font } from "./font-file.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Text on one line with what the font cannot draw replaced by “□”, so that a gap is seen rather than guessed. */
export function drawable(text: string, font: Font): string {
  return Array.from(segmenter.segment(cleanLine(text)), ({ segment }) => {
    const isKnown = Array.from(segment).every((char) => font.has(char.codePointAt(0) ?? 0));
    return isKnown ? segment : "□";
  }).join("");
}

/** The text, its end cut and marked with “…” where it is wider than `width`. */
export function fitText(text: string, font: Font, size: number, width: number): string {
  if (font.width(text, size) <= width) return text;
  const kept = Array.from(segmenter.segment(text), ({ segment }) => segment);
  while (kept.length > 1 && font.width(`${kept.join("")}…`, size) > width) kept.pop();
  return `${kept.join("").trimEnd()}…`;
}

export interface TextLook {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly fill?: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
  /** A white edge, for text that may lie over a line. */
  readonly halo?: boolean;
}

/** One line of text as SVG, escaped. */
export function svgText(
  text: string,
  { x, y, size, fill = "#1d1c1d", anchor = "start", bold = false, halo = false }: TextLook,
): string {
  const weight = bold ? ` font-weight="bold"` : "";
  const edge = halo ? ` stroke="#ffffff" stroke-width="5" stroke-linejoin="round" paint-order="stroke"` : "";
  return `<text x="${px(x)}" y="${px(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${weight}${edge}>${escapeXml(text)}</text>`;
}

/** A coordinate with the precision that can be seen. */
export function px(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 10) / 10) : "0";
}

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.codePointAt(0) ?? 0};`);
}
