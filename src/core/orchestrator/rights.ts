import { NexusError } from "#core/contract/errors.ts";
import { includesRole, type Role } from "#core/contract/gate.ts";
import { whoMay } from "./gate-card.ts";
import type { OrchestratorDeps, Scene } from "./scene.ts";

/**
 * Holds a person to the role that something needs.
 * @param what what is refused, as in “connect sources here”
 * @throws NexusError not_allowed
 */
export async function requireRole(
  deps: Pick<OrchestratorDeps, "roles">,
  scene: Pick<Scene, "turn" | "person">,
  needs: Role,
  what: string,
): Promise<void> {
  const has = await deps.roles.roleOf(scene.turn.org, scene.person);
  if (includesRole(has, needs)) return;
  throw new NexusError("not_allowed", `a ${has} wants to ${what}`, {
    say: `Only ${whoMay(needs)} can ${what}, and you are ${aRole(has)}.`,
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
  admin: "you can ask and approve, connect sources, and say who is an operator",
  owner: "you can do everything here, and say who may do what",
};
