import { z } from "zod";
import { success, unable, wrong } from "#test/platforms/slack/answer.ts";
import { checkContent } from "#test/platforms/slack/message-rules.ts";
import { flag, method, type Method } from "#test/platforms/slack/method.ts";
import { messageObject } from "#test/platforms/slack/objects.ts";
import { sessionOf, type Place } from "#test/platforms/slack/place.ts";
import { CONTENT, metadataArgument, PLACE, TREATMENT } from "./arguments.ts";
import { findChannel, findOwn, findThread, findWritable } from "./find.ts";

/** https://docs.slack.dev/messaging/message-metadata#limits */
const METADATA_LIMIT = 16_000;
const IDENTITY = {
  icon_emoji: z.string().optional(),
  icon_url: z.string().optional(),
  username: z.string().optional(),
};

/** Saying, correcting and taking back. */
export function chatMethods(place: Place): Record<string, Method> {
  const { workspace } = place;

  return {
    "chat.postMessage": method(
      { scopes: ["chat:write"] },
      {
        ...CONTENT,
        ...TREATMENT,
        ...IDENTITY,
        channel: z.string(),
        thread_ts: z.string().optional(),
        reply_broadcast: flag.optional(),
        unfurl_links: flag.optional(),
        unfurl_media: flag.optional(),
        metadata: metadataArgument.optional(),
        client_msg_id: z.string().optional(),
      },
      (args, caller) => {
        const { team } = caller;
        const channel = findWritable(place, args.channel, caller);
        if (!("members" in channel)) return channel;
        if (args.unfurl_links !== false || args.unfurl_media !== false) {
          return wrong("unfurls_links", "unfurl_links and unfurl_media must be false");
        }
        if (args.reply_broadcast === true) return wrong("reply_broadcast", "nobody asked for a broadcast");
        const scope = needsCustomize(args, caller.scopes);
        if (scope !== undefined) return scope;
        const refusal = checkContent(place, args) ?? checkMetadata(args.metadata);
        if (refusal !== undefined) return refusal;
        if (args.thread_ts !== undefined) {
          const root = findThread(place, channel, args.thread_ts);
          if (!("ts" in root)) return root;
          // https://docs.slack.dev/reference/methods/assistant.threads.setStatus: a reply clears the status line.
          sessionOf(place.sessions, channel.id, args.thread_ts).line = "";
        }
        const message = workspace.post({
          channel: channel.id,
          user: team.botUserId,
          botId: team.botId,
          threadTs: args.thread_ts,
          text: args.text ?? args.markdown_text ?? "",
          blocks: args.blocks ?? [],
          metadata: args.metadata,
        });
        place.echo(message, "posted");
        return success({ channel: channel.id, ts: message.ts, message: messageObject(message, place, true) });
      },
    ),

    "chat.update": method(
      { scopes: ["chat:write"] },
      { ...CONTENT, ...TREATMENT, ...PLACE, metadata: metadataArgument.or(z.object({}).strict()).optional() },
      (args, caller) => {
        const channel = findWritable(place, args.channel, caller);
        if (!("members" in channel)) return channel;
        const message = findOwn(place, channel, args.ts, caller);
        if (!("reactions" in message)) return message;
        if (message.streaming?.open === true) return wrong("streaming_state_conflict", "the message is streaming");
        const refusal = checkContent(place, args) ?? checkMetadata(args.metadata);
        if (refusal !== undefined) return refusal;
        message.text = args.text ?? args.markdown_text ?? message.text;
        // Left out, the old blocks and metadata stay: https://docs.slack.dev/reference/methods/chat.update#arg_blocks
        message.blocks = args.blocks ?? message.blocks;
        message.metadata = args.metadata ?? message.metadata;
        message.edited = true;
        place.echo(message, "changed");
        const { text, ts } = message;
        return success({ channel: channel.id, ts, text, message: messageObject(message, place, true) });
      },
    ),

    "chat.delete": method({ scopes: ["chat:write"] }, PLACE, (args, caller) => {
      const channel = findWritable(place, args.channel, caller);
      if (!("members" in channel)) return channel;
      const message = findOwn(place, channel, args.ts, caller);
      if (!("reactions" in message)) {
        return message.error === "cant_update_message" ? { ...message, error: "cant_delete_message" } : message;
      }
      workspace.remove(message);
      place.echo(message, "deleted");
      return success({ channel: channel.id, ts: args.ts });
    }),

    "chat.postEphemeral": method(
      { scopes: ["chat:write"] },
      {
        ...CONTENT,
        ...TREATMENT,
        ...IDENTITY,
        channel: z.string(),
        user: z.string(),
        thread_ts: z.string().optional(),
      },
      (args, caller) => {
        const channel = findWritable(place, args.channel, caller);
        if (!("members" in channel)) return channel;
        if (!channel.members.has(args.user)) return unable("user_not_in_channel", args.user);
        const refusal = needsCustomize(args, caller.scopes) ?? checkContent(place, args);
        if (refusal !== undefined) return refusal;
        // “Ephemeral messages in threads are only shown if there is already an active thread.”
        const isActive = workspace.messages.some(
          (one) => one.channel === channel.id && one.threadTs === args.thread_ts && one.ephemeralTo === undefined,
        );
        if (args.thread_ts !== undefined && !isActive) return success({ message_ts: workspace.mintTs() });
        const { ts } = workspace.post({
          channel: channel.id,
          user: caller.team.botUserId,
          botId: caller.team.botId,
          ephemeralTo: args.user,
          threadTs: args.thread_ts,
          text: args.text ?? args.markdown_text ?? "",
          blocks: args.blocks ?? [],
        });
        return success({ message_ts: ts });
      },
    ),

    "chat.getPermalink": method({}, { channel: z.string(), message_ts: z.string() }, (args, caller) => {
      const channel = findChannel(place, args.channel, caller);
      if (!("members" in channel)) return channel;
      const message = workspace.find(channel.id, args.message_ts);
      if (message === undefined) return unable("message_not_found", args.message_ts);
      const thread = message.threadTs === undefined ? "" : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
      const address = `https://${caller.team.domain}.slack.com/archives/${channel.id}/p${message.ts.replace(".", "")}`;
      return success({ channel: channel.id, permalink: `${address}${thread}` });
    }),
  };
}

/** https://docs.slack.dev/reference/scopes/chat.write.customize */
export function needsCustomize(args: { [Key in keyof typeof IDENTITY]?: unknown }, scopes: readonly string[]) {
  const asks = args.icon_emoji !== undefined || args.icon_url !== undefined || args.username !== undefined;
  if (!asks || scopes.includes("chat:write.customize")) return undefined;
  return wrong("missing_scope", "another name or icon", {
    needed: "chat:write.customize",
    provided: scopes.join(","),
  });
}

function checkMetadata(metadata: object | undefined) {
  if (metadata === undefined) return undefined;
  const size = JSON.stringify(metadata).length;
  return size > METADATA_LIMIT ? wrong("metadata_too_large", `${size} characters`) : undefined;
}
