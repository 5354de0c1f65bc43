import { z } from "zod";
import { success, unable, wrong } from "#test/platforms/slack/answer.ts";
import { method, type Caller, type Method } from "#test/platforms/slack/method.ts";
import type { Place } from "#test/platforms/slack/place.ts";
import { findChannel } from "./find.ts";

const ARGS = { channel: z.string(), timestamp: z.string(), name: z.string() };

/** A nod instead of a sentence. */
export function reactionMethods(place: Place): Record<string, Method> {
  function find(args: { channel: string; timestamp: string; name: string }, caller: Caller) {
    // https://docs.slack.dev/reference/methods/reactions.add#arg_name: the name goes without colons
    if (!/^[\w+'-]+(?:::skin-tone-[2-6])?$/.test(args.name)) return wrong("invalid_name", args.name);
    const channel = findChannel(place, args.channel, caller);
    if (!("members" in channel)) return channel;
    if (channel.archived) return unable("is_archived", channel.id);
    if (!channel.members.has(caller.team.botUserId)) return unable("not_in_channel", channel.id);
    const message = place.workspace.find(channel.id, args.timestamp);
    if (message?.ephemeralTo !== undefined) return wrong("message_not_found", "an ephemeral message takes no reaction");
    return message ?? unable("message_not_found", args.timestamp);
  }

  return {
    "reactions.add": method({ scopes: ["reactions:write"] }, ARGS, (args, caller) => {
      const message = find(args, caller);
      if (!("reactions" in message)) return message;
      const users = message.reactions.get(args.name) ?? new Set();
      if (users.has(caller.team.botUserId)) return unable("already_reacted", args.name);
      message.reactions.set(args.name, users.add(caller.team.botUserId));
      return success();
    }),
    "reactions.remove": method({ scopes: ["reactions:write"] }, ARGS, (args, caller) => {
      const message = find(args, caller);
      if (!("reactions" in message)) return message;
      const users = message.reactions.get(args.name);
      if (users?.delete(caller.team.botUserId) !== true) return unable("no_reaction", args.name);
      if (users.size === 0) message.reactions.delete(args.name);
      return success();
    }),
  };
}
