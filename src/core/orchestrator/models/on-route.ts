import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import { explainRoute } from "./route-explain.ts";
import { trialWords } from "./routing-trial.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { RouteCommand } from "./route-command.ts";

/** Says who would answer, and what was learned of that; takes the last lesson back. */
export async function onRouteCommand(deps: OrchestratorDeps, scene: Scene, command: RouteCommand): Promise<Outcome> {
  switch (command.do) {
    case "explain":
      return { replies: [{ ...(await explainRoute(deps, scene, command.text)), visibility: "only_actor" }] };
    case "how":
      return { replies: [{ ...say(HOW), visibility: "only_actor" }] };
    case "learned": {
      await requirePermission(deps, scene, "routing.read");
      const [line] = deps.learning.status();
      const learned = line === undefined ? NOTHING_LEARNED : `I have learned ${line.detail}.`;
      const trial = await trialWords(deps.store.forOrg(scene.turn.org));
      return { replies: [say([learned, ...(trial === undefined ? [] : [trial])].join(" "))] };
    }
    case "unlearn":
      return unlearn(deps, scene);
    default:
      return command satisfies never;
  }
}

const HOW =
  "Say `route explain` and a sentence, as in `route explain will it rain tomorrow`: I say who would answer it, why, and what it would cost at most. Nothing is run.";
const NOTHING_LEARNED =
  "I have learned nothing yet. I learn once a day, from the choices people press and from what they call helpful.";

async function unlearn(deps: OrchestratorDeps, scene: Scene): Promise<Outcome> {
  await requirePermission(deps, scene, "routing.manage");
  if (!(await deps.learning.stepBack(scene.turn.org))) return { replies: [say("There is no lesson to take back.")] };
  const entry = {
    act: "routing.changed",
    outcome: "done",
    actor: actorOf(scene),
    right: "routing.manage",
    subject: { kind: "routing", id: "learned" },
    detail: { learned: "the lesson before" },
  } as const;
  return { replies: [say("I took the last lesson back: I am as sure as before it.")], audit: [entry] };
}
