import { channelOf } from "#core/contract/message.ts";
import { NexusError } from "#core/contract/errors.ts";
import { MATRIX, whoMay } from "#core/contract/permission.ts";
import { refusedEntry } from "#core/orchestrator/acting.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/**
 * Holds whoever would have something built or installed to their role and to the channel they ask from.
 * @throws NexusError not_allowed | channel_closed
 */
export async function requireBuilding(deps: OrchestratorDeps, scene: Scene): Promise<void> {
  await requirePermission(deps, scene, "module.build");
  const { org } = scene.turn;
  const channel = channelOf(scene.conversation);
  if ((await deps.rights.channelPolicyOf(org, channel)).installs) return;
  throw new NexusError("channel_closed", `modules are not built from ${channel}`, {
    say: "Modules are neither built nor installed from this channel.",
    right: "module.build",
  });
}

/** What is answered to somebody who may not have modules built: their wish is noted, and who could is named. */
export async function onlyAWish(deps: OrchestratorDeps, scene: Scene, text: string): Promise<Outcome | undefined> {
  const { org, turnId } = scene.turn;
  const { role, hasLeft } = await deps.roles.standing(org, scene.person);
  if (!hasLeft && MATRIX[role].has("module.build")) return undefined;
  const able = await deps.roles.withRole(org, "operator");
  const names = able.slice(0, MOST_NAMES).map(({ displayName }) => inert(displayName));
  const who = names.length === 0 ? `Ask one of the ${whoMay("operator")}` : `${names.join(", ")} can have it built`;
  return {
    replies: [
      errorReply(
        "not_allowed",
        `Only ${whoMay("operator")} can have modules built. I noted your wish.`,
        `${who}: \`roles\` says who may do what.`,
        turnId,
      ),
    ],
    unmet: { text, reason: "asked for a module, and may not have one built" },
    audit: [refusedEntry(scene, "module.build", { kind: "permission", id: "module.build" }, "not_allowed")],
  };
}

const MOST_NAMES = 5;
