import type { NexusError } from "#core/contract/errors.ts";
import { turnReference } from "#core/contract/ids.ts";
import type { Elsewhere } from "#core/delivery/delivery.ts";
import type { StoredHook } from "#core/store/store.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import { ownerPlace } from "./owner-place.ts";

/** Tells whose hook it is that a delivery was given up: the first of a row, so that a flood is one message. */
export async function hookFailed(
  deps: Pick<OrchestratorDeps, "store">,
  scene: Scene,
  hook: StoredHook,
  { say: because, hint, code }: NexusError,
): Promise<Elsewhere[]> {
  const { org, turnId } = scene.turn;
  const before = await deps.store.forOrg(org).hooks.deliveries(hook.id, LOOK_BACK);
  const last = before.find(({ state }) => state === "dead" || state === "done");
  const to = last?.state === "dead" ? undefined : await ownerPlace(deps, org, hook.plan);
  if (to === undefined) return [];
  const retry = scene.composer
    .at(to.conversation)
    .button("Try Again", { verb: "say", text: `retry hook ${hook.code}` });
  const words = `Something that came to the hook “${inert(hook.plan.title)}” could not be done: ${inert(because)} ${inert(hint)}`;
  const how = `Kept for 7 days · \`hooks dead\` shows it · ${code} · ref ${turnReference(turnId)}`;
  const reply = alone(say(words, [retry], [{ type: "context", markdown: how }]));
  return [{ actor: { ...to.actor, ...scene.asker }, conversation: to.conversation, reply }];
}

const LOOK_BACK = 20;
