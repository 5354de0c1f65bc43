import type { Attachment } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

/** What is said of files that no installed module takes; undefined when there are none, or one that could be taken. */
export function cannotRead(
  deps: Pick<OrchestratorDeps, "registry">,
  scene: Scene,
  attachments: readonly Attachment[],
): Reply | undefined {
  const known = new Set(
    deps.registry
      .modules(scene.turn.org)
      .flatMap(({ manifest }) => manifest.capabilities.flatMap(({ slots }) => Object.values(slots)))
      .flatMap((slot) => (slot.type === "file" ? slot.extensions : [])),
  );
  const isKnown = ({ name }: Attachment): boolean => [...known].some((end) => name.toLowerCase().endsWith(end));
  if (attachments.length === 0 || attachments.some(isKnown)) return undefined;
  const names = attachments.slice(0, MOST_NAMES).map(({ name }) => `“${name}”`);
  const more = attachments.length > MOST_NAMES ? ` and ${attachments.length - MOST_NAMES} more` : "";
  const hint = known.size === 0 ? "I can read no files here yet." : `I can read ${[...known].join(", ")}.`;
  const cause = `I did not read ${inert(names.join(", "))}${more}: no installed module takes such a file.`;
  return errorReply("cannot_do", cause, hint, scene.turn.turnId, [scene.composer.whyButton(scene.turn.turnId)]);
}

const MOST_NAMES = 5;
