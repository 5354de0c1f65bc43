import { ProposalId } from "#core/contract/ids.ts";
import type { Elsewhere } from "#core/delivery/delivery.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { proposalCard } from "./proposal-card.ts";
import { proposalFacts } from "./proposal-facts.ts";
import { proposalPlaces } from "./proposal-places.ts";

/** Puts a proposal to those who decide: one card for each place. It starts nothing. */
export async function onProposal(deps: OrchestratorDeps, scene: Scene, id: string): Promise<Outcome> {
  const { org, turnId } = scene.turn;
  const proposal = await deps.curriculum.get(org, ProposalId.parse(id));
  if (proposal?.state !== "open") return { replies: [] };
  const elsewhere: Elsewhere[] = [];
  for (const { actor, conversation } of await proposalPlaces(deps, org)) {
    // Alone with an operator nobody else reads, but who that is may change until it is shown: what all may know is shown.
    const facts = await proposalFacts(deps, scene, proposal, undefined, conversation);
    elsewhere.push({ actor, conversation, reply: proposalCard(scene.composer.at(conversation), proposal, facts) });
  }
  return {
    replies: [],
    elsewhere,
    commit: (inside) => inside.forOrg(org).proposals.posted(proposal.id, turnId),
  };
}
