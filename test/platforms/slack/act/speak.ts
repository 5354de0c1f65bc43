import type { Delivered, EventPayload } from "#test/platforms/slack/delivery.ts";
import { messageObject } from "#test/platforms/slack/objects.ts";
import type { Place } from "#test/platforms/slack/place.ts";
import type { Channel, ChannelKind, Message, Person } from "#test/platforms/slack/workspace.ts";

export interface PostedFile {
  readonly name: string;
  readonly content: Buffer | string;
  readonly mimeType?: string;
  readonly title?: string;
}

export interface Posting {
  readonly channel: string;
  readonly user: string;
  /** As Slack writes it: `<@U…>` is a mention, `&amp;` an ampersand. */
  readonly text: string;
  readonly threadTs?: string;
  readonly files?: readonly PostedFile[];
  readonly subtype?: string;
  /** Another app's bot says it. */
  readonly botId?: string;
}

export interface Posted {
  readonly ts: string;
  readonly eventIds: readonly string[];
  /** Some event of it was not acknowledged in time. */
  readonly late: boolean;
}

/** What people say, change and take back; each resolves when the app has acknowledged. */
export interface Speaking {
  post(posting: Posting): Promise<Posted>;
  edit(channel: string, ts: string, text: string): Promise<Posted>;
  remove(channel: string, ts: string): Promise<Posted>;
}

/** https://docs.slack.dev/reference/events/message: one event name per kind of place */
const CHANNEL_TYPE = { channel: "channel", private: "group", im: "im", mpim: "mpim" } as const satisfies Record<
  ChannelKind,
  string
>;

/** Creates the people's keyboards. */
export function createSpeaking(
  place: Place,
  send: (teamId: string, event: Readonly<Record<string, unknown>>, shared: boolean) => Sending | undefined,
): Speaking {
  const { workspace } = place;

  async function tell(channel: Channel, events: readonly Record<string, unknown>[]): Promise<Omit<Posted, "ts">> {
    const team = workspace.teams.get(channel.teamId);
    // An app hears nothing of places it is not in.
    if (team === undefined || !channel.members.has(team.botUserId)) return { eventIds: [], late: false };
    const sent = events.flatMap((event) => send(channel.teamId, event, channel.shared) ?? []);
    const delivered = await Promise.all(sent.map((one) => one.delivered));
    return { eventIds: sent.map(({ payload }) => payload.event_id), late: delivered.some(({ late }) => late) };
  }

  function messageEvent(message: Message, author: Person | undefined): Record<string, unknown> {
    const { blocks: _, reactions: __, ...object } = messageObject(message, place, false);
    return {
      ...object,
      client_msg_id: `${message.ts}-client`,
      team: author?.externalTeam ?? author?.teamId,
      ...(author?.externalTeam === undefined
        ? {}
        : { user_team: author.externalTeam, source_team: author.externalTeam }),
      blocks: [{ type: "rich_text", block_id: "typed", elements: [richText(message.text)] }],
      channel: message.channel,
      event_ts: message.ts,
    };
  }

  return {
    async post({ channel: id, user, text, threadTs, files = [], subtype, botId }) {
      const channel = workspace.channels.get(id);
      if (channel === undefined) throw new Error(`there is no channel ${id}`);
      const author = workspace.people.get(user);
      if (botId === undefined && !channel.members.has(user)) throw new Error(`${user} is not in ${id}`);
      const uploaded = files.map((file) => upload(place, channel, user, file));
      const kind = subtype ?? (uploaded.length > 0 ? "file_share" : undefined);
      const message = workspace.post({ channel: id, user, text, threadTs, subtype: kind, botId, files: uploaded });
      const event = messageEvent(message, author);
      const type = CHANNEL_TYPE[channel.kind];
      const { botUserId = "" } = workspace.teams.get(channel.teamId) ?? {};
      const isMention = text.includes(`<@${botUserId}>`) && (kind === undefined || kind === "file_share");
      const { subtype: _, ...mention } = event;
      // https://docs.slack.dev/reference/events/app_mention: never in a direct message
      const events = [{ ...event, channel_type: type }];
      const all = isMention && channel.kind !== "im" ? [...events, { ...mention, type: "app_mention" }] : events;
      return { ts: message.ts, ...(await tell(channel, all)) };
    },

    async edit(id, ts, text) {
      const channel = workspace.channels.get(id);
      const message = workspace.find(id, ts);
      if (channel === undefined || message === undefined) throw new Error(`there is no message ${ts} in ${id}`);
      const before = messageObject(message, place, false);
      message.text = text;
      message.edited = true;
      const event = {
        type: "message",
        subtype: "message_changed",
        hidden: true,
        message: messageObject(message, place, false),
        previous_message: before,
        channel: id,
        channel_type: CHANNEL_TYPE[channel.kind],
        ...stamp(workspace.mintTs()),
      };
      return { ts, ...(await tell(channel, [event])) };
    },

    async remove(id, ts) {
      const channel = workspace.channels.get(id);
      const message = workspace.find(id, ts);
      if (channel === undefined || message === undefined) throw new Error(`there is no message ${ts} in ${id}`);
      workspace.remove(message);
      const event = {
        type: "message",
        subtype: "message_deleted",
        hidden: true,
        deleted_ts: ts,
        previous_message: messageObject(message, place, false),
        channel: id,
        channel_type: CHANNEL_TYPE[channel.kind],
        ...stamp(workspace.mintTs()),
      };
      return { ts, ...(await tell(channel, [event])) };
    },
  };
}

/** One event on its way. */
export interface Sending {
  readonly payload: EventPayload;
  readonly delivered: Promise<Delivered>;
}

function stamp(ts: string): { ts: string; event_ts: string } {
  return { ts, event_ts: ts };
}

function upload(place: Place, channel: Channel, user: string, file: PostedFile): string {
  const { workspace } = place;
  const id = workspace.mintId("F");
  const { name, content, mimeType = "text/plain", title = name } = file;
  const bytes = Buffer.from(content);
  const channels = new Set([channel.id]);
  const stored = {
    id,
    teamId: channel.teamId,
    name,
    title,
    altText: undefined,
    mimeType,
    content: bytes,
    user,
    channels,
  };
  workspace.files.set(id, stored);
  return id;
}

/** What somebody typed, as the rich text that comes with every typed message. */
function richText(text: string): Record<string, unknown> {
  const elements = text
    .split(/(<@[UW][A-Z0-9]+>)/)
    .filter((piece) => piece !== "")
    .map((piece) => {
      const user = /^<@([UW][A-Z0-9]+)>$/.exec(piece)?.[1];
      return user === undefined ? { type: "text", text: unescape(piece) } : { type: "user", user_id: user };
    });
  return { type: "rich_text_section", elements };
}

function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
