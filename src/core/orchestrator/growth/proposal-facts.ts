import type { Conversation } from "#core/contract/message.ts";
import type { PersonId } from "#core/contract/ids.ts";
import type { Proposal } from "#core/evolution/curriculum/curriculum.ts";
import { personName } from "#core/orchestrator/record/audit-names.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { ProposalFacts } from "./proposal-card.ts";

const DAY_MS = 24 * 60 * 60_000;
const LOOK_BACK_DAYS = 30;

/** @param viewer who alone reads it; undefined when everybody in the place does */
export async function proposalFacts(
  deps: OrchestratorDeps,
  scene: Scene,
  proposal: Proposal,
  viewer: PersonId | undefined,
  where: Conversation,
): Promise<ProposalFacts> {
  const by = proposal.decided?.by;
  const decidedBy = by === undefined ? undefined : await personName(deps, scene.turn.org, by);
  return {
    evidence: await deps.curriculum.evidence(proposal, viewer, where, scene.turn.signal),
    unitsPerCall: await unitsPerCall(deps, scene),
    ...(decidedBy !== undefined && { decidedBy }),
  };
}

/** What a run of a module took here on average of late. */
async function unitsPerCall({ metering }: OrchestratorDeps, { turn }: Scene): Promise<number | undefined> {
  const to = metering.today().day;
  const from = new Date(Date.parse(to) - LOOK_BACK_DAYS * DAY_MS).toISOString().slice(0, 10);
  const lines = await metering.usage(turn.org, { from, to, by: "module" });
  const uses = lines.reduce((sum, line) => sum + line.uses, 0);
  if (uses === 0) return undefined;
  return Number((lines.reduce((sum, line) => sum + line.units, 0) / uses).toFixed(2));
}
