import type { Reply } from "#core/contract/reply.ts";
import type { Elsewhere } from "#core/delivery/delivery.ts";
import type { Composer } from "#core/orchestrator/compose.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import { ownerPlace } from "./owner-place.ts";

/** Draws what somebody is told, with buttons for the place it goes to. */
export type Draw = (composer: Composer) => Reply;

/** To whoever set it up, alone: where they speak with NEXUS, else unseen by others in its place. */
export async function toldAlone(
  deps: Pick<OrchestratorDeps, "store">,
  scene: Scene,
  { plan }: StoredSchedule,
  draw: Draw | undefined,
): Promise<Elsewhere[]> {
  if (draw === undefined) return [];
  const { actor, conversation } = (await ownerPlace(deps, scene.turn.org, plan)) ?? {
    actor: plan.actor,
    conversation: plan.place,
  };
  if (conversation.platform === "email") return [];
  const reply = alone(draw(scene.composer.at(conversation)));
  return [{ actor: { ...actor, ...scene.asker }, conversation, reply }];
}
