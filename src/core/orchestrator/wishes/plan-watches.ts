import { readClause } from "#core/clock/watches/condition.ts";
import { say } from "#core/orchestrator/compose.ts";
import { offerWatch } from "#core/orchestrator/clock/watch-offer.ts";
import { findWatched } from "#core/orchestrator/clock/watch-find.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { findCapability } from "#core/orchestrator/runs/use.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";
import { alone } from "./plan-offer.ts";
import type { WatchWish } from "./wish.ts";

/**
 * Plans to tell somebody when something is so: what would tell it is found as for a question of theirs, asked once, and
 * what it answers now is what the condition is held against. Undefined where nothing here could tell.
 */
export async function planWatch(
  deps: OrchestratorDeps,
  scene: Scene,
  { clause, often }: WatchWish,
): Promise<Outcome | undefined> {
  const reading = readClause(clause);
  if (reading === undefined) return undefined;
  const found = await findWatched(deps, scene, reading.questions);
  switch (found.is) {
    case "sure":
      return offerWatch(deps, scene, { clause, often, ...found.use });
    case "ask": {
      const how = `Say it with that, as in \`tell me when ${inert(clause)} …\`.`;
      return { replies: [alone(say(`${inert(found.question)} ${how}`))] };
    }
    case "unsure": {
      const actions = found.choices.map(({ module, capability, input, title }) => {
        const { manifest } = findCapability(deps, scene.turn.org, { module, capability, input });
        const draft = { clause, often, module, capability, input };
        return scene.composer.button(titleCase(`${manifest.title}: ${title}`), { verb: "wat", do: "plan", draft });
      });
      const question = `What shall I look at, to tell you when ${inert(clause)}?`;
      return { replies: [alone(say(question, actions))] };
    }
    case "none":
      return undefined;
    default:
      return found satisfies never;
  }
}
