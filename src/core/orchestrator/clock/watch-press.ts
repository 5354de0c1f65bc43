import { NexusError } from "#core/contract/errors.ts";
import type { Meaning } from "#core/orchestrator/meaning.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { beginAgain, endOne, renewOne, showOne } from "./watches-command.ts";
import { offerWatch } from "./watch-offer.ts";

/** A button of a watch. Only its person may press it. @throws NexusError action_expired | not_allowed */
export async function onWatchPress(
  deps: OrchestratorDeps,
  scene: Scene,
  press: Extract<Meaning, { verb: "wat" }>,
): Promise<Outcome> {
  if (press.do === "plan") {
    if (press.draft === undefined)
      throw new NexusError("action_expired", "a watch's button without what it would watch");
    return offerWatch(deps, scene, press.draft);
  }
  const watch = press.watch && (await deps.store.forOrg(scene.turn.org).watches.get(press.watch));
  if (watch === undefined) throw new NexusError("action_expired", "no such watch in this org");
  if (watch.person !== scene.person) {
    throw new NexusError("not_allowed", "somebody else's watch", {
      say: "That is somebody else's watch.",
      hint: "Say `tell me when` and what for, for one of your own.",
      right: "a watch of one's own",
    });
  }
  switch (press.do) {
    case "show":
      return showOne(scene, watch);
    case "end":
      return endOne(deps, scene, watch);
    case "renew":
      return renewOne(deps, scene, watch);
    case "again":
      return beginAgain(deps, scene, watch);
    default:
      return press.do satisfies never;
  }
}
