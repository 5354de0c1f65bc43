import type { ProposalId } from "#core/contract/ids.ts";
import type { BuildSource } from "#core/contract/build-source.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { buildCard } from "./build-card.ts";
import { standing } from "./build-words.ts";
import { requireBuilding } from "./may-build.ts";

/** What is to be built, for whoever's turn it is. */
export interface BuildAsk {
  readonly need: string;
  readonly source: BuildSource;
  readonly proposal?: ProposalId;
}

/**
 * Begins a build with the commit of this turn, and answers with its checklist. What is being built already is shown
 * instead.
 * @throws NexusError not_allowed | channel_closed | too_many_requests
 */
export async function openBuild(
  deps: OrchestratorDeps,
  scene: Scene,
  ask: BuildAsk,
): Promise<Outcome & { readonly build: Build }> {
  await requireBuilding(deps, scene);
  const { turn, person, actor, conversation, composer } = scene;
  const { build, isNew, commit } = await deps.builds.open({
    org: turn.org,
    turn: turn.turnId,
    author: person,
    actor,
    conversation,
    by: actorOf(scene),
    ...ask,
  });
  if (!isNew) {
    const see = composer.button("Show It", { verb: "bld", build: build.id, do: "show" });
    return { build, replies: [say(`That is being built already. ${standing(build)}`, [see])] };
  }
  return {
    build,
    // Everybody sees what is being built here, and it is redrawn where it stands.
    replies: [buildCard(composer, build)],
    commit,
    afterwards: async () => deps.builds.wake(),
  };
}
