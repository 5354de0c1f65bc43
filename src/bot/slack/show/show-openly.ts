import { z } from "zod";
import type { Outbound } from "#core/contract/door.ts";
import type { MessageRef } from "#core/contract/message.ts";
import { messageRef } from "#bot/slack/parse/place.ts";
import type { Line, SlackApi } from "#bot/slack/web/slack-api.ts";
import { metadataOf } from "./metadata.ts";
import type { SentSoFar } from "./sent-so-far.ts";
import { type Piece, type Shown, showPieces } from "./show-pieces.ts";
import { uploadFiles, type UploadDeps, withoutFiles } from "./upload-files.ts";

export interface OpenDeps extends UploadDeps {
  readonly api: SlackApi;
}

const Posted = z.object({ ts: z.string() });
/** No previews of links: a preview can be made to fetch, and nobody asked for it. */
const QUIET = { unfurl_links: false, unfurl_media: false } as const;
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
  const { last, count, files } = await showPieces(outbound, sent, async ({ message, index, of }): Promise<Shown> => {
    const metadata = metadataOf(outbound.id, index, of, sent.level);
    const onto = standing;
    if (onto !== undefined) {
      const content = { ...asContent(message, true), metadata };
      const args = { channel: edits?.channelId ?? channelId, ts: onto, ...content };
      const changed = await ask(deps.api, line, "chat.update", args, signal);
      if ("ts" in changed) standing = undefined;
      // What followed the turn may have been deleted by somebody: the answer is posted afresh.
      if ("ts" in changed || edits !== undefined || !GONE.includes(changed.error)) return changed;
      standing = undefined;
    }
    const content = { ...asContent(message, false), metadata };
    const args = { channel: channelId, thread_ts: threadId, ...content, ...QUIET };
    return ask(deps.api, line, "chat.postMessage", args, signal);
  });
  const to = { channelId, threadTs: threadId ?? last };
  const note = withoutFiles(await uploadFiles(deps, line, files, to, sent.files, signal));
  if (note !== undefined) {
    const metadata = metadataOf(outbound.id, count, count, sent.level);
    const args = { channel: channelId, thread_ts: to.threadTs, text: note.text, metadata, ...QUIET };
    await ask(deps.api, line, "chat.postMessage", args, signal);
  }
  return messageRef(tenantId, edits?.channelId ?? channelId, last);
}

async function ask(
  api: SlackApi,
  line: Line,
  method: string,
  args: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Shown> {
  const answer = await api.ask(line, method, args, Posted, signal);
  return answer.ok ? answer.data : { ...answer, method };
}

/** A message that is changed keeps the blocks it had, unless it is told to have none. */
function asContent(
  { text, blocks }: Piece["message"],
  isChange: boolean,
): { text: string; blocks?: Piece["message"]["blocks"] } {
  return blocks.length === 0 && !isChange ? { text } : { text, blocks };
}
