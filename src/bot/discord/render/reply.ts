import type { Reply } from "#core/contract/reply.ts";
import { renderAnswer } from "./answer.ts";
import { renderCard } from "./card.ts";
import type { DiscordRendering, RenderOptions } from "./rendering.ts";

/**
 * Draws a reply: an answer as plain content, which notifications show, the card of an approval as components. Nothing
 * is cut: what is too long to be read in the chat is a file.
 */
export function renderReply(reply: Reply, options: RenderOptions): DiscordRendering {
  return reply.card === undefined ? renderAnswer(reply, options) : renderCard(reply, options);
}

/** The reply with a button that opens its form, for where none may be shown unasked. */
export function withOpener(reply: Reply): Reply {
  if (reply.form === undefined) return reply;
  const { title, opener } = reply.form;
  const items = [{ type: "button", label: title, token: opener, style: "primary" } as const];
  return { ...reply, parts: [...reply.parts, { type: "actions", items }] };
}
