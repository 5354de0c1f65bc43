import { isOutsider } from "#core/orchestrator/people/outsider.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import { ownerOf, type ScheduleOwner } from "./briefing/briefed.ts";

/**
 * Whose it is, as their platform and this org know them now; undefined when they are no member any more.
 * @throws NexusError retryable when their platform cannot be asked now
 */
export async function seeOwner(
  deps: OrchestratorDeps,
  scene: Scene,
  { plan }: Pick<StoredSchedule, "plan">,
): Promise<ScheduleOwner | undefined> {
  const seen = await deps.lookUp(plan.actor, scene.turn.signal);
  const owner = await ownerOf(deps, scene, plan);
  if (seen === plan.actor) return owner.hasLeft || isOutsider(seen) ? undefined : owner; // nobody could be asked
  await deps.store.forOrg(scene.turn.org).memberships.saw(owner.person, seen, scene.now);
  const now = await ownerOf(deps, scene, plan);
  return now.hasLeft || isOutsider(seen) ? undefined : now;
}
