import { NexusError } from "#core/contract/errors.ts";
import type { Role } from "#core/contract/gate.ts";
import { MATRIX, type Permission, PERMISSIONS, whoMay } from "#core/contract/permission.ts";
import { personRef } from "#core/contract/principal.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

/**
 * Holds a person to a permission, by the role they have now. A refusal is audited.
 * @param why what to say of a refusal, where there is more to say than who may do such things
 * @throws NexusError not_allowed
 */
export async function requirePermission(
  deps: Pick<OrchestratorDeps, "roles" | "audit">,
  scene: Pick<Scene, "turn" | "person">,
  permission: Permission,
  why?: string,
): Promise<void> {
  const { org, turnId } = scene.turn;
  const { role, hasLeft } = await deps.roles.standing(org, scene.person);
  if (!hasLeft && MATRIX[role].has(permission)) return;
  const { least, what } = PERMISSIONS[permission];
  await deps.audit.record(org, {
    act: "right.refused",
    outcome: "refused",
    actor: personRef(scene.person),
    right: permission,
    subject: { kind: "permission", id: permission },
    turn: turnId,
    detail: { role, because: hasLeft ? "left" : "role" },
  });
  throw new NexusError("not_allowed", `a ${role} wants ${permission}`, {
    say: why ?? `Only ${whoMay(least)} can ${what}, and you are ${aRole(role)}.`,
    hint: "Ask one of them: `roles` says who they are.",
  });
}

/** A role with its article: “an operator”. */
export function aRole(role: Role): string {
  return `${/^[ao]/.test(role) ? "an" : "a"} ${role}`;
}

/** What each role may do, in words, as one who has it is told. */
export const ALLOWS: Readonly<Record<Role, string>> = {
  viewer: "you can ask me anything, and ask for what others must agree to",
  operator: "you can ask me anything, and approve what changes something",
  admin: "you can ask and approve, connect sources, say what channels allow, and say who is an operator",
  owner: "you can do everything here, and say who may do what",
};
