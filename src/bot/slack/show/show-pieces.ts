import type { Outbound } from "#core/contract/door.ts";
import type { SlackFile, SlackRendering } from "#bot/slack/render/rendering.ts";
import { type Refused, refusal } from "#bot/slack/web/slack-error.ts";
import { isUndrawable, render, simpler } from "./rendering.ts";
import type { SentSoFar } from "./sent-so-far.ts";

/** One message of a reply, and which of how many it is. */
export interface Piece {
  readonly message: SlackRendering["messages"][number];
  readonly index: number;
  readonly of: number;
}

/** What became of a piece: its time stamp, or which method Slack refused and why. */
export type Shown = { readonly ts: string } | (Refused & { readonly method: string });

/**
 * Shows the messages of a reply one after the other, but for those that `sent` says are there. What Slack cannot draw is
 * drawn more simply, from there on.
 * @returns the time stamp of the last message, how many there are, and the files that belong to the reply
 * @throws NexusError when Slack refuses a message however it is drawn
 */
export async function showPieces(
  outbound: Outbound,
  sent: SentSoFar,
  show: (piece: Piece) => Promise<Shown>,
): Promise<{ last: string; count: number; files: readonly SlackFile[] }> {
  let rendering = render(outbound, sent.level);
  let last = "";
  for (let index = 0; index < rendering.messages.length;) {
    const message = rendering.messages[index];
    const known = sent.messages.get(index);
    if (known !== undefined || message === undefined) {
      last = known ?? last;
      index += 1;
      continue;
    }
    const shown = await show({ message, index, of: rendering.messages.length });
    if ("ts" in shown) {
      sent.messages.set(index, shown.ts);
      last = shown.ts;
      index += 1;
      continue;
    }
    const next = isUndrawable(shown.error) ? simpler(sent.level) : undefined;
    if (next === undefined) throw refusal(shown.method, shown);
    sent.level = next;
    rendering = render(outbound, next);
  }
  return { last, count: rendering.messages.length, files: rendering.files };
}
