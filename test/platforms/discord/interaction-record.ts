import { randomUUID } from "node:crypto";
import type { Component } from "./message-body.ts";
import { permissionsIn } from "./permissions.ts";
import { see, type SeenMessage } from "./seen.ts";
import { interactionChannelWire, memberWire, messageWire, userWire } from "./wire.ts";
import type { Channel, Message, Wire, World } from "./world.ts";

/** “You must send an initial response within 3 seconds”. Source: https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages */
export const DEADLINE_MS = 3_000;

/** Interaction types: 2 command, 3 component, 4 autocomplete, 5 modal submit. */
export type InteractionType = 2 | 3 | 4 | 5;

/** A form on somebody's screen. */
export interface Modal {
  readonly interactionId: string;
  readonly channelId: string;
  readonly userId: string;
  readonly customId: string;
  readonly title: string;
  readonly components: readonly Component[];
}

/** What became of something a person did; it lives on while the bot answers. */
export interface Interaction {
  readonly id: string;
  readonly type: InteractionType;
  readonly token: string;
  readonly channelId: string;
  readonly userId: string;
  /** Milliseconds until the bot's first answer. */
  readonly ackMs: number | undefined;
  /** 4 message, 5 deferred message, 6 deferred update, 7 update, 8 choices, 9 modal. */
  readonly ackType: number | undefined;
  /** No answer within three seconds: the person saw “The application did not respond”. */
  readonly late: boolean;
  readonly ephemeral: boolean;
  readonly modal: Modal | undefined;
  readonly choices: readonly { readonly name: string; readonly value: string | number }[];
  /** The first response; for a click that updates, the message clicked. */
  readonly original: SeenMessage | undefined;
  readonly followups: readonly SeenMessage[];
}

/** The same from the inside. */
export interface Live {
  readonly record: Interaction;
  readonly channel: Channel;
  readonly source: Message | undefined;
  readonly fromComponent: boolean;
  readonly startedAtMs: number;
  readonly startedAt: number;
  readonly answered: PromiseWithResolvers<void>;
  readonly timer: NodeJS.Timeout;
  ackMs: number | undefined;
  ackType: number | undefined;
  late: boolean;
  ephemeral: boolean;
  modal: Modal | undefined;
  choices: Interaction["choices"];
  original: Message | undefined;
  readonly followups: Message[];
}

export interface NewInteraction {
  readonly type: InteractionType;
  readonly channel: Channel;
  readonly userId: string;
  readonly data: Wire;
  /** The message a component or a modal's opener sits on. */
  readonly source?: Message | undefined;
  readonly locale?: string | undefined;
}
/** A record whose three seconds begin now. */
export function openInteraction(world: World, origin: () => string, given: NewInteraction): Live {
  const { type, channel, userId, source } = given;
  const id = world.snowflake();
  const token = `aW50ZXJhY3Rpb24${randomUUID().replaceAll("-", "")}`;
  const answered = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    state.late = true;
    answered.resolve();
  }, DEADLINE_MS);
  const state: Live = {
    record: {
      id,
      type,
      token,
      channelId: channel.id,
      userId,
      get ackMs() {
        return state.ackMs;
      },
      get ackType() {
        return state.ackType;
      },
      get late() {
        return state.late;
      },
      get ephemeral() {
        return state.ephemeral;
      },
      get modal() {
        return state.modal;
      },
      get choices() {
        return state.choices;
      },
      get original() {
        return state.original === undefined ? undefined : see(state.original, origin());
      },
      get followups() {
        return state.followups.map((each) => see(each, origin()));
      },
    },
    channel,
    source,
    fromComponent: type === 3 || (type === 5 && source !== undefined),
    startedAtMs: world.clock().getTime(),
    startedAt: performance.now(),
    answered,
    timer,
    ackMs: undefined,
    ackType: undefined,
    late: false,
    ephemeral: false,
    modal: undefined,
    choices: [],
    original: undefined,
    followups: [],
  };
  return state;
}

/** Source: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object */
export function interactionWire(
  world: World,
  origin: string,
  { record, channel, source }: Live,
  { data, locale }: NewInteraction,
): Wire {
  const guild = world.guilds.get(channel.guildId ?? "");
  const user = world.users.get(record.userId);
  const person = userWire(user);
  return {
    id: record.id,
    application_id: world.applicationId,
    type: record.type,
    token: record.token,
    version: 1,
    data,
    channel_id: channel.id,
    channel: interactionChannelWire(world, channel, record.userId),
    locale: locale ?? user?.locale ?? "en-US",
    app_permissions: permissionsIn(world, channel, world.botUserId).toString(),
    entitlements: [],
    attachment_size_limit: 10 * 1024 * 1024,
    context: guild === undefined ? 1 : 0,
    authorizing_integration_owners: { "0": guild?.id ?? "0" },
    ...(source === undefined ? {} : { message: messageWire(world, origin, source) }),
    ...(guild === undefined
      ? { user: person }
      : {
          guild_id: guild.id,
          guild: { id: guild.id, locale: "en-US", features: [] },
          guild_locale: "en-US",
          member: {
            ...memberWire(guild, record.userId),
            user: person,
            permissions: permissionsIn(world, channel, record.userId).toString(),
          },
        }),
  };
}
