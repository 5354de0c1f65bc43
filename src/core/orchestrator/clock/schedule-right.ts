import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { MATRIX, PERMISSIONS, whoMay } from "#core/contract/permission.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { StoredSchedule } from "#core/store/store.ts";

/** Whether somebody may change a schedule: whose it is, or whoever may change everybody's. */
export async function mayChangeSchedule(
  { roles }: Pick<OrchestratorDeps, "roles">,
  { turn, person }: Pick<Scene, "turn" | "person">,
  schedule: Pick<StoredSchedule, "person">,
): Promise<boolean> {
  const { role, hasLeft } = await roles.standing(turn.org, person);
  return !hasLeft && MATRIX[role].has(schedule.person === person ? "schedule.own" : "schedule.manage");
}

/**
 * Holds a person to that right. A refusal is audited. @returns the right, as the audit names it
 * @throws NexusError not_allowed
 */
export async function requireChangeSchedule(
  deps: Pick<OrchestratorDeps, "roles" | "audit">,
  scene: Pick<Scene, "turn" | "person">,
  schedule: Pick<StoredSchedule, "person" | "plan">,
): Promise<"schedule.own" | "schedule.manage"> {
  if (schedule.person === scene.person) {
    await requirePermission(deps, scene, "schedule.own");
    return "schedule.own";
  }
  const { title, actor, place } = schedule.plan;
  // What somebody keeps to themselves is not named to others.
  const whose =
    place.audience === "just_me" ? "That is somebody's own" : `“${inert(title)}” is ${inert(actor.displayName)}'s`;
  const may = whoMay(PERMISSIONS["schedule.manage"].least);
  await requirePermission(deps, scene, "schedule.manage", `${whose}, so only they, ${may} can change it.`);
  return "schedule.manage";
}
