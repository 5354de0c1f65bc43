import { z } from "zod";
import { success, unable, wrong, type SlackAnswer } from "#test/platforms/slack/answer.ts";
import { method, structure, type Caller, type Method } from "#test/platforms/slack/method.ts";
import { sessionOf, type Place } from "#test/platforms/slack/place.ts";
import { needsCustomize } from "./chat.ts";
import { findThread, findWritable } from "./find.ts";

const NEEDS = { scopes: ["assistant:write", "chat:write"] };
const IDENTITY = {
  icon_emoji: z.string().optional(),
  icon_url: z.string().optional(),
  username: z.string().optional(),
};
const IN_THREAD = { channel_id: z.string(), thread_ts: z.string() };
const Title = z.string().min(1).max(200);

/** Without the subscription nobody can stop it: https://docs.slack.dev/reference/events/agent_session_stopped */
const WARNING = "missing_agent_session_stopped_event_subscription";
const NO_STOP = { warning: WARNING, response_metadata: { warnings: [WARNING] } };

/** How an agent shows that it works. https://docs.slack.dev/ai/agent-sessions */
export function agentMethods(place: Place, subscribed: readonly string[]): Record<string, Method> {
  function locate(
    channelId: string,
    threadTs: string,
    caller: Caller,
  ): { channel: string; thread: string } | SlackAnswer {
    const channel = findWritable(place, channelId, caller);
    if (!("members" in channel)) return channel;
    const root = findThread(place, channel, threadTs);
    return "ts" in root ? { channel: channel.id, thread: root.ts } : root;
  }

  return {
    "agents.sessions.setStatus": method(
      NEEDS,
      {
        ...IDENTITY,
        ...IN_THREAD,
        status: z.enum(["active", "processing", "suspended", "closed"]),
        title: Title.optional(),
        initiator_user_id: z.string().optional(),
      },
      (args, caller) => {
        const found = locate(args.channel_id, args.thread_ts, caller);
        if ("ok" in found) return found;
        const refusal = needsCustomize(args, caller.scopes);
        if (refusal !== undefined) return refusal;
        const members = place.workspace.channels.get(found.channel)?.members;
        if (args.initiator_user_id !== undefined && members?.has(args.initiator_user_id) !== true) {
          return unable("user_not_in_channel", args.initiator_user_id);
        }
        const session = sessionOf(place.sessions, found.channel, found.thread);
        if (session.status === undefined && args.title !== undefined) session.title = args.title;
        session.status = args.status;
        return success(subscribed.includes("agent_session_stopped") ? {} : NO_STOP);
      },
    ),
    "agents.sessions.rename": method(NEEDS, { ...IN_THREAD, title: Title }, (args, caller) => {
      const found = locate(args.channel_id, args.thread_ts, caller);
      if ("ok" in found) return found;
      const session = sessionOf(place.sessions, found.channel, found.thread);
      if (session.status === undefined) return wrong("session_not_found", "no status was ever set");
      session.title = args.title;
      return success();
    }),
    "assistant.threads.setStatus": method(
      NEEDS,
      {
        ...IDENTITY,
        ...IN_THREAD,
        status: z.string().max(100),
        loading_messages: structure(z.array(z.string().min(1).max(100)).max(10)).optional(),
      },
      (args, caller) => {
        const found = locate(args.channel_id, args.thread_ts, caller);
        if ("ok" in found) return found;
        const refusal = needsCustomize(args, caller.scopes);
        if (refusal !== undefined) return refusal;
        sessionOf(place.sessions, found.channel, found.thread).line = args.status;
        return success();
      },
    ),
    "assistant.threads.setSuggestedPrompts": method(
      NEEDS,
      {
        channel_id: z.string(),
        thread_ts: z.string().optional(),
        title: z.string().optional(),
        prompts: structure(z.array(z.strictObject({ title: z.string().min(1), message: z.string().min(1) })).max(4)),
      },
      (args, caller) => {
        const channel = findWritable(place, args.channel_id, caller);
        if (!("members" in channel)) return channel;
        sessionOf(place.sessions, channel.id, args.thread_ts ?? "").prompts = args.prompts;
        return success();
      },
    ),
    "assistant.threads.setTitle": method(NEEDS, { ...IN_THREAD, title: Title }, (args, caller) => {
      const found = locate(args.channel_id, args.thread_ts, caller);
      if ("ok" in found) return found;
      sessionOf(place.sessions, found.channel, found.thread).title = args.title;
      return success();
    }),
  };
}
