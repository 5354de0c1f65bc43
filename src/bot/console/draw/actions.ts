import type { Action, Part } from "#core/contract/reply.ts";
import { type Canvas, paint, type Run } from "./canvas.ts";
import { cleanLine } from "#bot/clean-text.ts";
import { linkRuns } from "./markdown.ts";
import { widthOf } from "./measure.ts";
import { wrap } from "./wrap.ts";

/** The buttons behind the numbers they are drawn with: `[1]` is the first. */
export function buttonsOf(parts: readonly Part[]): Extract<Action, { type: "button" }>[] {
  return parts.flatMap((part) => (part.type === "actions" ? part.items.filter((item) => item.type === "button") : []));
}

/** Draws actions side by side, as many as fit: buttons as `[1] Label`, counted on from `first`; links as links. */
export function drawActions(canvas: Canvas, actions: readonly Action[], first: number): string[] {
  let number = first;
  const drawn = actions.map((action): Run[] => {
    const label = cleanLine(action.label);
    if (action.type === "link") return drawLink(canvas, label, cleanLine(action.url));
    const key = `[${number}]`;
    number += 1;
    return [
      { text: key, style: { bold: true, colour: "cyan" } },
      { text: ` ${label}`, style: styleOf(action) },
    ];
  });
  const rows: Run[][] = [];
  for (const runs of drawn) {
    const row = rows.at(-1);
    if (row !== undefined && !canvas.plain && width(row) + 3 + width(runs) <= canvas.columns) {
      row.push({ text: "   " }, ...runs);
    } else {
      rows.push([...runs]);
    }
  }
  return rows.flatMap((row) => wrap(row, canvas.columns)).map((line) => paint(canvas, line));
}

/** A link with its address in words too, where that is short enough to be copied: not every terminal can be clicked. */
function drawLink(canvas: Canvas, label: string, url: string): Run[] {
  if (!canvas.links || url.length > MAX_COPIED) return linkRuns(canvas, label, url);
  return [{ text: `${label}: ` }, ...linkRuns(canvas, url, url)];
}

const MAX_COPIED = 60;

function styleOf(action: Extract<Action, { type: "button" }>) {
  switch (action.style) {
    case "primary":
      return { bold: true };
    case "danger":
      return { colour: "red" } as const;
    case undefined:
      return {};
    default:
      return action.style satisfies never;
  }
}

function width(runs: readonly Run[]): number {
  return widthOf(runs.map(({ text }) => text).join(""));
}
