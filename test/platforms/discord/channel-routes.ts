import { z } from "zod";
import { DONE, refuse, reply, type Answer } from "./answer.ts";
import { INTENTS, type Gateway } from "./gateway.ts";
import { answerMessage, isAnswer, threadCreateWire, type Messages } from "./messages.ts";
import { may } from "./permissions.ts";
import type { Handlers, RestRequest } from "./rest.ts";
import { createChannel, isThread, type Channel, type ChannelType, type Message, type World } from "./world.ts";
import { channelWire, messageWire } from "./wire.ts";

type Operations = keyof Handlers & `${string} /channels/${string}`;

/** How long “typing…” shows: 10 s. Source: https://discord.com/developers/docs/resources/channel#trigger-typing-indicator */
export interface Typing {
  readonly channelId: string;
  /** Unix ms by the machine's clock. */
  readonly atMs: number;
}

const NewThread = z.looseObject({
  name: z.string(),
  type: z.int().nullish(),
  auto_archive_duration: z.int().nullish(),
  message: z.unknown().optional(),
});
const ThreadChange = z.looseObject({
  name: z.string().optional(),
  archived: z.boolean().optional(),
  locked: z.boolean().optional(),
});

/** The routes below /channels. */
export function createChannelRoutes(
  world: World,
  gateway: Gateway,
  messages: Messages,
  typing: Typing[],
): Pick<Handlers, Operations> {
  const inChannel = ({ parameters }: RestRequest, act: (channel: Channel) => Answer): Answer => {
    const channel = world.channels.get(parameters["channel_id"] ?? "");
    if (channel === undefined) return refuse(404, 10003, "Unknown Channel");
    return messages.lacks(channel) ?? act(channel);
  };
  const onMessage = (
    { parameters }: RestRequest,
    act: (message: Message, channel: Channel, emoji: string) => Answer,
  ): Answer =>
    answerMessage(world, messages, parameters["channel_id"] ?? "", parameters["message_id"] ?? "", (message, channel) =>
      act(message, channel, parameters["emoji_name"] ?? ""),
    );
  const readable = (message: Message, channel: Channel): boolean =>
    (gateway.privileged & INTENTS.MESSAGE_CONTENT) !== 0 ||
    channel.type === "dm" ||
    message.authorId === world.botUserId ||
    message.mentions.includes(world.botUserId);

  function startThread(id: string, type: ChannelType, parent: Channel, name: string, minutes: number): Channel {
    const thread = createChannel(world, {
      id,
      type,
      name,
      guildId: parent.guildId,
      parentId: parent.id,
      ownerId: world.botUserId,
      autoArchiveMinutes: minutes,
    });
    gateway.dispatch("THREAD_CREATE", INTENTS.GUILDS, () => threadCreateWire(world, thread));
    return thread;
  }

  return {
    "GET /channels/{channel_id}": (request) => inChannel(request, (channel) => reply(channelWire(world, channel))),
    "PATCH /channels/{channel_id}": (request) =>
      inChannel(request, (channel) => {
        const change = ThreadChange.parse(request.body);
        const own = isThread(channel) && channel.ownerId === world.botUserId && change.locked === undefined;
        const refused = own ? undefined : messages.lacks(channel, "MANAGE_THREADS");
        if (refused !== undefined) return refused;
        Object.assign(channel, change);
        gateway.dispatch("THREAD_UPDATE", INTENTS.GUILDS, () => channelWire(world, channel));
        return reply(channelWire(world, channel));
      }),
    "POST /channels/{channel_id}/typing": (request) =>
      inChannel(request, (channel) => {
        const refused = messages.lacks(channel, isThread(channel) ? "SEND_MESSAGES_IN_THREADS" : "SEND_MESSAGES");
        if (refused !== undefined) return refused;
        typing.push({ channelId: channel.id, atMs: Date.now() });
        return DONE;
      }),
    "GET /channels/{channel_id}/messages": (request) =>
      inChannel(request, (channel) => {
        // “If the current user is missing the permission, then no messages will be returned.”
        if (!may(world, channel, world.botUserId, "READ_MESSAGE_HISTORY")) return reply([]);
        const { before, after, limit = "50" } = Object.fromEntries(request.query);
        if (!/^\d+$/.test(limit) || Number(limit) < 1 || Number(limit) > 100) {
          return refuse(400, 50035, "limit: Must be between 1 and 100.");
        }
        const chosen = [...channel.messages.values()]
          .filter(({ id }) => before === undefined || BigInt(id) < BigInt(before))
          .filter(({ id }) => after === undefined || BigInt(id) > BigInt(after));
        const page = after === undefined ? chosen.slice(-Number(limit)) : chosen.slice(0, Number(limit));
        return reply(
          page.reverse().map((each) => messageWire(world, messages.origin(), each, readable(each, channel))),
        );
      }),
    "POST /channels/{channel_id}/messages": ({ parameters, body, files }) => {
      const channel = world.channels.get(parameters["channel_id"] ?? "");
      if (channel === undefined) return refuse(404, 10003, "Unknown Channel");
      const said = messages.say(channel, body, files, { viaInteraction: false });
      return isAnswer(said) ? said : reply(messages.wire(said));
    },
    "GET /channels/{channel_id}/messages/{message_id}": (request) =>
      onMessage(request, (message, channel) =>
        may(world, channel, world.botUserId, "READ_MESSAGE_HISTORY")
          ? reply(messageWire(world, messages.origin(), message, readable(message, channel)))
          : refuse(403, 50013, "Missing Permissions"),
      ),
    "PATCH /channels/{channel_id}/messages/{message_id}": (request) =>
      onMessage(request, (message) =>
        message.authorId === world.botUserId
          ? messages.edit(message, request.body, request.files)
          : refuse(403, 50005, "Cannot edit a message authored by another user"),
      ),
    "DELETE /channels/{channel_id}/messages/{message_id}": (request) =>
      onMessage(request, (message, channel) => {
        const own = message.authorId === world.botUserId;
        const refused = own ? undefined : messages.lacks(channel, "MANAGE_MESSAGES");
        if (refused !== undefined) return refused;
        messages.remove(message);
        return DONE;
      }),
    "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": (request) =>
      onMessage(request, (message, channel, emoji) => {
        if (!/^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Extended_Pictographic}|\w+:\d+)/u.test(emoji)) {
          return refuse(400, 10014, "Unknown Emoji");
        }
        const people = message.reactions.get(emoji) ?? new Set();
        const refused = messages.lacks(
          channel,
          "READ_MESSAGE_HISTORY",
          ...(people.size === 0 ? (["ADD_REACTIONS"] as const) : []),
        );
        if (refused !== undefined) return refused;
        message.reactions.set(emoji, people.add(world.botUserId));
        return DONE;
      }),
    "DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": (request) =>
      onMessage(request, (message, _channel, emoji) => {
        message.reactions.get(emoji)?.delete(world.botUserId);
        return DONE;
      }),
    "POST /channels/{channel_id}/messages/{message_id}/threads": (request) =>
      onMessage(request, (message, channel) => {
        if (channel.type !== "text" && channel.type !== "announcement") {
          return refuse(400, 50024, "Cannot execute action on this channel type");
        }
        const refused = messages.lacks(channel, "CREATE_PUBLIC_THREADS");
        if (refused !== undefined) return refused;
        if (message.threadId !== undefined) {
          return refuse(400, 160004, "A thread has already been created for this message");
        }
        const { name, auto_archive_duration } = NewThread.parse(request.body);
        // A thread started from a message shares its id.
        const thread = startThread(message.id, "public_thread", channel, name, auto_archive_duration ?? 4320);
        message.threadId = thread.id;
        return reply(channelWire(world, thread), 201);
      }),
    "POST /channels/{channel_id}/threads": (request) =>
      inChannel(request, (channel) => {
        const { name, type, auto_archive_duration, message } = NewThread.parse(request.body);
        const minutes = auto_archive_duration ?? 4320;
        if (channel.type === "forum") {
          const refused = messages.lacks(channel, "SEND_MESSAGES");
          if (refused !== undefined) return refused;
          const thread = startThread(world.snowflake(), "public_thread", channel, name, minutes);
          const said = messages.say(thread, message ?? {}, request.files, { viaInteraction: false });
          return isAnswer(said) ? said : reply({ ...channelWire(world, thread), message: messages.wire(said) }, 201);
        }
        if (channel.type !== "text" && channel.type !== "announcement") {
          return refuse(400, 50024, "Cannot execute action on this channel type");
        }
        const isPrivate = type === undefined || type === null || type === 12;
        const refused = messages.lacks(channel, isPrivate ? "CREATE_PRIVATE_THREADS" : "CREATE_PUBLIC_THREADS");
        if (refused !== undefined) return refused;
        const kind = isPrivate ? "private_thread" : "public_thread";
        return reply(channelWire(world, startThread(world.snowflake(), kind, channel, name, minutes)), 201);
      }),
  };
}
