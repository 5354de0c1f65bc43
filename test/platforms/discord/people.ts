import { commandLine, type CommandOptions } from "./command-line.ts";
import type { Commands, RegisteredCommand } from "./commands.ts";
import { fillForm, type FormValues } from "./form-filling.ts";
import { INTENTS, type Gateway } from "./gateway.ts";
import type { Interaction, Modal } from "./interaction-record.ts";
import type { Interactions } from "./interactions.ts";
import { namedUsers } from "./mentions.ts";
import { Component, everyComponent } from "./message-body.ts";
import type { Messages } from "./messages.ts";
import { may } from "./permissions.ts";
import type { FileGiven, Uploads } from "./uploads.ts";
import { memberWire, userWire } from "./wire.ts";
import { must, type Channel, type Message, type World } from "./world.ts";

export interface Post {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  /** Puts the bot's mention before the text, unless it holds one. */
  readonly mentionsBot?: boolean;
  /** A message's id; its author is pinged unless `pingsAuthor` is false. */
  readonly replyTo?: string;
  readonly pingsAuthor?: boolean;
  readonly attachments?: readonly FileGiven[];
}

export interface Slash {
  readonly channel: string;
  readonly user: string;
  readonly options: CommandOptions;
  /** The only one there is, unless named. */
  readonly command?: string;
  readonly locale?: string;
}

export interface Press {
  readonly user: string;
  /** Where to look for the newest message that has the button; or the message itself. */
  readonly channel?: string;
  readonly messageId?: string;
  readonly label?: string;
  readonly customId?: string;
  /** On a button that the message does not have, as a client that was tampered with sends it; with `messageId`. */
  readonly forged?: string;
  /** Of a select menu. */
  readonly values?: readonly string[];
  readonly locale?: string;
}

/** What people do in Discord's client. Each interaction resolves at the bot's first answer, or when it is late. */
export interface People {
  post(post: Post): { readonly id: string };
  edit(message: { id: string; channel: string; text: string }): void;
  remove(message: { id: string; channel: string }): void;
  addReaction(reaction: { channel: string; messageId: string; user: string; emoji: string }): void;
  slash(slash: Slash): Promise<Interaction>;
  /** The suggestions while a person types the last option. */
  autocomplete(slash: Slash): Promise<Interaction["choices"]>;
  messageCommand(command: {
    channel: string;
    messageId: string;
    user: string;
    name?: string;
    locale?: string;
  }): Promise<Interaction>;
  press(press: Press): Promise<Interaction>;
  submitModal(submission: {
    modal: Modal | Interaction;
    values: FormValues;
    user?: string;
    locale?: string;
  }): Promise<Interaction>;
}

export function createPeople(
  world: World,
  gateway: Gateway,
  messages: Messages,
  interactions: Interactions,
  commands: Commands,
  uploads: Uploads,
): People {
  const channelOf = (id: string): Channel => must(world.channels, id, "channel");
  function post(given: Post): Message {
    const { user, text, mentionsBot = false, replyTo, pingsAuthor = true } = given;
    const channel = channelOf(given.channel);
    must(world.users, user, "user");
    if (!may(world, channel, user, "VIEW_CHANNEL")) throw new Error(`${user} does not see channel ${channel.id}`);
    const mention = `<@${world.botUserId}>`;
    const content = mentionsBot && !text.includes(mention) ? `${mention} ${text}` : text;
    const author = replyTo === undefined ? undefined : must(channel.messages, replyTo, "message").authorId;
    const everyone = /@everyone|@here/.test(content) && may(world, channel, user, "MENTION_EVERYONE");
    channel.archived = false;
    return messages.add({
      channelId: channel.id,
      authorId: user,
      content,
      embeds: [],
      components: [],
      attachments: (given.attachments ?? []).map((file) => uploads.store(file)),
      flags: 0,
      nonce: world.snowflake(),
      replyTo,
      webhookId: undefined,
      ephemeralFor: undefined,
      mentions: [...new Set([...namedUsers(content), ...(author !== undefined && pingsAuthor ? [author] : [])])],
      mentionsEveryone: everyone,
      pings: [],
    });
  }

  function commandFor(
    { channel, command, user }: Pick<Slash, "channel" | "user"> & { command?: string | undefined },
    type: number,
  ): RegisteredCommand {
    const { guildId } = channelOf(channel);
    must(world.users, user, "user");
    const found = commands.find(command, type, guildId);
    if (found === undefined)
      throw new Error(`no command ${command ?? ""} of type ${type} is registered where ${user} is`);
    return found;
  }

  function findButton({ user, channel, messageId, label, customId, forged }: Press): {
    message: Message;
    component: Component;
  } {
    const visible = [
      ...world.channels.values().flatMap((each) => each.messages.values()),
      ...world.ephemerals.values().filter((each) => each.ephemeralFor === user),
    ];
    const candidates = visible
      .filter((each) => (messageId === undefined ? each.channelId === channel : each.id === messageId))
      .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
    for (const message of candidates) {
      if (forged !== undefined) return { message, component: Component.parse({ type: 2, custom_id: forged }) };
      const components = message.components.map((each) => Component.parse(each));
      for (const { component } of everyComponent(components)) {
        if (component.custom_id === undefined || component.custom_id === null) continue;
        if (customId !== undefined ? component.custom_id !== customId : component.label !== label) continue;
        if (component.disabled === true) throw new Error(`the button ${label ?? customId} is disabled`);
        return { message, component };
      }
    }
    throw new Error(`${user} sees no button ${label ?? customId ?? ""}`);
  }

  return {
    post,
    edit({ id, channel, text }) {
      const message = must(channelOf(channel).messages, id, "message");
      Object.assign(message, {
        content: text,
        mentions: namedUsers(text),
        editedAtMs: world.clock().getTime(),
        edits: message.edits + 1,
      });
      messages.changed(message);
    },
    remove({ id, channel }) {
      messages.remove(must(channelOf(channel).messages, id, "message"));
    },
    addReaction({ channel, messageId, user, emoji }) {
      const where = channelOf(channel);
      const message = must(where.messages, messageId, "message");
      message.reactions.set(emoji, (message.reactions.get(emoji) ?? new Set()).add(user));
      const guild = world.guilds.get(where.guildId ?? "");
      const intent = guild === undefined ? INTENTS.DIRECT_MESSAGE_REACTIONS : INTENTS.GUILD_MESSAGE_REACTIONS;
      gateway.dispatch("MESSAGE_REACTION_ADD", intent, () => ({
        user_id: user,
        channel_id: where.id,
        message_id: messageId,
        message_author_id: message.authorId,
        emoji: { id: null, name: emoji },
        burst: false,
        type: 0,
        ...(guild === undefined
          ? {}
          : { guild_id: guild.id, member: { ...memberWire(guild, user), user: userWire(world.users.get(user)) } }),
      }));
    },
    async slash(slash) {
      const data = commandLine(commandFor(slash, 1), slash.options, uploads, false);
      const { user: userId, locale } = slash;
      return interactions.start({ type: 2, channel: channelOf(slash.channel), userId, data, locale });
    },
    async autocomplete(slash) {
      const data = commandLine(commandFor(slash, 1), slash.options, uploads, true);
      const { user: userId, locale } = slash;
      return (await interactions.start({ type: 4, channel: channelOf(slash.channel), userId, data, locale })).choices;
    },
    async messageCommand({ channel, messageId, user, name, locale }) {
      const command = commandFor({ channel, user, command: name }, 3);
      const where = channelOf(channel);
      const target = must(where.messages, messageId, "message");
      const data = {
        id: command.id,
        name: command.name,
        type: 3,
        target_id: messageId,
        resolved: { messages: { [messageId]: messages.wire(target) } },
        ...(command.guildId === undefined ? {} : { guild_id: command.guildId }),
      };
      return interactions.start({ type: 2, channel: where, userId: user, data, locale });
    },
    async press(press) {
      const { message, component } = findButton(press);
      const data = {
        custom_id: component.custom_id,
        component_type: component.type,
        id: 1,
        ...(press.values === undefined ? {} : { values: press.values }),
      };
      const { user: userId, locale } = press;
      return interactions.start({
        type: 3,
        channel: channelOf(message.channelId),
        userId,
        data,
        source: message,
        locale,
      });
    },
    async submitModal({ modal: given, values, user, locale }) {
      const modal = "modal" in given ? given.modal : given;
      if (modal === undefined) throw new Error("no modal was shown");
      if (user !== undefined && user !== modal.userId) throw new Error(`the modal is not on ${user}'s screen`);
      const source = interactions.sourceOf(modal.interactionId);
      const data = fillForm(modal, values, uploads);
      return interactions.start({
        type: 5,
        channel: channelOf(modal.channelId),
        userId: modal.userId,
        data,
        source,
        locale,
      });
    },
  };
}
