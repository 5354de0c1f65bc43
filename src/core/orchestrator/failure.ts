import type { AdapterRunResult } from "#core/contract/invocation.ts";
import type { ErrorCode } from "#core/contract/errors.ts";
import type { Action, Part, Reply } from "#core/contract/reply.ts";
import type { TurnId } from "#core/contract/ids.ts";
import { type AnswerContext, visibilityOf } from "./context.ts";
import { buttons, type Composer } from "./compose.ts";
import { inert } from "./inert.ts";

/** What a failed run says: the cause in plain words, the next step, its code and a reference; and the button for it. */
export function failure(
  result: Extract<AdapterRunResult, { ok: false }>,
  context: AnswerContext,
  composer: Composer,
): Reply {
  const { manifest, capability } = context;
  const again = { verb: "inv", module: manifest.name, capability: capability.name, input: context.input } as const;
  const actions: Action[] = [];
  const credential = manifest.credentials.find(({ name }) => name === result.credential);
  if (credential !== undefined) {
    const verb = result.code === "credential_missing" ? "Connect" : "Replace";
    actions.push(
      composer.button(
        `${verb} ${credential.title}`,
        { verb: "con", module: manifest.name, credential: credential.name },
        "primary",
      ),
    );
  }
  if (result.retryable) actions.push(composer.button("Try Again", again));
  actions.push(composer.whyButton(context.turnId));
  const wait = result.retryAfterS === undefined ? "" : ` It asks to wait ${result.retryAfterS} s.`;
  return {
    ...errorReply(result.code, `${inert(result.say)}${wait}`, inert(result.hint), context.turnId, actions),
    visibility: visibilityOf(manifest, context.conversation),
  };
}

/** Any error a person meets: what failed and why, the next step, then code and reference for whoever runs NEXUS. */
export function errorReply(
  code: ErrorCode,
  cause: string,
  hint: string,
  turnId: TurnId,
  actions: readonly Action[] = [],
): Reply {
  const parts: Part[] = [
    { type: "notice", tone: TONES.get(code) ?? "error", text: cause },
    { type: "text", markdown: hint },
    { type: "context", markdown: `${code} · ref ${reference(turnId)}` },
    ...buttons(actions),
  ];
  return { summary: `${cause} ${hint}`, parts, visibility: "everyone" };
}

/** Not every answer without data is a fault: these only say how things are. */
const TONES: ReadonlyMap<ErrorCode, "info" | "warning"> = new Map([
  ["stopped", "info"],
  ["no_data", "info"],
  ["cannot_do", "warning"],
  ["credential_missing", "warning"],
  ["secret_in_message", "warning"],
]);

/** The short name of a turn: enough to find it in the log, short enough to read out. */
export function reference(turnId: TurnId): string {
  return turnId.slice(-8);
}
