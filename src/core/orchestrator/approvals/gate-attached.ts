import type { Gate } from "#core/approval/approval.ts";
import { GateId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import { onlyIfStill, redrawn } from "./gate-places.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** What is to be read before a request is decided has been shown: from now on it can be approved, and its card says so. */
export async function onGateAttached(
  deps: OrchestratorDeps,
  scene: Scene,
  inbound: Extract<Inbound, { kind: "due" }>,
): Promise<Outcome> {
  const { org } = scene.turn;
  const gate = await deps.approval.get(org, GateId.parse(inbound.id));
  if (gate?.state !== "open" || gate.attachedAt !== undefined) return { replies: [] };
  const after: Gate = { ...gate, attachedAt: scene.now };
  const isStill = onlyIfStill(org, gate);
  return {
    replies: [],
    elsewhere: await redrawn(deps, org, after),
    async commit(inside) {
      await isStill(inside);
      await inside.forOrg(org).gates.attached(gate.id, scene.now);
    },
  };
}
