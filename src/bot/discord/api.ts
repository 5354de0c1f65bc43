import { InteractionResponseType, makeURLSearchParams, REST, type RawFile, Routes } from "discord.js";
import { z } from "zod";
import { failureOf } from "./failure.ts";
import { MessagePayload } from "./parse/message.ts";
import { MemberPayload } from "./parse/person.ts";
import { PlacePayload } from "./parse/place.ts";

/** A message's body as Discord's REST takes it. Who may be pinged is added here, once: nobody. */
export type Body = object;

/** A message as it stands, as far as the door asks about its own. */
const SentPayload = z.object({
  id: z.string(),
  channel_id: z.string(),
  flags: z.number().optional(),
  nonce: z.union([z.string(), z.number()]).nullish(),
  author: z.object({ id: z.string() }).optional(),
});
export type Sent = z.infer<typeof SentPayload>;

const Application = z.object({ id: z.string(), flags: z.number().optional() });
const Created = z.object({ id: z.string() });

/** An interaction, as far as it must be known to answer it. */
export interface InteractionKey {
  readonly id: string;
  readonly applicationId: string;
  /** Good for 15 minutes. */
  readonly token: string;
}

/** What the door asks of Discord. Each call throws `platform_refused`, or a retryable NexusError. */
export interface DiscordApi extends Disposable {
  application(signal: AbortSignal): Promise<{ id: string; flags: number }>;
  channel(id: string, signal: AbortSignal): Promise<PlacePayload>;
  member(guildId: string, userId: string, signal: AbortSignal): Promise<MemberPayload>;
  message(channelId: string, messageId: string, signal: AbortSignal): Promise<MessagePayload>;
  /** The next messages after an id, at most a hundred, the oldest first. */
  messagesAfter(channelId: string, after: string, signal: AbortSignal): Promise<MessagePayload[]>;
  /** The last messages of a channel, the newest first. */
  lastMessages(channelId: string, signal: AbortSignal): Promise<Sent[]>;
  send(channelId: string, body: Body, files: RawFile[], signal: AbortSignal): Promise<Sent>;
  edit(channelId: string, messageId: string, body: Body, files: RawFile[], signal: AbortSignal): Promise<Sent>;
  remove(channelId: string, messageId: string, signal: AbortSignal): Promise<void>;
  react(channelId: string, messageId: string, emoji: string, signal: AbortSignal): Promise<void>;
  typing(channelId: string, signal: AbortSignal): Promise<void>;
  /** Opens, or finds, the direct channel to a person. */
  directChannel(userId: string, signal: AbortSignal): Promise<string>;
  startThread(channelId: string, messageId: string, name: string, signal: AbortSignal): Promise<string>;
  /** The first answer to an interaction, which must reach Discord within 3 s. */
  respond(to: InteractionKey, type: number, data: Body | undefined, signal: AbortSignal): Promise<void>;
  editOriginal(to: InteractionKey, body: Body, files: RawFile[], signal: AbortSignal): Promise<Sent>;
  followUp(to: InteractionKey, body: Body, files: RawFile[], signal: AbortSignal): Promise<Sent>;
  put(route: `/${string}`, body: unknown, signal: AbortSignal): Promise<unknown>;
}

/** Nothing that is said may ping anyone, whatever it holds: https://docs.discord.com/developers/resources/message#allowed-mentions-object */
const PING_NOBODY = { allowed_mentions: { parse: [], replied_user: false } } as const;

/** Answers that are messages, and so may hold what would ping. */
const MESSAGE_ANSWERS: ReadonlySet<number> = new Set([
  InteractionResponseType.ChannelMessageWithSource,
  InteractionResponseType.UpdateMessage,
]);

/**
 * Discord's REST API, over the queue of discord.js, which keeps every rate limit Discord names.
 * @param apiUrl without the version
 */
export function createDiscordApi(token: string, apiUrl: string): DiscordApi {
  const options = { api: apiUrl, version: "10", timeout: TIMEOUT_MS, rejectOnRateLimit: waitsTooLong } as const;
  const rest = new REST({ ...options, retries: 2 }).setToken(token);
  // An answer to an interaction has no nonce: if the line breaks, a second try could show it twice.
  const once = new REST({ ...options, retries: 0 }).setToken(token);

  const call = async <Schema extends z.ZodType>(answer: Promise<unknown>, schema: Schema): Promise<z.infer<Schema>> => {
    try {
      return schema.parse(await answer);
    } catch (error) {
      throw failureOf(error);
    }
  };
  const safely = (body: Body): Body => ({ ...PING_NOBODY, ...body });
  const webhook = ({ applicationId, token }: InteractionKey, message?: string) =>
    message === undefined ? Routes.webhook(applicationId, token) : Routes.webhookMessage(applicationId, token, message);

  return {
    async application(signal) {
      const { id, flags = 0 } = await call(rest.get(Routes.currentApplication(), { signal }), Application);
      return { id, flags };
    },
    channel: (id, signal) => call(rest.get(Routes.channel(id), { signal }), PlacePayload),
    member: (guild, user, signal) => call(rest.get(Routes.guildMember(guild, user), { signal }), MemberPayload),
    message: (channel, message, signal) =>
      call(rest.get(Routes.channelMessage(channel, message), { signal }), MessagePayload),
    async messagesAfter(channel, after, signal) {
      const query = makeURLSearchParams({ after, limit: 100 });
      const found = await call(rest.get(Routes.channelMessages(channel), { query, signal }), z.array(MessagePayload));
      return found.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
    },
    lastMessages: (channel, signal) =>
      call(
        rest.get(Routes.channelMessages(channel), { query: makeURLSearchParams({ limit: 50 }), signal }),
        z.array(SentPayload),
      ),
    send: (channel, body, files, signal) =>
      call(rest.post(Routes.channelMessages(channel), { body: safely(body), files, signal }), SentPayload),
    edit: (channel, message, body, files, signal) =>
      call(rest.patch(Routes.channelMessage(channel, message), { body: safely(body), files, signal }), SentPayload),
    remove: (channel, message, signal) =>
      call(rest.delete(Routes.channelMessage(channel, message), { signal }), NOTHING),
    react: (channel, message, emoji, signal) =>
      call(
        rest.put(Routes.channelMessageOwnReaction(channel, message, encodeURIComponent(emoji)), { signal }),
        NOTHING,
      ),
    typing: (channel, signal) => call(rest.post(Routes.channelTyping(channel), { signal }), NOTHING),
    async directChannel(recipient_id, signal) {
      return (await call(rest.post(Routes.userChannels(), { body: { recipient_id }, signal }), Created)).id;
    },
    async startThread(channel, message, name, signal) {
      return (await call(rest.post(Routes.threads(channel, message), { body: { name }, signal }), Created)).id;
    },
    respond: (to, type, data, signal) =>
      call(
        once.post(Routes.interactionCallback(to.id, to.token), {
          body: { type, ...(data !== undefined && { data: MESSAGE_ANSWERS.has(type) ? safely(data) : data }) },
          auth: false,
          signal,
        }),
        NOTHING,
      ),
    editOriginal: (to, body, files, signal) =>
      call(once.patch(webhook(to, "@original"), { body: safely(body), files, auth: false, signal }), SentPayload),
    followUp: (to, body, files, signal) =>
      call(
        once.post(webhook(to), {
          body: safely(body),
          files,
          auth: false,
          query: makeURLSearchParams({ wait: true }),
          signal,
        }),
        SentPayload,
      ),
    put: (route, body, signal) => call(rest.put(route, { body, signal }), z.unknown()),
    [Symbol.dispose]() {
      for (const each of [rest, once]) {
        each.clearHashSweeper();
        each.clearHandlerSweeper();
      }
    },
  };
}

const NOTHING = z.unknown().transform(() => undefined);

const TIMEOUT_MS = 10_000;
/** Longer waits are delivery's: its queue keeps the order, and survives a restart. */
const LONGEST_WAIT_MS = 5_000;

function waitsTooLong(limit: { timeToReset: number; retryAfter: number; sublimitTimeout: number }): boolean {
  return Math.max(limit.timeToReset, limit.retryAfter, limit.sublimitTimeout) > LONGEST_WAIT_MS;
}
