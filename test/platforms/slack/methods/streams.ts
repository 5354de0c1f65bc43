import { z } from "zod";
import { success, unable, wrong, type SlackRefusal } from "#test/platforms/slack/answer.ts";
import { MARKDOWN_LIMIT } from "#test/platforms/slack/message-rules.ts";
import { blocksArgument, method, structure, type Method } from "#test/platforms/slack/method.ts";
import { messageObject } from "#test/platforms/slack/objects.ts";
import { sessionOf, type Place } from "#test/platforms/slack/place.ts";
import type { Message } from "#test/platforms/slack/workspace.ts";
import { metadataArgument, PLACE } from "./arguments.ts";
import { needsCustomize } from "./chat.ts";
import { findOwn, findThread, findWritable } from "./find.ts";

/** https://docs.slack.dev/reference/methods/chat.appendStream: task and plan texts */
const TASK_TEXT = z.string().min(1).max(256);
/** https://docs.slack.dev/messaging/sending-and-scheduling-messages#text-streaming */
const Chunk = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("markdown_text"), text: z.string().min(1).max(MARKDOWN_LIMIT) }),
  z.strictObject({
    type: z.literal("task_update"),
    id: z.string().min(1).max(255),
    title: TASK_TEXT,
    status: z.enum(["pending", "in_progress", "complete", "error"]),
    details: TASK_TEXT.optional(),
    output: TASK_TEXT.optional(),
    sources: z.array(z.strictObject({ type: z.literal("url"), url: z.url(), text: z.string().min(1) })).optional(),
  }),
  z.strictObject({ type: z.literal("plan_update"), title: TASK_TEXT }),
  z.strictObject({ type: z.literal("blocks"), blocks: z.array(z.unknown()).min(1).max(50) }),
]);
type Chunk = z.infer<typeof Chunk>;
const PIECE = { markdown_text: z.string().optional(), chunks: structure(z.array(Chunk)).optional() };

/** Answers that grow while one reads. https://docs.slack.dev/reference/methods/chat.startStream */
export function streamMethods(place: Place): Record<string, Method> {
  const { workspace } = place;

  /** Adds a piece to what was said so far: a mention cut in two is one mention. */
  function grow(message: Message, piece: { markdown_text?: string | undefined; chunks?: Chunk[] | undefined }) {
    const { streaming } = message;
    if (streaming === undefined) return wrong("message_not_in_streaming_state", message.ts);
    const { markdown_text: markdown = "", chunks = [] } = piece;
    if (markdown !== "" && chunks.length > 0) return wrong("invalid_chunks", "either markdown_text or chunks");
    if (markdown.length > MARKDOWN_LIMIT) return wrong("msg_too_long", `markdown_text has ${markdown.length}`);
    const added = markdown + chunks.map((chunk) => (chunk.type === "markdown_text" ? chunk.text : "")).join("");
    const words = chunks.flatMap((chunk) => textsOf(chunk));
    const refusal =
      place.checkText(streaming.markdown + added, "markdown") ??
      words.map((text) => place.checkText(text, "mrkdwn")).find((one) => one !== undefined) ??
      checkChunkBlocks(chunks);
    if (refusal !== undefined) return refusal;
    streaming.markdown += added;
    streaming.chunks.push(...chunks);
    message.text = streaming.markdown;
    return undefined;
  }

  function checkChunkBlocks(chunks: readonly Chunk[]): SlackRefusal | undefined {
    const blocks = chunks.flatMap((chunk) => (chunk.type === "blocks" ? chunk.blocks : []));
    return blocks.length === 0 ? undefined : place.checkBlocks(blocks, "message");
  }

  return {
    "chat.startStream": method(
      { scopes: ["chat:write"] },
      {
        ...PIECE,
        channel: z.string(),
        thread_ts: z.string(),
        recipient_user_id: z.string().optional(),
        recipient_team_id: z.string().optional(),
        task_display_mode: z.enum(["timeline", "plan"]).optional(),
        icon_emoji: z.string().optional(),
        icon_url: z.string().optional(),
        username: z.string().optional(),
      },
      (args, caller) => {
        const channel = findWritable(place, args.channel, caller);
        if (!("members" in channel)) return channel;
        const root = findThread(place, channel, args.thread_ts);
        if (!("ts" in root)) return root;
        if (channel.kind !== "im") {
          if (args.recipient_user_id === undefined) return wrong("missing_recipient_user_id", "needed outside a DM");
          if (args.recipient_team_id === undefined) return wrong("missing_recipient_team_id", "needed outside a DM");
        }
        if (args.recipient_user_id !== undefined && !channel.members.has(args.recipient_user_id)) {
          return unable("user_not_found", args.recipient_user_id);
        }
        const refusal = needsCustomize(args, caller.scopes);
        if (refusal !== undefined) return refusal;
        const message = workspace.post({
          channel: channel.id,
          user: caller.team.botUserId,
          botId: caller.team.botId,
          threadTs: root.ts,
          streaming: { open: true, markdown: "", chunks: [], taskDisplayMode: args.task_display_mode ?? "timeline" },
        });
        const first = grow(message, args);
        if (first !== undefined) {
          workspace.remove(message);
          return first;
        }
        sessionOf(place.sessions, channel.id, root.ts).line = "";
        place.echo(message, "posted");
        return success({ channel: channel.id, ts: message.ts });
      },
    ),
    "chat.appendStream": method({ scopes: ["chat:write"] }, { ...PIECE, ...PLACE }, (args, caller) => {
      const message = findStream(args, caller);
      if (!("reactions" in message)) return message;
      if ((args.markdown_text ?? "") === "" && (args.chunks ?? []).length === 0)
        return wrong("no_text", "nothing to add");
      return grow(message, args) ?? success({ channel: args.channel, ts: args.ts });
    }),
    "chat.stopStream": method(
      { scopes: ["chat:write"] },
      {
        ...PIECE,
        ...PLACE,
        blocks: blocksArgument.optional(),
        metadata: metadataArgument.optional(),
        session_status: z.enum(["active", "processing", "suspended", "closed"]).optional(),
      },
      (args, caller) => {
        const message = findStream(args, caller, true);
        if (!("reactions" in message)) return message;
        const refusal = place.checkBlocks(args.blocks ?? [], "message") ?? grow(message, args);
        if (refusal !== undefined) return refusal;
        if (message.streaming !== undefined) message.streaming.open = false;
        message.blocks = args.blocks ?? [];
        message.metadata = args.metadata;
        const { session_status: status } = args;
        if (status !== undefined && message.threadTs !== undefined) {
          sessionOf(place.sessions, message.channel, message.threadTs).status = status;
        }
        place.echo(message, "changed");
        return success({ channel: args.channel, ts: args.ts, message: messageObject(message, place, true) });
      },
    ),
  };

  /** A message that streams, or (to be ended) one that somebody has stopped. */
  function findStream(args: { channel: string; ts: string }, caller: Parameters<Method["run"]>[1], toEnd = false) {
    const channel = findWritable(place, args.channel, caller);
    if (!("members" in channel)) return channel;
    const message = findOwn(place, channel, args.ts, caller);
    if (!("reactions" in message)) return message;
    if (message.streaming?.open === true || (toEnd && message.streaming?.isStopped === true)) return message;
    // That somebody has pressed Stop meanwhile an app cannot know, nor, after a crash, that it had ended it itself.
    const mayNotKnow = toEnd ? message.streaming !== undefined : message.streaming?.isStopped === true;
    const refuse = mayNotKnow ? unable : wrong;
    return refuse("message_not_in_streaming_state", args.ts);
  }
}

function textsOf(chunk: Chunk): readonly string[] {
  switch (chunk.type) {
    case "task_update":
      return [chunk.title, chunk.details ?? "", chunk.output ?? ""];
    case "plan_update":
      return [chunk.title];
    case "markdown_text":
    case "blocks":
      return [];
    default:
      return chunk satisfies never;
  }
}
