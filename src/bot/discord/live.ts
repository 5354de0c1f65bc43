import type { ProgressStep, StreamContext, StreamPort } from "#core/contract/door.ts";
import type { Body } from "./api.ts";
import { withNonce } from "./nonce.ts";
import { isFresh } from "./open-interaction.ts";
import { withOrigin } from "./parse/button-id.ts";
import { clipText } from "./render/clip.ts";
import { toDiscordMarkdown } from "./render/markdown.ts";
import { message } from "./render/messages.ts";
import { renderProgress } from "./render/progress.ts";
import type { ShowDeps } from "./show-deps.ts";
import { originOf, targetOf } from "./target.ts";
import { LIMITS } from "./limits.ts";

/** What is done of a turn, drawn where its answer will be. */
export function createLive(deps: ShowDeps, closing: AbortSignal): (context: StreamContext) => StreamPort {
  const { api, turns, typing, clock, log } = deps;

  /** Typing at once; for what takes longer one message, edited as it goes on, that becomes the answer. */
  function open(context: StreamContext): StreamPort {
    const { turnId, source, stop } = context;
    const steps = new Map<string, ProgressStep>();
    const began = performance.now();
    let text = "";
    let drawnAt = -Infinity;
    let timer: NodeJS.Timeout | undefined;
    let hasEnded = false;
    let busy = Promise.resolve();

    // A command shows that it is thought about by itself.
    if (source !== undefined) typing.start(source.messageId, targetOf(context));

    const draw = async () => {
      const body = bodyOf(text, [...steps.values()], stop);
      const origin = originOf(context);
      await put(context, { ...body, components: withOrigin(body.components, origin) });
    };
    const later = () => {
      if (hasEnded || timer !== undefined || closing.aborted) return;
      const now = performance.now();
      const wait = Math.max(began + PATIENCE_MS - now, drawnAt + APART_MS - now, 0);
      timer = setTimeout(() => {
        busy = busy
          .then(draw)
          .catch((err: unknown) => log.warn({ err, turn: turnId }, "what is being done could not be shown"))
          .then(() => {
            drawnAt = performance.now();
            timer = undefined;
            if (isStale()) later();
          });
        wasDrawn = contentOf();
        turns.drawing(turnId, busy);
      }, wait).unref();
    };
    const contentOf = () => JSON.stringify([text, [...steps.values()]]);
    let wasDrawn = "";
    const isStale = () => contentOf() !== wasDrawn;

    return {
      text(delta) {
        text += delta;
        later();
      },
      step(step) {
        steps.set(step.id, step);
        later();
      },
      end() {
        hasEnded = true;
        clearTimeout(timer);
        if (source !== undefined) typing.stop(source.messageId);
        // Its answer takes the message's place; should none come, it must not go on saying that it works.
        setTimeout(() => void retire(context), RETIRED_MS).unref();
      },
    };
  }

  async function put(context: StreamContext, body: Body): Promise<void> {
    const { turnId } = context;
    const turn = turns.get(turnId);
    if (turn?.firstBy !== undefined) return;
    const interaction = turn?.interaction;
    if (interaction !== undefined && interaction.ack !== "update" && isFresh(interaction, clock)) {
      if (interaction.ack !== "none") await api.editOriginal(interaction, body, [], closing);
      return;
    }
    if (turn?.progress !== undefined) {
      await api.edit(turn.progress.channelId, turn.progress.messageId, body, [], closing);
      return;
    }
    const channelId = targetOf(context);
    const reply =
      context.source === undefined || context.source.ephemeral || context.conversation.audience === "just_me"
        ? {}
        : {
            message_reference: {
              message_id: context.source.messageId,
              channel_id: channelId,
              fail_if_not_exists: false,
            },
          };
    const sent = await api.send(channelId, { ...withNonce(body, turnId, "p"), ...reply }, [], closing);
    turns.showProgress(turnId, { channelId: sent.channel_id, messageId: sent.id });
    await turns.save(turnId);
  }

  async function retire({ turnId }: StreamContext): Promise<void> {
    const turn = turns.get(turnId);
    if (turn?.progress === undefined || turn.firstBy !== undefined || closing.aborted) return;
    const { channelId, messageId } = turn.progress;
    await api
      .edit(channelId, messageId, message("This took a while; the answer follows."), [], closing)
      .catch((err: unknown) => log.warn({ err, turn: turnId }, "a message about progress could not be retired"));
  }

  return open;
}

function bodyOf(text: string, steps: readonly ProgressStep[], stop: StreamContext["stop"]) {
  const progress = renderProgress("Working on it", steps, stop);
  if (text === "") return progress;
  return { ...progress, content: clipText(toDiscordMarkdown(text), LIMITS.content) };
}

/** Most turns are over by then, and a list of steps would only flash up. */
const PATIENCE_MS = 2_500;
/** A courtesy to whoever watches; discord.js keeps Discord's own limits. */
const APART_MS = 1_200;
const RETIRED_MS = 10_000;
