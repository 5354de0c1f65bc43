import { unable, wrong, type SlackRefusal } from "#test/platforms/slack/answer.ts";
import { directMessage, type Place } from "#test/platforms/slack/place.ts";
import type { Caller } from "#test/platforms/slack/method.ts";
import type { Channel, ChannelKind, Message } from "#test/platforms/slack/workspace.ts";

/** A channel the caller may know of: its own team's, and a private one only as a member. */
export function findChannel(place: Place, id: string, { team }: Caller): Channel | SlackRefusal {
  const { workspace } = place;
  const channel = id.startsWith("U") ? directMessage(workspace, team.id, id) : workspace.channels.get(id);
  if (channel === undefined || channel.teamId !== team.id) return unable("channel_not_found", id);
  if (channel.kind !== "channel" && !channel.members.has(team.botUserId)) return unable("channel_not_found", id);
  return channel;
}

/** A channel the caller may write to. */
export function findWritable(place: Place, id: string, caller: Caller): Channel | SlackRefusal {
  const channel = findChannel(place, id, caller);
  if (!("members" in channel)) return channel;
  if (channel.archived) return unable("is_archived", id);
  const isMember = channel.members.has(caller.team.botUserId);
  if (!isMember && !caller.scopes.includes("chat:write.public")) return unable("not_in_channel", id);
  return channel;
}

/** The root of the thread a message is to go to: a reply's own number is not one. */
export function findThread(place: Place, channel: Channel, threadTs: string): Message | SlackRefusal {
  const root = place.workspace.find(channel.id, threadTs);
  if (root === undefined) return unable("thread_not_found", threadTs);
  if (root.threadTs !== undefined) return wrong("thread_not_found", `${threadTs} is itself a reply`);
  return root;
}

/** A message of the bot that may be changed. */
export function findOwn(place: Place, channel: Channel, ts: string, { team }: Caller): Message | SlackRefusal {
  const message = place.workspace.find(channel.id, ts);
  if (message?.ephemeralTo !== undefined) return wrong("message_not_found", "an ephemeral message cannot be changed");
  if (message === undefined) return unable("message_not_found", ts);
  if (message.botId !== team.botId) return wrong("cant_update_message", "not the app's own message");
  return message;
}

/** The scope that lets an app look into a kind of channel: https://docs.slack.dev/reference/methods/conversations.info */
export function lacksScope(kind: ChannelKind, verb: "read" | "history", caller: Caller): SlackRefusal | undefined {
  const noun = { channel: "channels", private: "groups", im: "im", mpim: "mpim" }[kind];
  const needed = `${noun}:${verb}`;
  if (caller.scopes.includes(needed)) return undefined;
  return wrong("missing_scope", `needs ${needed}`, { needed, provided: caller.scopes.join(",") });
}
