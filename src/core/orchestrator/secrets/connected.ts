import { connectedReply } from "./connect-key.ts";
import { findCredential } from "./connect.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** Tells a person where they asked what came of the page they were sent to. */
export async function onConnected(deps: OrchestratorDeps, scene: Scene, id: string): Promise<Outcome> {
  const link = await deps.store.connectLinks.byId(scene.turn.org, id);
  if (link?.outcome === undefined) return { replies: [] };
  const source = findCredential(deps, scene.turn.org, link.module, link.credential);
  return { replies: source === undefined ? [] : [connectedReply(scene, source, link.outcome)] };
}
