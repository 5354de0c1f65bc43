import { z } from "zod";
import type { DoorMemory, ProgressStep, StreamContext } from "#core/contract/door.ts";
import { asNexusError } from "#core/contract/errors.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { SLACK_LIMITS } from "#bot/slack/limits.ts";
import { renderProgress, type StepChunk, stepChunk } from "#bot/slack/render/progress.ts";
import { isUndrawable } from "#bot/slack/show/rendering.ts";
import type { SlackApi } from "#bot/slack/web/slack-api.ts";
import { refusal } from "#bot/slack/web/slack-error.ts";
import { LIVE, type LiveNote, takeAwayLive } from "./leftovers.ts";
import { createPace, type Pace } from "./pace.ts";
import { harmless, streamedSoFar } from "./streamed-text.ts";

export interface LiveDeps {
  readonly api: SlackApi;
  readonly memory: DoorMemory;
  /** Workspaces where Slack cannot stream: there messages are posted and changed instead. */
  readonly withoutStreams: Set<string>;
  /** Told of every message of this run. */
  readonly onPosted: (ts: string) => void;
  /** Whether Slack itself shows a button that stops the turn; else the message has one. */
  readonly hasStop: (conversation: Conversation) => boolean;
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
  /** How much of `said` a stream has, and how it has each step. */
  let streamed = 0;
  const streamedSteps = new Map<string, ProgressStep>();
  let message: { readonly ts: string; readonly isStream: boolean } | undefined;
  /** Since when there is something to show that is not shown; Unix ms. */
  let newsMs: number | undefined;
  /** Whether this Slack draws plans. */
  let drawsPlans = true;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;

  /** One call at a time: two on their way at once would double text, or bring it out of order. */
  function schedule(): void {
    if (isOver || working !== undefined || newsMs === undefined) return;
    clearTimeout(timer);
    const unsaid = said.length - streamed;
    const waitMs = pace.waitMs({ isText: said !== "", unsaid, isStream: canStream(), sinceMs: newsMs });
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
    if (threadId === undefined || withoutStreams.has(tenantId)) return false;
    // Of steps a stream tells no way to stop them, unless Slack does.
    return said !== "" || deps.hasStop(conversation);
  }

  function tell(): void {
    newsMs ??= deps.clock().getTime();
    schedule();
  }

  async function show(): Promise<void> {
    newsMs = undefined;
    pace.called();
    if (canStream() && (await stream())) return;
    await postOrChange();
  }

  /** False when Slack cannot stream here. */
  async function stream(): Promise<boolean> {
    const { args: content, shown } = unstreamed();
    if (message !== undefined) {
      if (content === undefined) return true;
      const args = { channel: channelId, ts: message.ts, ...content };
      const answer = await api.ask(line, "chat.appendStream", args, Nothing, closing);
      if (answer.ok) shown();
      else isOver = true;
      return true;
    }
    const recipient =
      conversation.audience === "just_me" ? {} : { recipient_user_id: actor.id, recipient_team_id: actor.tenantId };
    const mode = { task_display_mode: "plan" };
    await note(null, true);
    const args = { channel: channelId, thread_ts: threadId, ...mode, ...content, ...recipient };
    const answer = await api.ask(line, "chat.startStream", args, Posted, closing);
    if (!answer.ok) {
      if (answer.error === "unknown_method") withoutStreams.add(tenantId);
      return false;
    }
    shown();
    await stand(answer.data.ts, true);
    return true;
  }

  /** What a stream does not have yet, as it is told, and what to do when it has it. */
  function unstreamed(): { args: StreamedContent | undefined; shown: () => void } {
    const until = streamedSoFar(said).length;
    const text = harmless(streamedSoFar(said).slice(streamed));
    const changed = [...steps.values()].filter((step) => streamedSteps.get(step.id) !== step);
    return {
      args: contentOf(text, changed),
      shown() {
        streamed = until;
        for (const step of changed) streamedSteps.set(step.id, step);
      },
    };
  }

  async function postOrChange(): Promise<void> {
    const place = message === undefined ? { channel: channelId, thread_ts: threadId, ...QUIET } : undefined;
    const method = message === undefined ? "chat.postMessage" : "chat.update";
    const args = place ?? { channel: channelId, ts: message?.ts };
    if (message === undefined) await note(null, false);
    let answer = await api.ask(line, method, { ...args, ...draw() }, Posted, closing);
    if (!answer.ok && drawsPlans && isUndrawable(answer.error)) {
      drawsPlans = false;
      answer = await api.ask(line, method, { ...args, ...draw() }, Posted, closing);
    }
    if (!answer.ok) throw refusal(method, answer);
    if (message === undefined) await stand(answer.data.ts, false);
  }

  function draw(): { text: string; blocks: readonly object[] } {
    const progress = renderProgress(WORKING, [...steps.values()], stop, drawsPlans);
    if (said === "") return progress;
    return {
      text: progress.text,
      blocks: [{ type: "markdown", text: harmless(streamedSoFar(said)).slice(0, MOST_MARKDOWN) }, ...progress.blocks],
    };
  }

  async function stand(ts: string, isStream: boolean): Promise<void> {
    message = { ts, isStream };
    deps.onPosted(ts);
    await note(ts, isStream);
  }

  async function note(ts: string | null, isStream: boolean): Promise<void> {
    await memory.set(`${LIVE}${turnId}`, noteOf(ts, isStream));
  }

  function noteOf(ts: string | null, isStream: boolean): LiveNote {
    return { tenantId, channelId, threadTs: threadId ?? null, ts, isStream };
  }

  function end(): void {
    isOver = true;
    clearTimeout(timer);
  }

  async function settle(): Promise<string | undefined> {
    end();
    await working;
    if (message?.isStream === true) {
      const { ts } = message;
      // Should the answer not come to take its place, no step of it is left running.
      await api.ask(line, "chat.stopStream", { channel: channelId, ts, ...unstreamed().args }, Nothing, closing);
      message = { ...message, isStream: false };
    }
    return message?.ts;
  }

  return {
    text(delta) {
      said += delta;
      tell();
    },
    step(step) {
      if (steps.size >= SLACK_LIMITS.plan.tasks && !steps.has(step.id)) return;
      steps.set(step.id, step);
      tell();
    },
    end,
    settle,
    async takeAway() {
      await settle();
      if (message !== undefined) await takeAwayLive(api, noteOf(message.ts, false), message.ts, closing);
    },
  };
}

type StreamedContent = { readonly markdown_text: string } | { readonly chunks: readonly object[] };

/** Text alone goes the way every Slack that streams knows. */
function contentOf(text: string, steps: readonly ProgressStep[]): StreamedContent | undefined {
  if (steps.length === 0) return text === "" ? undefined : { markdown_text: text };
  const chunks: (StepChunk | { type: "markdown_text"; text: string })[] = steps.map(stepChunk);
  return { chunks: text === "" ? chunks : [...chunks, { type: "markdown_text", text }] };
}

const WORKING = "Working on it";
/** https://docs.slack.dev/reference/block-kit/blocks/markdown-block, with room for the steps below it. */
const MOST_MARKDOWN = 10_000;
const QUIET = { unfurl_links: false, unfurl_media: false };
