import type { StreamContext, StreamPort } from "#core/contract/door.ts";
import type { TurnId } from "#core/contract/ids.ts";
import { isWhispered } from "#bot/slack/parse/place.ts";
import type { ResponseUrls } from "#bot/slack/web/response-url.ts";
import { createLiveAnswer, type LiveAnswer, type LiveDeps } from "./live-answer.ts";
import { clearLiveLeftovers, type LeftoverDeps, LIVE, setLeftoversApart } from "./leftovers.ts";

/** The messages that change while their turn runs. */
export interface LiveAnswers {
  open(context: StreamContext, who: string): StreamPort;
  /** Ends what is live of a turn and returns the message to be redrawn as the answer, if there is one. */
  settle(turnId: TurnId): Promise<string | undefined>;
  /** The message has become the answer, or is gone. */
  forget(turnId: TurnId): Promise<void>;
  /** Before anything is posted: what earlier runs left is told from what this one will post. */
  begin(): Promise<void>;
  /** Takes away what an earlier run of this process left working. */
  clearLeftovers(signal: AbortSignal): Promise<void>;
  /** Stops all that is live; what stands is taken away at the next start. */
  close(): Promise<void>;
}

/** How long a turn's answer may follow its end before its live message is taken away. */
const ANSWER_GRACE_MS = 5_000;
/** A command leaves no trace of its own in the channel: after this long without an answer there is one. */
const WHISPER_AFTER_MS = 800;

export interface LiveAnswersDeps extends Omit<LiveDeps, "onPosted">, LeftoverDeps {
  readonly responseUrls: ResponseUrls;
  /** The turn is over, however it ended. */
  readonly onEnd: (context: StreamContext) => void;
}

/** Creates the live side of all answers. */
export function createLiveAnswers(deps: LiveAnswersDeps): LiveAnswers {
  const live = new Map<TurnId, LiveAnswer>();
  const graces = new Map<TurnId, NodeJS.Timeout>();
  /** What this run has posted, for as long as that of earlier ones is still being taken away. */
  let posted: Set<string> | undefined = new Set();
  const liveDeps: LiveDeps = { ...deps, onPosted: (ts) => void posted?.add(ts) };

  async function forget(turnId: TurnId): Promise<void> {
    clearTimeout(graces.get(turnId));
    graces.delete(turnId);
    if (live.delete(turnId)) await deps.memory.delete(`${LIVE}${turnId}`);
  }

  async function abandon(turnId: TurnId): Promise<void> {
    const answer = live.get(turnId);
    await answer?.takeAway();
    await forget(turnId);
  }

  function whisper(context: StreamContext, who: string): StreamPort {
    const timer = setTimeout(() => {
      const working = { text: "Working on it…" };
      deps.responseUrls.post(who, working, deps.closing).catch((err: unknown) => {
        deps.log.debug({ err }, "a person could not be told that their command runs");
      });
    }, WHISPER_AFTER_MS);
    timer.unref();
    return {
      text: () => undefined,
      step: () => undefined,
      end() {
        clearTimeout(timer);
        deps.onEnd(context);
      },
    };
  }

  return {
    open(context, who) {
      const { turnId, conversation } = context;
      if (isWhispered(conversation)) return whisper(context, who);
      const answer = createLiveAnswer(context, liveDeps);
      live.set(turnId, answer);
      return {
        text: (delta) => answer.text(delta),
        step: (step) => answer.step(step),
        end() {
          answer.end();
          deps.onEnd(context);
          const late = setTimeout(() => {
            abandon(turnId).catch((err: unknown) => deps.log.warn({ err }, "a live message could not be taken away"));
          }, ANSWER_GRACE_MS);
          graces.set(turnId, late.unref());
        },
      };
    },
    settle: async (turnId) => await live.get(turnId)?.settle(),
    forget,
    begin: () => setLeftoversApart(deps.memory),
    async clearLeftovers(signal) {
      await clearLiveLeftovers(deps, (ts) => posted?.has(ts) === true, signal);
      posted = undefined;
    },
    async close() {
      for (const timer of graces.values()) clearTimeout(timer);
      for (const answer of live.values()) answer.end();
      await Promise.all([...live.values()].map((answer) => answer.settle().catch(() => undefined)));
    },
  };
}
