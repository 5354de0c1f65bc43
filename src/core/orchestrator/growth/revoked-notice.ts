import { Sha256 } from "#core/contract/ids.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** A module that ran here was taken back by whoever published it: admins are told what runs in its place. */
export async function onRevoked(deps: OrchestratorDeps, scene: Scene, id: string): Promise<Outcome> {
  const sha256 = Sha256.parse(id);
  const own = deps.store.forOrg(scene.turn.org);
  const why = await own.moduleRevocations.why(sha256);
  const bundle = await own.moduleBundles.get(sha256);
  if (why === undefined || bundle === undefined) return { replies: [] };
  const now = deps.registry.modules(scene.turn.org).find(({ manifest }) => manifest.name === bundle.module);
  const after =
    now === undefined
      ? "It is gone here; what people kept with it is kept for an undo."
      : `Version ${now.manifest.version} is back in its place.`;
  const summary = `${bundle.module} ${bundle.version} was taken back by its publisher: ${inert(why)}. ${after}`;
  return { replies: [say(summary)] };
}
