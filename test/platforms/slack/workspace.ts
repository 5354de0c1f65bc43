import { randomBytes } from "node:crypto";
import type { Clock } from "#core/contract/ports.ts";

/** A Slack workspace and the app's bot in it. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly botUserId: string;
  readonly botId: string;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly tz: string;
  readonly locale: string;
  readonly guest: boolean;
  readonly deactivated: boolean;
  /** Their own workspace, when they come through Slack Connect. */
  readonly externalTeam: string | undefined;
  readonly teamId: string;
}

export type ChannelKind = "channel" | "private" | "im" | "mpim";

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly teamId: string;
  readonly members: Set<string>;
  /** Through Slack Connect. */
  readonly shared: boolean;
  archived: boolean;
}

export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  /** The author: a person, or the bot's own user. */
  readonly user: string;
  /** Of a bot's message. */
  readonly botId: string | undefined;
  readonly subtype: string | undefined;
  /** The only one who sees it, when it is ephemeral. */
  readonly ephemeralTo: string | undefined;
  text: string;
  blocks: readonly unknown[];
  metadata: unknown;
  edited: boolean;
  files: readonly string[];
  /** Native streaming: open until stopped; absent when the message never streamed. */
  streaming: Streaming | undefined;
  /** Reaction name to the users who gave it. */
  readonly reactions: Map<string, Set<string>>;
}

export interface Streaming {
  open: boolean;
  /** Slack itself ended it, since somebody pressed Stop. */
  isStopped?: true;
  markdown: string;
  readonly chunks: Readonly<Record<string, unknown>>[];
  readonly taskDisplayMode: string;
}

export interface UploadedFile {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly title: string;
  readonly altText: string | undefined;
  readonly mimeType: string;
  readonly content: Buffer;
  readonly user: string;
  readonly channels: Set<string>;
}

/** Everything that is, in the workspaces the app is installed in. Rules live elsewhere. */
export interface Workspace {
  readonly clock: Clock;
  readonly teams: Map<string, Team>;
  readonly people: Map<string, Person>;
  readonly channels: Map<string, Channel>;
  readonly files: Map<string, UploadedFile>;
  /** In the order they were posted, ephemeral ones included. */
  readonly messages: Message[];
  mintTs(): string;
  mintId(prefix: string): string;
  find(channel: string, ts: string): Message | undefined;
  post(message: NewMessage): Message;
  remove(message: Message): void;
}

/** A message before Slack has numbered it; what is left out is empty. */
export type NewMessage = Pick<Message, "channel" | "user"> & Partial<Omit<Message, "ts" | "reactions" | "edited">>;

/** Creates an empty place. */
export function createWorkspace(clock: Clock): Workspace {
  const messages: Message[] = [];
  let lastMicros = 0;

  function mintTs(): string {
    // Two messages of one millisecond still get two numbers, and the order of posting is their order.
    lastMicros = Math.max(lastMicros + 1, clock().getTime() * 1000);
    return `${Math.floor(lastMicros / 1_000_000)}.${String(lastMicros % 1_000_000).padStart(6, "0")}`;
  }

  return {
    clock,
    teams: new Map(),
    people: new Map(),
    channels: new Map(),
    files: new Map(),
    messages,
    mintTs,
    mintId: (prefix) => `${prefix}${randomBytes(5).toString("hex").toUpperCase()}`,
    find: (channel, ts) => messages.find((message) => message.channel === channel && message.ts === ts),
    post(fields) {
      const message: Message = {
        threadTs: undefined,
        botId: undefined,
        subtype: undefined,
        ephemeralTo: undefined,
        text: "",
        blocks: [],
        metadata: undefined,
        files: [],
        streaming: undefined,
        ...fields,
        edited: false,
        ts: mintTs(),
        reactions: new Map(),
      };
      messages.push(message);
      return message;
    },
    remove(message) {
      messages.splice(messages.indexOf(message), 1);
    },
  };
}
