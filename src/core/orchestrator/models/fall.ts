import { type ErrorCode, ERRORS } from "#core/contract/errors.ts";
import type { QuotaNote } from "#core/contract/quota.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import { withQuota } from "#core/orchestrator/usage/quota-line.ts";
import { reachedLine } from "#core/orchestrator/usage/quota-words.ts";
import type { Scene } from "#core/orchestrator/scene.ts";
import type { Heard } from "./talk.ts";

/** Why no model answered, though there are some. What needs none is answered all the same. */
export interface Fall {
  /** For the person; undefined where nothing is amiss: models are not to be asked here. */
  readonly line: string | undefined;
  /** Of what kind it is, where it is not that no model could be reached. */
  readonly code?: ErrorCode;
  /** For **Why**. */
  readonly because: string;
  readonly quota: QuotaNote | undefined;
  /** Models answered, and refused, or nothing of it could be used. */
  readonly isRefused?: true;
}

/** Why nothing that models said could be taken. */
export function fallFrom({ because, quota }: Extract<Heard, { ok: false }>, deadlineMs: number): Fall {
  switch (because) {
    case "quota_reached":
      return {
        line: quota === undefined ? "A limit on usage is reached, so no model was asked." : reachedLine(quota),
        because: "a limit on usage is reached",
        quota,
      };
    case "deadline": {
      const time = `${Number((deadlineMs / 1_000).toFixed(1))} s`;
      return {
        line: `No model answered within ${time}.`,
        because: `no model answered within ${time}`,
        quota: undefined,
      };
    }
    case "no_model":
    case "all_failed":
      return { line: ERRORS.model_unavailable.cause, because: "no model could answer", quota: undefined };
    case "too_long":
      return {
        line: "That is longer than the models here can read.",
        code: "model_no_answer",
        because: "the message is longer than the models can read",
        quota: undefined,
      };
    case "refused":
      return {
        line: "I asked, but no model here is willing to answer that.",
        code: "model_no_answer",
        because: "the models refused",
        quota: undefined,
        isRefused: true,
      };
    case "not_usable":
    case "enough_asked":
      return {
        line: "I asked a model, but could not use what it answered.",
        code: "model_no_answer",
        because: "what the models answered could not be used",
        quota: undefined,
        isRefused: true,
      };
    default:
      return because satisfies never;
  }
}

/** A reply that needed no model, with the line that says why none was used; and the button, where asking helps. */
export function withFall(scene: Scene, reply: Reply, { line, quota }: Fall): Reply {
  if (line === undefined) return reply;
  if (quota !== undefined) return withQuota(reply, quota, scene.composer);
  const notice: Part = { type: "notice", tone: "info", text: line };
  return { ...reply, parts: [notice, ...reply.parts] };
}

/** What is said of a request that nothing fits without a model: not that it cannot be done, but why it is not now. */
export function nothingWithout(scene: Scene, { line, code = "model_unavailable", quota }: Fall): Reply {
  const { turnId } = scene.turn;
  const why = [scene.composer.whyButton(turnId)];
  if (quota !== undefined) {
    const cause = `${line ?? ERRORS.quota_reached.cause} ${NOTHING_ELSE}`;
    const reply = errorReply("quota_reached", cause, ERRORS.quota_reached.hint, turnId, why);
    return withQuota(reply, quota, scene.composer, "said");
  }
  const { cause, hint } = ERRORS[code];
  const isForWords = code === "not_understood";
  return errorReply(code, isForWords ? (line ?? cause) : `${line ?? cause} ${NOTHING_ELSE}`, hint, turnId, why);
}

const NOTHING_ELSE = "Without a model, nothing I can do fits that.";
