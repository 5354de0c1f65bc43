import type { Outbound } from "#core/contract/door.ts";
import type { Reply } from "#core/contract/reply.ts";
import { renderPlain } from "#bot/slack/render/plain.ts";
import { renderReply } from "#bot/slack/render/reply.ts";
import type { SlackRendering } from "#bot/slack/render/rendering.ts";
import type { Level } from "./sent-so-far.ts";

/** The reply as Slack is to get it. A form that could not be opened has become a button that opens it. */
export function render({ reply, delayedMs }: Pick<Outbound, "reply" | "delayedMs">, level: Level): SlackRendering {
  const shown = withOpener(reply);
  if (level !== "text") {
    return renderReply(shown, { native: level === "native", ...(delayedMs !== undefined && { delayedMs }) });
  }
  const { texts, files } = renderPlain(shown, delayedMs);
  return { messages: texts.map((text) => ({ text, blocks: [] })), files };
}

function withOpener({ form, ...reply }: Reply): Reply {
  if (form === undefined) return reply;
  const opener = { type: "button", label: form.title, token: form.opener, style: "primary" } as const;
  return { ...reply, parts: [...reply.parts, { type: "actions", items: [opener] }] };
}

/** What Slack says of blocks it cannot draw; the same words without them are still delivered, once. */
const UNDRAWABLE: readonly string[] = [
  "invalid_blocks",
  "invalid_blocks_format",
  "msg_blocks_too_long",
  "block_mismatch",
  "unsupported_block",
];

/** Whether a refusal is about how the reply was drawn. */
export function isUndrawable(error: string): boolean {
  return UNDRAWABLE.includes(error);
}

/** The next simpler way to draw, when there is one. */
export function simpler(level: Level): Level | undefined {
  if (level === "native") return "plain";
  return level === "plain" ? "text" : undefined;
}
