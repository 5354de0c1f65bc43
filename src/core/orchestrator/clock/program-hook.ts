import { NexusError } from "#core/contract/errors.ts";
import type { ProgramWish } from "#core/contract/message.ts";
import { say } from "#core/orchestrator/compose.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { makeChange } from "#core/orchestrator/wishes/plan-held.ts";
import { draftHook } from "#core/orchestrator/wishes/plan-hooks.ts";
import { readHookWish } from "#core/orchestrator/wishes/wish-hooks.ts";
import { readable } from "#core/orchestrator/wishes/wish-words.ts";

/**
 * Lets a program set up a hook in the name of its person: as they would say it, done at once.
 * @throws NexusError request_invalid | not_allowed
 */
export async function setHookByWords(
  deps: OrchestratorDeps,
  scene: Scene,
  { words }: Extract<ProgramWish, { do: "set_hook" }>,
): Promise<Outcome> {
  const said = readable(words);
  const wish = said === undefined ? undefined : readHookWish(said);
  const draft = wish === undefined ? undefined : await draftHook(deps, scene, wish);
  if (draft === undefined || "instead" in draft) {
    throw new NexusError("request_invalid", "the words of a program set up no hook", {
      say: draft?.instead.summary ?? "Those words set up no hook.",
      hint: "Say it as in chat: “let GitHub post in #dev”.",
    });
  }
  return {
    replies: [say(`Done: ${draft.title}. Its code is ${draft.change.code}.`)],
    commit: (inside) => makeChange(deps, inside, scene, scene.person, draft.change),
  };
}
