import { z } from "zod";
import { success, unable, wrong, type SlackAnswer, type SlackRefusal } from "#test/platforms/slack/answer.ts";
import { count, flag, method, type Caller, type Method } from "#test/platforms/slack/method.ts";
import { channelObject, messageObject } from "#test/platforms/slack/objects.ts";
import { directMessage, type Place } from "#test/platforms/slack/place.ts";
import type { Channel, ChannelKind, Message } from "#test/platforms/slack/workspace.ts";
import { findChannel, lacksScope } from "./find.ts";

const PAGE = {
  limit: count.optional(),
  cursor: z.string().optional(),
  oldest: z.string().optional(),
  latest: z.string().optional(),
  inclusive: flag.optional(),
  include_all_metadata: flag.optional(),
};
/** https://docs.slack.dev/reference/methods/conversations.history#arg_limit */
const MOST_PER_PAGE = 999;

/** https://docs.slack.dev/reference/methods/users.conversations#arg_types */
const KIND_OF_TYPE: Readonly<Record<string, ChannelKind>> = {
  public_channel: "channel",
  private_channel: "private",
  im: "im",
  mpim: "mpim",
};

/** Places, who is in them, and what was said. */
export function conversationMethods(place: Place): Record<string, Method> {
  const { workspace } = place;

  function readable(id: string, verb: "read" | "history", caller: Caller): Channel | SlackRefusal {
    const channel = findChannel(place, id, caller);
    if (!("members" in channel)) return channel;
    const lacking = lacksScope(channel.kind, verb, caller);
    if (lacking !== undefined) return lacking;
    if (verb === "history" && !channel.members.has(caller.team.botUserId)) return unable("not_in_channel", id);
    return channel;
  }

  function page(found: readonly Message[], args: z.output<z.ZodObject<typeof PAGE>>): SlackAnswer {
    const { limit = 100, cursor = "0", oldest = "0", latest = "9", inclusive = false } = args;
    if (limit < 1 || limit > MOST_PER_PAGE) return wrong("invalid_limit", `${limit} is not 1–${MOST_PER_PAGE}`);
    const within = found.filter(({ ts }) => {
      const isAfter = oldest === "0" || ts > oldest || (inclusive && ts === oldest);
      const isBefore = latest === "9" || ts < latest || (inclusive && ts === latest);
      return isAfter && isBefore;
    });
    const from = Number(cursor);
    const messages = within.slice(from, from + limit);
    const hasMore = from + limit < within.length;
    return success({
      messages: messages.map((message) => messageObject(message, place, args.include_all_metadata === true)),
      has_more: hasMore,
      response_metadata: { next_cursor: hasMore ? String(from + limit) : "" },
    });
  }

  const visible = (channel: Channel): Message[] =>
    workspace.messages.filter(({ channel: id, ephemeralTo }) => id === channel.id && ephemeralTo === undefined);

  return {
    "conversations.info": method(
      {},
      { channel: z.string(), include_num_members: flag.optional(), include_locale: flag.optional() },
      (args, caller) => {
        const channel = readable(args.channel, "read", caller);
        if (!("members" in channel)) return channel;
        return success({ channel: channelObject(channel, caller.team.botUserId) });
      },
    ),
    "conversations.members": method(
      {},
      { channel: z.string(), limit: count.optional(), cursor: z.string().optional() },
      (args, caller) => {
        const channel = readable(args.channel, "read", caller);
        if (!("members" in channel)) return channel;
        return success({ members: [...channel.members], response_metadata: { next_cursor: "" } });
      },
    ),
    "conversations.open": method(
      { scopes: ["im:write", "mpim:write"] },
      { users: z.string().optional(), channel: z.string().optional(), return_im: flag.optional() },
      (args, caller) => {
        if (args.users === undefined || args.users.includes(",")) {
          return wrong("unsupported", "only direct messages with one person are opened here");
        }
        const channel = directMessage(workspace, caller.team.id, args.users);
        if (channel === undefined) return unable("user_not_found", args.users);
        const whole = channelObject(channel, caller.team.botUserId);
        return success({ channel: args.return_im === true ? whole : { id: channel.id } });
      },
    ),
    "users.conversations": method(
      {},
      {
        types: z.string().optional(),
        exclude_archived: flag.optional(),
        limit: count.optional(),
        cursor: z.string().optional(),
        user: z.string().optional(),
      },
      (args, caller) => {
        const { types = "public_channel", limit = 100, cursor = "0" } = args;
        if (limit < 1 || limit > MOST_PER_PAGE) return wrong("invalid_limit", `${limit} is not 1–${MOST_PER_PAGE}`);
        const kinds = types.split(",").map((type) => KIND_OF_TYPE[type.trim()]);
        const wanted = kinds.filter((kind) => kind !== undefined);
        if (wanted.length < kinds.length) return wrong("invalid_types", types);
        const lacking = wanted.map((kind) => lacksScope(kind, "read", caller)).find((refusal) => refusal !== undefined);
        if (lacking !== undefined) return lacking;
        const mine = [...workspace.channels.values()].filter(
          ({ teamId, kind, members, archived }) =>
            teamId === caller.team.id &&
            wanted.includes(kind) &&
            members.has(args.user ?? caller.team.botUserId) &&
            !(archived && args.exclude_archived === true),
        );
        const from = Number(cursor);
        const hasMore = from + limit < mine.length;
        return success({
          channels: mine.slice(from, from + limit).map((channel) => channelObject(channel, caller.team.botUserId)),
          response_metadata: { next_cursor: hasMore ? String(from + limit) : "" },
        });
      },
    ),
    "conversations.history": method({}, { ...PAGE, channel: z.string() }, (args, caller) => {
      const channel = readable(args.channel, "history", caller);
      if (!("members" in channel)) return channel;
      const roots = visible(channel).filter(({ threadTs }) => threadTs === undefined);
      return page(roots.reverse(), args);
    }),
    "conversations.replies": method({}, { ...PAGE, channel: z.string(), ts: z.string() }, (args, caller) => {
      const channel = readable(args.channel, "history", caller);
      if (!("members" in channel)) return channel;
      const all = visible(channel);
      const asked = all.find(({ ts }) => ts === args.ts);
      if (asked === undefined) return unable("thread_not_found", args.ts);
      const root = asked.threadTs ?? asked.ts;
      return page(
        all.filter(({ ts, threadTs }) => ts === root || threadTs === root),
        args,
      );
    }),
  };
}
