import { z } from "zod";
import type { Outbound } from "#core/contract/door.ts";
import type { MessageRef } from "#core/contract/message.ts";
import { messageRef } from "#bot/slack/parse/place.ts";
import type { SlackRendering } from "#bot/slack/render/rendering.ts";
import type { Line, SlackApi } from "#bot/slack/web/slack-api.ts";
import { type Refused, refusal } from "#bot/slack/web/slack-error.ts";
import { metadataOf } from "./metadata.ts";
import { isUndrawable, render, simpler } from "./rendering.ts";
import type { SentSoFar } from "./sent-so-far.ts";
import { uploadFiles, type UploadDeps, withoutFiles } from "./upload-files.ts";

export interface OpenDeps extends UploadDeps {
  readonly api: SlackApi;
}

type Message = SlackRendering["messages"][number];

const Posted = z.object({ ts: z.string() });
/** The message that was to be redrawn is gone. */
const GONE: readonly string[] = ["message_not_found", "cant_update_message", "edit_window_closed"];

/**
 * Shows a reply to everyone in its conversation, in its thread if it has one. What `sent` says is there already is left
 * alone; `live`, a message that followed the turn, becomes the first of the answer.
 * @throws NexusError
 */
export async function showOpenly(
  deps: OpenDeps,
  outbound: Outbound,
  sent: SentSoFar,
  live: string | undefined,
  signal: AbortSignal,
): Promise<MessageRef> {
  const { conversation, source, edits } = outbound;
  const { tenantId, channelId, threadId } = conversation;
  // What answers nobody who waits must not delay what does.
  const isAwaited = source !== undefined || conversation.kind === "dm";
  const line: Line = { tenantId, lane: isAwaited ? "interactive" : "background" };
  let standing = edits?.messageId ?? live;
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
    const metadata = metadataOf(outbound.id, index, rendering.messages.length, sent.level);
    const content = { ...asContent(message, standing !== undefined), metadata };
    const shown =
      standing === undefined
        ? await post(deps.api, line, { channel: channelId, thread_ts: threadId, ...content }, signal)
        : await change(deps.api, line, { channel: edits?.channelId ?? channelId, ts: standing, ...content }, signal);
    if ("ts" in shown) {
      sent.messages.set(index, shown.ts);
      last = shown.ts;
      standing = undefined;
      index += 1;
      continue;
    }
    const next = isUndrawable(shown.error) ? simpler(sent.level) : undefined;
    if (next !== undefined) {
      sent.level = next;
      rendering = render(outbound, next);
    } else if (standing !== undefined && edits === undefined && GONE.includes(shown.error)) {
      standing = undefined;
    } else {
      throw refusal(standing === undefined ? "chat.postMessage" : "chat.update", shown);
    }
  }
  const to = { channelId, threadTs: threadId ?? last };
  const note = withoutFiles(await uploadFiles(deps, line, rendering.files, to, sent.files, signal));
  if (note !== undefined) {
    const { length } = rendering.messages;
    const metadata = metadataOf(outbound.id, length, length, sent.level);
    await post(deps.api, line, { channel: channelId, thread_ts: to.threadTs, text: note.text, metadata }, signal);
  }
  return messageRef(tenantId, edits?.channelId ?? channelId, last);
}

type Shown = { readonly ts: string } | Refused;

async function post(api: SlackApi, line: Line, args: Record<string, unknown>, signal: AbortSignal): Promise<Shown> {
  const quiet = { unfurl_links: false, unfurl_media: false };
  const answer = await api.ask(line, "chat.postMessage", { ...args, ...quiet }, Posted, signal);
  return answer.ok ? answer.data : answer;
}

async function change(api: SlackApi, line: Line, args: Record<string, unknown>, signal: AbortSignal): Promise<Shown> {
  const answer = await api.ask(line, "chat.update", args, Posted, signal);
  return answer.ok ? answer.data : answer;
}

/** A message that is changed keeps the blocks it had, unless it is told to have none. */
function asContent({ text, blocks }: Message, isChange: boolean): { text: string; blocks?: Message["blocks"] } {
  return blocks.length === 0 && !isChange ? { text } : { text, blocks };
}
