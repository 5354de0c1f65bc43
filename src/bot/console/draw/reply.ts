import { pathToFileURL } from "node:url";
import { writeAge } from "#bot/age.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { drawActions } from "./actions.ts";
import { type Canvas, paint } from "./canvas.ts";
import { drawMarkdown } from "./markdown.ts";
import { drawFile, drawPart } from "./part.ts";

export interface ReplyExtras {
  /** Where each file part was saved, in order; null when it could not be. */
  readonly files: readonly (string | null)[];
  /** How old the question is, when that deserves a word. */
  readonly delayedMs?: number | undefined;
  /** The path as it reads from where the person stands. */
  readonly showPath: (path: string) => string;
}

/** Draws a whole reply: its parts with a blank line between blocks, or its summary when it has nothing else to read. */
export function drawReply(canvas: Canvas, reply: Reply, extras: ReplyExtras): string[] {
  const files = [...extras.files];
  let firstButton = 1;
  const drawPartOrControl = (part: Part): string[] => {
    if (part.type === "actions") {
      const drawn = drawActions(canvas, part.items, firstButton);
      firstButton += part.items.filter((action) => action.type === "button").length;
      return drawn;
    }
    // At a terminal nobody is asked to rate an answer: there is no one else to hear it.
    if (part.type === "feedback") return [];
    if (part.type !== "file") return drawPart(canvas, part);
    const path = files.shift() ?? undefined;
    if (path === undefined) return drawFile(canvas, part, undefined, undefined);
    return drawFile(canvas, part, extras.showPath(path), pathToFileURL(path).href);
  };
  return joinBlocks([
    ...(extras.delayedMs === undefined ? [] : [{ lines: drawAge(canvas, extras.delayedMs) }]),
    ...(reply.parts.some(({ type }) => SPEAKING.has(type)) ? [] : [{ lines: drawMarkdown(canvas, reply.summary) }]),
    ...reply.parts.map((part) => ({ lines: drawPartOrControl(part), isHeading: part.type === "heading" })),
  ]);
}

/** One blank line between blocks, but none under a heading. */
function joinBlocks(blocks: readonly { lines: readonly string[]; isHeading?: boolean }[]): string[] {
  const drawn = blocks.filter(({ lines }) => lines.length > 0);
  return drawn.flatMap(({ lines }, index) =>
    index === 0 || drawn[index - 1]?.isHeading === true ? lines : ["", ...lines],
  );
}

function drawAge(canvas: Canvas, delayedMs: number): string[] {
  return [paint(canvas, [{ text: `(delayed ${writeAge(delayedMs)})`, style: { dim: true } }])];
}

const SPEAKING: ReadonlySet<Part["type"]> = new Set([
  "text",
  "heading",
  "notice",
  "fields",
  "code",
  "table",
  "chart",
  "file",
]);
