import { MessageType } from "discord.js";
import { z } from "zod";
import { cleanLine } from "#bot/clean-text.ts";
import type { Attachment } from "#core/contract/message.ts";
import { writeRef } from "./attachment-ref.ts";
import { MemberPayload, UserPayload } from "./person.ts";
import { type Names, readableText } from "./readable-text.ts";

const AttachmentPayload = z.object({
  id: z.string(),
  filename: z.string(),
  size: z.number(),
  content_type: z.string().optional(),
  url: z.string(),
});
type AttachmentPayload = z.infer<typeof AttachmentPayload>;

/** https://docs.discord.com/developers/resources/message#message-object */
export const MessagePayload = z.object({
  id: z.string(),
  channel_id: z.string(),
  guild_id: z.string().optional(),
  type: z.number(),
  content: z.string(),
  author: UserPayload,
  member: MemberPayload.optional(),
  webhook_id: z.string().optional(),
  mentions: z.array(UserPayload.extend({ member: MemberPayload.partial().optional() })),
  mention_roles: z.array(z.string()).optional(),
  mention_everyone: z.boolean().optional(),
  attachments: z.array(AttachmentPayload),
  referenced_message: z.object({ author: UserPayload }).nullish(),
});
export type MessagePayload = z.infer<typeof MessagePayload>;

export type ReadMessage =
  | { readonly kind: "ignored"; readonly reason: "own" | "bot" | "system" }
  | {
      readonly kind: "said";
      readonly text: string;
      readonly attachments: Attachment[];
      /** How NEXUS was addressed, or that it was not: then only a conversation it takes part in counts. */
      readonly address: "mention" | "reply" | "none";
      /** Somebody else is spoken to. */
      readonly namesOthers: boolean;
    };

/** What a message says, and to whom. One that was missed may have been changed since: it says what it says now. */
export function readMessage(message: MessagePayload, botUserId: string, names: Names): ReadMessage {
  if (message.author.id === botUserId) return { kind: "ignored", reason: "own" };
  if (message.author.bot === true || message.webhook_id !== undefined) return { kind: "ignored", reason: "bot" };
  if (!SAID.has(message.type)) return { kind: "ignored", reason: "system" };
  const isNamed = new RegExp(`<@!?${botUserId}>`).test(message.content);
  const repliedTo = message.referenced_message?.author.id;
  return {
    kind: "said",
    text: readableText(message, botUserId, names),
    attachments: message.attachments.map((file) => toAttachment(file, message)),
    address: isNamed ? "mention" : repliedTo === botUserId ? "reply" : "none",
    namesOthers:
      message.mentions.some(({ id }) => id !== botUserId) ||
      (message.mention_roles ?? []).length > 0 ||
      message.mention_everyone === true ||
      (repliedTo !== undefined && repliedTo !== botUserId),
  };
}

/** A file of a message, found again by the message it hangs on: its address alone expires within a day. */
function toAttachment(
  file: AttachmentPayload,
  message: { readonly id: string; readonly channel_id: string },
): Attachment {
  return {
    name: cleanLine(file.filename).slice(0, 255) || "file",
    bytes: file.size,
    ref: writeRef({ channelId: message.channel_id, messageId: message.id, attachmentId: file.id, url: file.url }),
    ...(file.content_type !== undefined && { mimeType: file.content_type }),
  };
}

const SAID: ReadonlySet<number> = new Set([MessageType.Default, MessageType.Reply]);
