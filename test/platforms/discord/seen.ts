import { everyComponent, FLAGS, Component } from "./message-body.ts";
import { attachmentWire } from "./wire.ts";
import type { Message } from "./world.ts";

export interface SeenButton {
  readonly label: string;
  readonly customId: string | undefined;
  readonly url: string | undefined;
  readonly style: number;
  readonly isDisabled: boolean;
}

export interface SeenAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly description: string | undefined;
  readonly size: number;
  readonly content: Buffer;
  readonly url: string;
}

/** A message as it looks now. */
export interface SeenMessage {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  readonly content: string;
  /** The content and every text display, one per line. */
  readonly text: string;
  readonly components: readonly Component[];
  readonly embeds: readonly unknown[];
  readonly buttons: readonly SeenButton[];
  readonly flags: number;
  readonly isV2: boolean;
  /** “thinking…”: deferred and not yet answered. */
  readonly isLoading: boolean;
  /** The one person who sees it. */
  readonly ephemeralFor: string | undefined;
  readonly nonce: string | undefined;
  readonly replyTo: string | undefined;
  /** User ids by emoji. */
  readonly reactions: Readonly<Record<string, readonly string[]>>;
  readonly attachments: readonly SeenAttachment[];
  readonly createdAtMs: number;
  readonly editedAtMs: number | undefined;
  readonly edits: number;
  /** User and role ids that it notified, and `everyone`. */
  readonly pings: readonly string[];
  readonly threadId: string | undefined;
  readonly viaInteraction: boolean;
}

/** A snapshot of a message, for whoever looks at the screen. */
export function see(message: Message, origin: string): SeenMessage {
  const components = message.components.map((each) => Component.parse(each));
  const all = everyComponent(components).map(({ component }) => component);
  const texts = all.flatMap(({ content }) => (content === undefined ? [] : [content]));
  return {
    id: message.id,
    channelId: message.channelId,
    authorId: message.authorId,
    content: message.content,
    text: [message.content, ...texts].filter((each) => each !== "").join("\n"),
    components,
    embeds: message.embeds,
    buttons: all
      .filter(({ type }) => type === 2)
      .map(({ label, custom_id, url, style, disabled }) => ({
        label: label ?? "",
        customId: custom_id ?? undefined,
        url: url ?? undefined,
        style: style ?? 0,
        isDisabled: disabled === true,
      })),
    flags: message.flags,
    isV2: (message.flags & FLAGS.IS_COMPONENTS_V2) !== 0,
    isLoading: (message.flags & FLAGS.LOADING) !== 0,
    ephemeralFor: message.ephemeralFor,
    nonce: message.nonce,
    replyTo: message.replyTo,
    reactions: Object.fromEntries([...message.reactions].map(([emoji, people]) => [emoji, [...people]])),
    attachments: message.attachments.map((each) => ({
      filename: each.filename,
      contentType: each.contentType,
      description: each.description,
      size: each.content.length,
      content: each.content,
      url: String(attachmentWire(origin, message.channelId, each)["url"]),
    })),
    createdAtMs: message.createdAtMs,
    editedAtMs: message.editedAtMs,
    edits: message.edits,
    pings: message.pings,
    threadId: message.threadId,
    viaInteraction: message.webhookId !== undefined,
  };
}
