import type { Elsewhere } from "#core/delivery/delivery.ts";
import type { Proposal } from "#core/evolution/curriculum/curriculum.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { proposalCard } from "./proposal-card.ts";
import { proposalFacts } from "./proposal-facts.ts";

/** The cards of a proposal as they are to look now, wherever they were posted. */
export async function proposalCards(deps: OrchestratorDeps, scene: Scene, proposal: Proposal): Promise<Elsewhere[]> {
  const { org } = scene.turn;
  const row = await deps.store.forOrg(org).proposals.get(proposal.id);
  if (row?.cardTurn === undefined) return [];
  const cards = await deps.store.outbox.postedBy(org, row.cardTurn);
  const elsewhere: Elsewhere[] = [];
  for (const { id, conversation, actor } of cards) {
    const facts = await proposalFacts(deps, scene, proposal, undefined, conversation);
    const reply = proposalCard(scene.composer.at(conversation), proposal, facts);
    elsewhere.push({ conversation, actor, reply, edits: id });
  }
  return elsewhere;
}
