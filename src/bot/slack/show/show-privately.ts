import { z } from "zod";
import type { Outbound } from "#core/contract/door.ts";
import type { MessageRef } from "#core/contract/message.ts";
import { SLACK_LIMITS } from "#bot/slack/limits.ts";
import { context } from "#bot/slack/render/blocks.ts";
import { isWhispered, messageRef } from "#bot/slack/parse/place.ts";
import type { ResponseUrls } from "#bot/slack/web/response-url.ts";
import type { Line, SlackApi } from "#bot/slack/web/slack-api.ts";
import { whoWhere } from "./manner.ts";
import type { SentSoFar } from "./sent-so-far.ts";
import { type Piece, type Shown, showPieces } from "./show-pieces.ts";
import { uploadFiles, type UploadDeps, withoutFiles } from "./upload-files.ts";

export interface PrivateDeps extends UploadDeps {
  readonly api: SlackApi;
  readonly responseUrls: ResponseUrls;
}

type Message = Piece["message"];

const Posted = z.object({ message_ts: z.string() });
const Direct = z.object({ channel: z.object({ id: z.string() }) });
const DirectlyPosted = z.object({ ts: z.string() });

/** NEXUS or the person is not where the reply belongs, so it goes to the person directly. */
const NOT_THERE: readonly string[] = ["user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"];

/** Shows a reply to its person alone; the channel gets nothing. Files, which Slack cannot hide, go to them directly. */
export async function showPrivately(
  deps: PrivateDeps,
  outbound: Outbound,
  sent: SentSoFar,
  signal: AbortSignal,
): Promise<MessageRef> {
  const { tenantId, channelId } = outbound.conversation;
  const line: Line = { tenantId, lane: "interactive" };
  const hasFiles = outbound.reply.parts.some(({ type }) => type === "file");
  const { last, files } = await showPieces(outbound, sent, ({ message, index, of }) =>
    showOne(deps, line, outbound, hasFiles && index === of - 1 ? withWhereTo(message) : message, signal),
  );
  if (files.length > 0) {
    const to = await openDirect(deps.api, line, outbound.actor.id, signal);
    const note = withoutFiles(await uploadFiles(deps, line, files, { channelId: to }, sent.files, signal));
    if (note !== undefined) await showOne(deps, line, outbound, note, signal);
  }
  return messageRef(tenantId, channelId, last, true);
}

/** Files do not come where the words are. */
function withWhereTo(message: Message): Message {
  if (message.blocks.length >= SLACK_LIMITS.message.blocks) return message;
  return { ...message, blocks: [...message.blocks, ...context([`_${WHERE_TO}_`])] };
}

const WHERE_TO = "The files are in your direct messages with me.";

async function showOne(
  deps: PrivateDeps,
  line: Line,
  outbound: Outbound,
  message: Message,
  signal: AbortSignal,
): Promise<Shown> {
  const { conversation, actor, edits } = outbound;
  const who = whoWhere(outbound);
  const replaces = edits?.ephemeral === true && deps.responseUrls.pressed(who) === edits.messageId;
  if (isWhispered(conversation) || replaces) {
    if (await deps.responseUrls.post(who, { ...message, replaces }, signal))
      return { ts: edits?.messageId ?? "answered" };
  }
  const args = {
    channel: conversation.channelId,
    user: actor.id,
    ...(isInThread(outbound) && { thread_ts: conversation.threadId }),
    ...content(message),
  };
  const answer = await deps.api.ask(line, "chat.postEphemeral", args, Posted, signal);
  if (answer.ok) return { ts: answer.data.message_ts };
  if (!NOT_THERE.includes(answer.error)) return { ...answer, method: "chat.postEphemeral" };
  const channel = await openDirect(deps.api, line, actor.id, signal);
  const quiet = { unfurl_links: false, unfurl_media: false };
  const direct = { channel, ...content(message), ...quiet };
  const { ts } = await deps.api.need(line, "chat.postMessage", direct, DirectlyPosted, signal);
  return { ts };
}

/**
 * In a thread that nobody has answered yet Slack shows nobody what is for one person, so that goes beside the message
 * which would begin it. https://docs.slack.dev/reference/methods/chat.postEphemeral#arg_thread_ts
 */
function isInThread({ conversation, source }: Outbound): boolean {
  return conversation.threadId !== undefined && conversation.threadId !== source?.messageId;
}

async function openDirect(api: SlackApi, line: Line, user: string, signal: AbortSignal): Promise<string> {
  const { channel } = await api.need(line, "conversations.open", { users: user }, Direct, signal);
  return channel.id;
}

function content({ text, blocks }: Message): { text: string; blocks?: Message["blocks"] } {
  return blocks.length === 0 ? { text } : { text, blocks };
}
