import { refuse, refuseForm, reply, type Answer } from "./answer.ts";
import { INTENTS, type Gateway } from "./gateway.ts";
import type { UploadedFile } from "./http-server.ts";
import { mentionFaults, namedUsers, pingableText, pingsOf } from "./mentions.ts";
import { FLAGS, MessageBody, numbered, type Embed } from "./message-body.ts";
import { messageFaults, type Proposal } from "./message-rules.ts";
import { may, PERMISSIONS, permissionsIn, type Permission } from "./permissions.ts";
import type { Uploads } from "./uploads.ts";
import { isThread, type Attachment, type Channel, type Message, type World } from "./world.ts";
import { channelWire, messageEventWire, messageWire } from "./wire.ts";

/** “Enforced and checked for uniqueness in the past few minutes”. Source: https://discord.com/developers/docs/resources/message#create-message */
const NONCE_MEMORY_MS = 5 * 60_000;

/** Who speaks where: the bot by itself, or through an interaction. */
export interface Voice {
  readonly viaInteraction: boolean;
  readonly ephemeralFor?: string;
}

/** Everything that is said, and the telling of it. */
export interface Messages {
  readonly origin: () => string;
  /** Puts a message into its channel and tells the bot. */
  add(message: Omit<Message, "id" | "createdAtMs" | "reactions" | "editedAtMs" | "edits" | "threadId">): Message;
  /** A message of the bot's, if it breaks no rule and the bot may. */
  say(channel: Channel, given: unknown, files: readonly UploadedFile[], voice: Voice): Message | Answer;
  edit(message: Message, given: unknown, files: readonly UploadedFile[]): Answer;
  /** Tells the bot of a change that somebody made. */
  changed(message: Message): void;
  remove(message: Message): void;
  /** What keeps the bot from doing something in a channel. */
  lacks(channel: Channel, ...needed: readonly Permission[]): Answer | undefined;
  wire(message: Message): unknown;
}

export function isAnswer(value: Message | Answer): value is Answer {
  return "status" in value;
}

/** Messages of `world`, told through `gateway`. */
export function createMessages(world: World, gateway: Gateway, origin: () => string, uploads: Uploads): Messages {
  function isReadable(message: Message, channel: Channel, intents: number): boolean {
    return (
      (intents & INTENTS.MESSAGE_CONTENT) !== 0 ||
      channel.type === "dm" ||
      message.authorId === world.botUserId ||
      message.mentions.includes(world.botUserId)
    );
  }

  function tell(event: string, message: Message): void {
    const channel = world.channels.get(message.channelId);
    if (channel === undefined || message.ephemeralFor !== undefined) return;
    if (!may(world, channel, world.botUserId, "VIEW_CHANNEL")) return;
    const intent = channel.type === "dm" ? INTENTS.DIRECT_MESSAGES : INTENTS.GUILD_MESSAGES;
    gateway.dispatch(event, intent, ({ intents }) =>
      event === "MESSAGE_DELETE"
        ? {
            id: message.id,
            channel_id: channel.id,
            ...(channel.guildId === undefined ? {} : { guild_id: channel.guildId }),
          }
        : messageEventWire(world, origin(), message, isReadable(message, channel, intents)),
    );
  }

  function lacks(channel: Channel, ...needed: readonly Permission[]): Answer | undefined {
    const held = permissionsIn(world, channel, world.botUserId);
    if ((held & PERMISSIONS.VIEW_CHANNEL) === 0n) return refuse(403, 50001, "Missing Access");
    const missing = needed.filter((name) => (held & PERMISSIONS[name]) === 0n);
    if (missing.length === 0) return undefined;
    return {
      ...refuse(403, 50013, "Missing Permissions"),
      refused: `50013 Missing Permissions: ${missing.join(", ")}`,
    };
  }

  function add(message: Parameters<Messages["add"]>[0]): Message {
    const made: Message = {
      ...message,
      id: world.snowflake(),
      createdAtMs: world.clock().getTime(),
      reactions: new Map(),
      editedAtMs: undefined,
      edits: 0,
      threadId: undefined,
    };
    if (made.ephemeralFor === undefined) world.channels.get(made.channelId)?.messages.set(made.id, made);
    else world.ephemerals.set(made.id, made);
    tell("MESSAGE_CREATE", made);
    return made;
  }

  function attach(
    body: MessageBody,
    files: readonly UploadedFile[],
    kept: readonly Attachment[],
  ): Attachment[] | Answer {
    const attached = body.attachments === undefined || body.attachments === null ? [...kept] : [];
    const described = new Map((body.attachments ?? []).map((each) => [each.id, each]));
    for (const [id] of described) {
      const before = kept.find((each) => each.id === id);
      if (before !== undefined) attached.push(before);
      else if (!files.some(({ field }) => field === `files[${id}]`)) {
        const message = `no files[${id}] was sent`;
        return refuseForm([{ path: "attachments", code: "ATTACHMENT_NOT_FOUND", message }]);
      }
    }
    for (const { field, filename, contentType, content } of files) {
      const index = /^files\[(\d+)\]$/.exec(field)?.[1];
      if (index === undefined) return refuseForm([{ path: field, code: "UNKNOWN_FIELD", message: "is no file" }]);
      const about = described.get(index);
      const name = about?.filename ?? filename;
      attached.push(uploads.store({ name, contentType, content, description: about?.description ?? undefined }));
    }
    return attached.length <= 10
      ? attached
      : refuseForm([{ path: "attachments", code: "BASE_TYPE_MAX_LENGTH", message: "Must be 10 or fewer in length." }]);
  }

  function problem(body: MessageBody, proposal: Proposal, wasV2: boolean): Answer | undefined {
    const text = pingableText(proposal.content, proposal.components);
    const faults = [...messageFaults(body, proposal, wasV2), ...mentionFaults(body, text)];
    if (faults.length > 0) return refuseForm(faults);
    const { content, embeds, components, filenames } = proposal;
    if (content.trim() === "" && embeds.length + components.length + filenames.length === 0) {
      return refuse(400, 50006, "Cannot send an empty message");
    }
    return undefined;
  }

  function say(channel: Channel, given: unknown, files: readonly UploadedFile[], voice: Voice): Message | Answer {
    const body = MessageBody.parse(given);
    const flags = body.flags ?? 0;
    if (!voice.viaInteraction) {
      const refused = mayNotSpeak(channel, body, files);
      if (refused !== undefined) return refused;
      if ((flags & FLAGS.EPHEMERAL) !== 0) {
        const message = "Only an interaction is answered in private.";
        return refuseForm([{ path: "flags", code: "FLAGS_EPHEMERAL_OUTSIDE_INTERACTION", message }]);
      }
    }
    const attachments = attach(body, files, []);
    if (!Array.isArray(attachments)) return attachments;
    const proposal: Proposal = {
      content: body.content ?? "",
      embeds: (body.embeds ?? []).map(asRich),
      components: numbered(body.components ?? []),
      flags,
      filenames: attachments.map(({ filename }) => filename),
    };
    const refused = problem(body, proposal, false);
    if (refused !== undefined) return refused;
    const nonce = body.nonce === undefined || body.nonce === null ? undefined : String(body.nonce);
    if (body.enforce_nonce === true) {
      const recent = world.clock().getTime() - NONCE_MEMORY_MS;
      const same = channel.messages
        .values()
        .find((each) => each.nonce === nonce && each.authorId === world.botUserId && each.createdAtMs > recent);
      if (same !== undefined) return same;
    }
    const repliedTo = replyTarget(channel, body);
    if (repliedTo !== undefined && "status" in repliedTo) return repliedTo;
    // A message unarchives its thread.
    channel.archived = false;
    const text = pingableText(proposal.content, proposal.components);
    return add({
      channelId: channel.id,
      authorId: world.botUserId,
      content: proposal.content,
      embeds: proposal.embeds,
      components: proposal.components,
      attachments,
      flags: flags | (voice.ephemeralFor === undefined ? 0 : FLAGS.EPHEMERAL),
      nonce,
      replyTo: repliedTo?.id,
      webhookId: voice.viaInteraction ? world.applicationId : undefined,
      ephemeralFor: voice.ephemeralFor,
      mentions: namedUsers(text),
      mentionsEveryone: false,
      pings: pingsOf(body, text, repliedTo?.authorId),
    });
  }

  function mayNotSpeak(channel: Channel, body: MessageBody, files: readonly UploadedFile[]): Answer | undefined {
    if (channel.type === "dm") {
      const recipient = world.users.get(channel.recipientId ?? "");
      return recipient?.dmsOpen === true ? undefined : refuse(403, 50007, "Cannot send messages to this user");
    }
    if (channel.type === "forum") return refuse(400, 50008, "Cannot send messages in a non-text channel");
    const refused = lacks(
      channel,
      isThread(channel) ? "SEND_MESSAGES_IN_THREADS" : "SEND_MESSAGES",
      ...((body.embeds ?? []).length > 0 ? (["EMBED_LINKS"] as const) : []),
      ...(files.length > 0 ? (["ATTACH_FILES"] as const) : []),
    );
    if (refused !== undefined) return refused;
    return channel.locked && !may(world, channel, world.botUserId, "MANAGE_THREADS")
      ? refuse(400, 160005, "Thread is locked")
      : undefined;
  }

  function replyTarget(channel: Channel, body: MessageBody): Message | Answer | undefined {
    const reference = body.message_reference;
    if (reference === undefined || reference === null) return undefined;
    if (channel.type !== "dm" && !may(world, channel, world.botUserId, "READ_MESSAGE_HISTORY")) {
      return refuse(403, 160002, "Cannot reply without permission to read message history");
    }
    const target = channel.messages.get(reference.message_id);
    if (target !== undefined || reference.fail_if_not_exists === false) return target;
    return refuseForm([{ path: "message_reference", code: "REPLIES_UNKNOWN_MESSAGE", message: "Unknown message" }]);
  }

  function edit(message: Message, given: unknown, files: readonly UploadedFile[]): Answer {
    const body = MessageBody.parse(given);
    const channel = world.channels.get(message.channelId);
    if (channel?.archived === true) {
      return refuse(400, 50083, "Thread is archived");
    }
    const attachments = attach(body, files, message.attachments);
    if (!Array.isArray(attachments)) return attachments;
    const wasV2 = (message.flags & FLAGS.IS_COMPONENTS_V2) !== 0;
    const before = MessageBody.parse({ embeds: message.embeds, components: message.components });
    const proposal: Proposal = {
      content: body.content === undefined ? message.content : (body.content ?? ""),
      embeds: body.embeds === undefined ? (before.embeds ?? []) : (body.embeds ?? []).map(asRich),
      components: body.components === undefined ? (before.components ?? []) : numbered(body.components ?? []),
      flags: (body.flags ?? 0) | (wasV2 ? FLAGS.IS_COMPONENTS_V2 : 0),
      filenames: attachments.map(({ filename }) => filename),
    };
    const refused = problem(body, proposal, wasV2);
    if (refused !== undefined) return refused;
    const text = pingableText(proposal.content, proposal.components);
    Object.assign(message, {
      content: proposal.content,
      embeds: proposal.embeds,
      components: proposal.components,
      attachments,
      flags: proposal.flags | (message.flags & FLAGS.EPHEMERAL),
      mentions: namedUsers(text),
      pings: [...new Set([...message.pings, ...pingsOf(body, text, undefined)])],
      editedAtMs: world.clock().getTime(),
      edits: message.edits + 1,
    });
    tell("MESSAGE_UPDATE", message);
    return reply(messageWire(world, origin(), message));
  }

  return {
    origin,
    add,
    say,
    edit,
    changed: (message) => tell("MESSAGE_UPDATE", message),
    remove(message) {
      world.ephemerals.delete(message.id);
      world.channels.get(message.channelId)?.messages.delete(message.id);
      tell("MESSAGE_DELETE", message);
    },
    lacks,
    wire: (message) => messageWire(world, origin(), message),
  };
}

function asRich(embed: Embed): Embed {
  return { type: "rich", ...embed };
}

/** The routes of messages and reactions. */
export function answerMessage(
  world: World,
  messages: Messages,
  channelId: string,
  messageId: string,
  act: (message: Message, channel: Channel) => Answer,
): Answer {
  const channel = world.channels.get(channelId);
  if (channel === undefined) return refuse(404, 10003, "Unknown Channel");
  const refused = messages.lacks(channel);
  if (refused !== undefined) return refused;
  const message = channel.messages.get(messageId);
  return message === undefined ? refuse(404, 10008, "Unknown Message") : act(message, channel);
}

/** The channel that carries a new message, as events name it. */
export function threadCreateWire(world: World, thread: Channel): Record<string, unknown> {
  return { ...channelWire(world, thread), newly_created: true };
}
