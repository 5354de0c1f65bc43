import type { DoorCore, DoorMemory } from "#core/contract/door.ts";
import { ConversationKey } from "#core/contract/ids.ts";
import type { Conversation, Inbound } from "#core/contract/message.ts";
import type { Log } from "#core/contract/ports.ts";
import type { Directory } from "./directory.ts";
import { receiveMessage, tryToTake } from "./inbox.ts";
import { createLanes } from "./lanes.ts";
import { MessagePayload, readMessage } from "./parse/message.ts";
import { actorOf } from "./parse/person.ts";
import { channelKey, conversationIn, type Place } from "./parse/place.ts";
import { snowflakeMs } from "./parse/snowflake.ts";
import type { People } from "./people.ts";
import type { Seen } from "./seen.ts";
import type { OwnThreads } from "./threads.ts";
import type { Typing } from "./typing.ts";

export interface HearDeps {
  readonly core: DoorCore;
  readonly memory: DoorMemory;
  readonly directory: Directory;
  readonly people: People;
  readonly threads: OwnThreads;
  readonly seen: Seen;
  readonly typing: Typing;
  readonly botUserId: () => string;
  /** Whether messages that do not name NEXUS come with their text. */
  readonly readsAll: () => boolean;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** The ear: what people say, channel by channel in the order they said it. */
export interface Ear {
  /** Takes a message as Discord sent it, now or, for one that was missed, when it is asked for. */
  hear(payload: unknown): void;
  /** Runs `work` before whatever is heard in direct messages from now on. */
  beforeDirect(work: () => Promise<void>): void;
  /** Runs `work` before whatever is heard in a channel from now on. */
  before(channelId: string, work: (take: (message: MessagePayload) => Promise<void>) => Promise<void>): void;
  idle(): Promise<void>;
}

/** Makes the ear. */
export function createEar(deps: HearDeps): Ear {
  const { core, directory, people, threads, seen, typing, log, signal } = deps;
  const failed = (err: unknown) => {
    if (!signal.aborted) log.error({ err }, "a Discord message could not be taken");
  };
  const lanes = createLanes(failed);
  /** Those that are written down already, to be read after a restart. */
  const directChannels = new Set<string>();
  /** Until the direct channels are known that have to be read first. */
  let direct = Promise.resolve();

  async function take(message: MessagePayload): Promise<void> {
    const botUserId = deps.botUserId();
    const names = directory.names(message.guild_id);
    const read = readMessage(message, botUserId, names);
    if (read.kind === "ignored") return;
    if (message.guild_id !== undefined && read.address === "none" && !deps.readsAll()) return;
    const place = await directory.place(message.channel_id, undefined, signal);
    if (place === undefined) return;
    const who = await identify(message);
    const conversation = await placed(place, who.actor.tenantId, message.author.id);
    const sentAtMs = snowflakeMs(message.id);
    const addressedBy = await addressed(read, place, conversation, sentAtMs);
    if (addressedBy === undefined) return;
    if (read.text === "" && read.attachments.length === 0 && addressedBy !== "mention") return;
    const ref = {
      platform: "discord",
      tenantId: who.actor.tenantId,
      channelId: place.id,
      messageId: message.id,
    } as const;
    typing.start(message.id, place.id);
    const inbound: Inbound = {
      kind: "message",
      dedupeKeys: [`discord:${message.channel_id}:${message.id}`],
      sentAtMs,
      actor: who.actor,
      conversation,
      source: { ...ref, ephemeral: false },
      // Named and nothing more: the person wants to know what there is.
      text: read.text === "" && read.attachments.length === 0 ? "help" : read.text,
      addressedBy,
      attachments: read.attachments,
    };
    const received = await receiveMessage(core, inbound, log, signal);
    if (received?.accepted !== true) typing.stop(message.id);
  }

  async function identify(message: MessagePayload) {
    const { author, guild_id: guildId } = message;
    const locale = people.localeOf(author.id);
    if (guildId !== undefined) {
      // A message that was missed comes without its author's roles.
      const member = message.member ?? (await people.memberOf(guildId, author.id, signal));
      return { actor: actorOf(author, member, guildId, locale) };
    }
    if (!directChannels.has(message.channel_id)) {
      await deps.memory.set(`dm:${message.channel_id}`, author.id);
      directChannels.add(message.channel_id);
    }
    const home = await people.homeOf(author.id, signal);
    return { actor: actorOf(author, home.member, home.tenantId, locale) };
  }

  /** In a thread that NEXUS opened for somebody's answer, what was said before is what they said in the channel. */
  async function placed(place: Place, tenantId: string, userId: string): Promise<Conversation> {
    const conversation = conversationIn(place, tenantId, userId);
    if (place.kind !== "thread") return conversation;
    const own = await threads.get(place.id);
    if (own?.userId !== userId) return conversation;
    return { ...conversation, memoryKey: ConversationKey.parse(channelKey(tenantId, own.channelId, userId)) };
  }

  async function addressed(
    read: Extract<ReturnType<typeof readMessage>, { kind: "said" }>,
    place: Place,
    conversation: Conversation,
    sentAtMs: number,
  ): Promise<"dm" | "mention" | "thread" | undefined> {
    if (place.kind === "dm") return "dm";
    if (read.address !== "none") return "mention";
    if (place.kind === "channel" || read.namesOthers) return undefined;
    const isOwn = place.ownerId === deps.botUserId() || (await threads.get(place.id)) !== undefined;
    return isOwn || (await core.isFollowing(conversation, sentAtMs)) ? "thread" : undefined;
  }

  return {
    hear(payload) {
      const message = MessagePayload.safeParse(payload);
      if (!message.success) {
        log.warn({ err: message.error }, "Discord sent a message that cannot be read");
        return;
      }
      const { id, channel_id: channelId } = message.data;
      seen.begin(id);
      const put = () =>
        lanes.put(channelId, async () => {
          await tryToTake(() => take(message.data), log, signal).catch(failed);
          if (!signal.aborted) seen.done(id);
        });
      if (message.data.guild_id !== undefined) put();
      else direct = direct.then(put);
    },
    beforeDirect(work) {
      direct = direct.then(work).catch(failed);
    },
    before(channelId, work) {
      lanes.put(channelId, () => work(take));
    },
    async idle() {
      await direct;
      await lanes.idle();
    },
  };
}
