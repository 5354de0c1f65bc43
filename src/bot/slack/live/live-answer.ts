import { z } from "zod";
import type { DoorMemory, ProgressStep, StreamContext } from "#core/contract/door.ts";
import { asNexusError } from "#core/contract/errors.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { renderProgress } from "#bot/slack/render/progress.ts";
import type { SlackApi } from "#bot/slack/web/slack-api.ts";
import { LEFT_LIVE, type LiveMessage, takeAwayLive } from "./leftovers.ts";
import { createPace, type Pace } from "./pace.ts";
import { harmless, streamedSoFar } from "./streamed-text.ts";

export interface LiveDeps {
  readonly api: SlackApi;
  readonly memory: DoorMemory;
  /** Workspaces where Slack cannot stream: there messages are posted and changed instead. */
  readonly withoutStreams: Set<string>;
  readonly closing: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

/** One turn's live message. It is posted when there is something to see, and becomes the answer. */
export interface LiveAnswer {
  text(delta: string): void;
  step(step: ProgressStep): void;
  end(): void;
  /** Resolves, when nothing is on its way any more, to the message that stands, no longer streaming. */
  settle(): Promise<string | undefined>;
  takeAway(): Promise<void>;
}

const Posted = z.object({ ts: z.string() });
const Nothing = z.looseObject({});

/** Creates the live side of one turn. Nothing is shown of a turn that is quick and says nothing meanwhile. */
export function createLiveAnswer(context: StreamContext, deps: LiveDeps): LiveAnswer {
  const { api, memory, closing, log, withoutStreams } = deps;
  const { turnId, conversation, actor, stop } = context;
  const { tenantId, channelId, threadId } = conversation;
  const line = { tenantId, lane: "interactive" } as const;
  const steps = new Map<string, ProgressStep>();
  const pace: Pace = createPace(deps.clock);
  let said = "";
  /** How much of `said` a stream has. */
  let streamed = 0;
  let message: LiveMessage | undefined;
  let hasNews = false;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;

  /** One call at a time: two on their way at once would double text, or bring it out of order. */
  function schedule(): void {
    if (isOver || working !== undefined || !hasNews) return;
    clearTimeout(timer);
    const waitMs = pace.waitMs({ isText: said !== "", unsaid: said.length - streamed, isStream: canStream() });
    timer = setTimeout(() => {
      working = show()
        // A lost answer is not repeated: Slack may have it. The final answer sets everything right.
        .catch((thrown: unknown) => {
          isOver = true;
          log.debug({ err: asNexusError(thrown), turn: turnId }, "the live side of an answer was given up");
        })
        .finally(() => {
          working = undefined;
          schedule();
        });
    }, waitMs);
    timer.unref();
  }

  function canStream(): boolean {
    if (message !== undefined) return message.isStream;
    return said !== "" && threadId !== undefined && !withoutStreams.has(tenantId);
  }

  async function show(): Promise<void> {
    hasNews = false;
    pace.called();
    if (canStream() && (await stream())) return;
    await postOrChange();
  }

  /** False when Slack cannot stream here. */
  async function stream(): Promise<boolean> {
    const next = harmless(streamedSoFar(said).slice(streamed));
    const until = streamedSoFar(said).length;
    if (message !== undefined) {
      if (next === "") return true;
      const args = { channel: channelId, ts: message.ts, markdown_text: next };
      const answer = await api.ask(line, "chat.appendStream", args, Nothing, closing);
      if (answer.ok) streamed = until;
      else isOver = true;
      return true;
    }
    const recipient =
      conversation.audience === "just_me" ? {} : { recipient_user_id: actor.id, recipient_team_id: actor.tenantId };
    const args = { channel: channelId, thread_ts: threadId, markdown_text: next, ...recipient };
    const answer = await api.ask(line, "chat.startStream", args, Posted, closing);
    if (!answer.ok) {
      if (answer.error === "unknown_method") withoutStreams.add(tenantId);
      return false;
    }
    streamed = until;
    await stand({ tenantId, channelId, ts: answer.data.ts, isStream: true });
    return true;
  }

  async function postOrChange(): Promise<void> {
    const drawn = draw();
    if (message === undefined) {
      const args = { channel: channelId, ...(threadId !== undefined && { thread_ts: threadId }), ...QUIET, ...drawn };
      const { ts } = await api.need(line, "chat.postMessage", args, Posted, closing);
      await stand({ tenantId, channelId, ts, isStream: false });
    } else {
      await api.need(line, "chat.update", { channel: channelId, ts: message.ts, ...drawn }, Nothing, closing);
    }
  }

  function draw(): { text: string; blocks: readonly object[] } {
    const progress = renderProgress(WORKING, [...steps.values()], stop);
    if (said === "") return progress;
    return {
      text: progress.text,
      blocks: [{ type: "markdown", text: harmless(streamedSoFar(said)).slice(0, MOST_MARKDOWN) }, ...progress.blocks],
    };
  }

  async function stand(posted: LiveMessage): Promise<void> {
    message = posted;
    await memory.set(`${LEFT_LIVE}${turnId}`, posted);
  }

  function end(): void {
    isOver = true;
    clearTimeout(timer);
  }

  async function settle(): Promise<string | undefined> {
    end();
    await working;
    if (message?.isStream === true) {
      const { channelId: channel, ts } = message;
      await api.ask(line, "chat.stopStream", { channel, ts }, Nothing, closing);
      message = { ...message, isStream: false };
    }
    return message?.ts;
  }

  return {
    text(delta) {
      said += delta;
      hasNews = true;
      schedule();
    },
    step(step) {
      steps.set(step.id, step);
      hasNews = true;
      schedule();
    },
    end,
    settle,
    async takeAway() {
      await settle();
      if (message !== undefined) await takeAwayLive(api, message, closing);
    },
  };
}

const WORKING = "Working on it";
/** https://docs.slack.dev/reference/block-kit/blocks/markdown-block, with room for the steps below it. */
const MOST_MARKDOWN = 10_000;
const QUIET = { unfurl_links: false, unfurl_media: false };
