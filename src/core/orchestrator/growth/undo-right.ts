import { NexusError } from "#core/contract/errors.ts";
import { ModuleName } from "#core/contract/ids.ts";
import { channelOf } from "#core/contract/message.ts";
import type { Permission } from "#core/contract/permission.ts";
import { personRef } from "#core/contract/principal.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import { findModule } from "#core/orchestrator/runs/modules-switch.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

/**
 * Holds a wish to change which modules there are to the right it takes, and to the channel it comes from.
 * @throws NexusError not_allowed | channel_closed
 */
export async function mayChangeHere(
  deps: OrchestratorDeps,
  scene: Scene,
  permission: Extract<Permission, `module.${string}`>,
  module: ModuleName,
): Promise<void> {
  await requirePermission(deps, scene, permission);
  const { org, turnId } = scene.turn;
  const channel = channelOf(scene.conversation);
  if ((await deps.rights.channelPolicyOf(org, channel)).installs) return;
  await deps.audit.record(org, {
    act: "right.refused",
    outcome: "refused",
    actor: personRef(scene.person),
    right: permission,
    subject: { kind: "module", id: module },
    turn: turnId,
    detail: { because: "channel", channel },
  });
  throw new NexusError("channel_closed", `modules are not changed from ${channel}`, {
    say: "Modules are not changed from this channel.",
  });
}

/**
 * The module that is meant by what somebody typed: by its name or title, whether it is here now or was taken away.
 * @throws NexusError module_unknown
 */
export function meantModule(deps: OrchestratorDeps, scene: Scene, typed: string): ModuleName {
  const here = findModule(deps, scene.turn.org, typed)?.manifest.name;
  const dashed = typed.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const name = here ?? ModuleName.safeParse(dashed).data;
  if (name !== undefined) return name;
  throw new NexusError("module_unknown", "no such module", { say: "I know no module by that name. Say `modules`." });
}
