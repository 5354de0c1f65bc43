import type { HomeView } from "@slack/types";
import { SLACK_LIMITS } from "#bot/slack/limits.ts";
import type { Reply } from "#core/contract/reply.ts";
import { context } from "./blocks.ts";
import { createControls, isControl } from "./controls.ts";
import { drawPart, type PartOptions } from "./part.ts";
import type { SlackBlock } from "./rendering.ts";
import { drawText } from "./text-part.ts";

/** Draws a page of a person's own as the Home tab. No files go there, and of the newer blocks none is sure to. */
export function renderHome(reply: Reply): HomeView {
  const options: PartOptions = { native: false, allowance: { charts: 0, tables: 0 }, canAttach: false };
  const drawControl = createControls(false);
  const blocks: SlackBlock[] = reply.parts.flatMap((part) =>
    isControl(part) ? drawControl(part) : drawPart(part, options).blocks,
  );
  const limit = SLACK_LIMITS.view.blocks;
  const filled = blocks.length === 0 ? drawText(reply.summary, false) : blocks;
  if (filled.length <= limit) return { type: "home", blocks: filled };
  const note = context(["Not all of it fits here. Ask me in Messages for the rest."]);
  return { type: "home", blocks: [...filled.slice(0, limit - note.length), ...note] };
}
