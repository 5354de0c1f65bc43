import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { MATRIX } from "#core/contract/permission.ts";
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
  schedule: Pick<StoredSchedule, "person">,
): Promise<"schedule.own" | "schedule.manage"> {
  const right = schedule.person === scene.person ? "schedule.own" : "schedule.manage";
  await requirePermission(deps, scene, right);
  return right;
}
