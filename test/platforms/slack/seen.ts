import { fileObject, reactionsOf } from "./objects.ts";
import type { Place } from "./place.ts";
import type { View } from "./views.ts";
import type { Message } from "./workspace.ts";

/** A message as people see it now. */
export interface SeenMessage {
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly user: string;
  /** True of the app's own. */
  readonly isOurs: boolean;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly metadata: unknown;
  readonly edited: boolean;
  readonly subtype: string | undefined;
  readonly files: readonly Record<string, unknown>[];
  /** While it streams and after: its markdown and the chunks that made it. */
  readonly streaming: Message["streaming"];
}

/** What there is to see in the workspace. */
export interface Sight {
  /** Of a channel, oldest first, threads included, ephemeral ones not. */
  messages(channel: string): readonly SeenMessage[];
  /** A thread: its root and its replies. */
  thread(channel: string, ts: string): readonly SeenMessage[];
  /** What only this person sees, oldest first. */
  ephemerals(user: string): readonly (SeenMessage & { readonly channel: string })[];
  /** The open modals, the lowest first. */
  views(user: string): readonly View[];
  home(user: string, team?: string): View | undefined;
  reactions(channel: string, ts: string): readonly { name: string; users: readonly string[] }[];
  /** The agent session of a thread. */
  status(channel: string, threadTs: string): "active" | "processing" | "suspended" | "closed" | undefined;
  /** The line "is thinking…" under a thread; empty when none is shown. */
  statusLine(channel: string, threadTs: string): string;
  /** The prompts shown when a person opens the bot's messages, or a thread of them. */
  suggestedPrompts(channel: string, threadTs?: string): readonly { readonly title: string; readonly message: string }[];
  readonly uploads: readonly Upload[];
}

export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly altText: string | undefined;
  readonly content: Buffer;
  readonly channels: readonly string[];
}

/** Creates the eyes. */
export function createSight(place: Place, defaultTeam: string): Sight {
  const { workspace, sessions, views } = place;
  const botIds = (): Set<string> => new Set([...workspace.teams.values()].map(({ botId }) => botId));

  function see(message: Message): SeenMessage {
    const { ts, threadTs, user, botId, text, blocks, metadata, edited, subtype, streaming } = message;
    const files = message.files.flatMap((id) => {
      const file = workspace.files.get(id);
      return file === undefined ? [] : [fileObject(file, place.origin())];
    });
    const isOurs = botId !== undefined && botIds().has(botId);
    return { ts, threadTs, user, isOurs, text, blocks, metadata, edited, subtype, files, streaming };
  }
  const shown = (channel: string): Message[] =>
    workspace.messages.filter((message) => message.channel === channel && message.ephemeralTo === undefined);

  return {
    messages: (channel) => shown(channel).map(see),
    thread: (channel, ts) =>
      shown(channel)
        .filter((message) => message.ts === ts || message.threadTs === ts)
        .map(see),
    ephemerals: (user) =>
      workspace.messages
        .filter(({ ephemeralTo }) => ephemeralTo === user)
        .map((message) => ({ ...see(message), channel: message.channel })),
    views: (user) => views.stack(user),
    home: (user, team = defaultTeam) => views.home(user, team),
    reactions(channel, ts) {
      const message = workspace.find(channel, ts);
      return message === undefined ? [] : reactionsOf(message);
    },
    status: (channel, threadTs) => sessions.get(`${channel}:${threadTs}`)?.status,
    statusLine: (channel, threadTs) => sessions.get(`${channel}:${threadTs}`)?.line ?? "",
    suggestedPrompts: (channel, threadTs = "") => sessions.get(`${channel}:${threadTs}`)?.prompts ?? [],
    get uploads() {
      return [...workspace.files.values()]
        .filter(({ user }) => [...workspace.teams.values()].some(({ botUserId }) => botUserId === user))
        .map(({ id, name, title, altText, content, channels }) => ({
          id,
          name,
          title,
          altText,
          content,
          channels: [...channels],
        }));
    },
  };
}
