import type { ProposalId } from "#core/contract/ids.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { BuildSource } from "#core/contract/build-source.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import type { Proposal } from "#core/evolution/curriculum/curriculum.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { personName } from "#core/orchestrator/record/audit-names.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import { openBuild } from "./build-open.ts";
import { proposalDetails, standingOf } from "./proposal-card.ts";
import { proposalCards } from "./proposal-cards.ts";
import { proposalFacts } from "./proposal-facts.ts";

/** What can be done about a proposal. */
export type ProposalDeed = "build" | "not_now" | "never" | "details";

/** A pressed button of a proposal. Whoever presses is held to what they may do at that moment. */
export async function onProposalPress(
  deps: OrchestratorDeps,
  scene: Scene,
  press: { readonly proposal: ProposalId; readonly do: ProposalDeed },
): Promise<Outcome> {
  const proposal = await deps.curriculum.get(scene.turn.org, press.proposal);
  if (proposal === undefined) throw new NexusError("proposal_unknown", `no proposal ${press.proposal} in this org`);
  return decideOn(deps, scene, proposal, press.do);
}

/**
 * Does what somebody wants done about a proposal.
 * @param from where its API is described, for a build that needs to be told
 * @throws NexusError not_allowed | channel_closed | too_many_requests
 */
export async function decideOn(
  deps: OrchestratorDeps,
  scene: Scene,
  proposal: Proposal,
  deed: ProposalDeed,
  from?: BuildSource,
): Promise<Outcome & { readonly build?: Build }> {
  switch (deed) {
    case "details": {
      await requirePermission(deps, scene, "proposal.read");
      // In a channel this is shown to them alone; of what only they may open it tells them more than its card does.
      const facts = await proposalFacts(deps, scene, proposal, scene.person, scene.conversation);
      return { replies: [proposalDetails(scene.composer, proposal, facts)] };
    }
    case "not_now":
    case "never":
      return putAway(deps, scene, proposal, deed);
    case "build":
      return build(deps, scene, proposal, from);
    default:
      return deed satisfies never;
  }
}

async function putAway(
  deps: OrchestratorDeps,
  scene: Scene,
  proposal: Proposal,
  as: "not_now" | "never",
): Promise<Outcome> {
  await requirePermission(deps, scene, "proposal.decide");
  const isOpen = proposal.state === "open" || (proposal.state === "not_now" && as === "never");
  if (!isOpen) return already(deps, scene, proposal);
  const after = decided(scene, proposal, as);
  return {
    replies: [alone(say(`${inert(proposal.label)}: ${standingOf(after, undefined)}`))],
    elsewhere: await proposalCards(deps, scene, after),
    audit: [audited(scene, proposal, as)],
    commit: (inside) => decideOnce(deps, inside, scene, proposal, as),
  };
}

async function build(
  deps: OrchestratorDeps,
  scene: Scene,
  proposal: Proposal,
  from: BuildSource | undefined,
): Promise<Outcome & { readonly build?: Build }> {
  await requirePermission(deps, scene, "module.build");
  if (proposal.state !== "open" && proposal.state !== "not_now") return already(deps, scene, proposal);
  const source = from ?? (await deps.curriculum.sourceOf(proposal));
  if (source === undefined) {
    const { remedy, code } = proposal;
    const whose = remedy.kind === "known" ? `of ${inert(remedy.title)}'s API` : "of the API that knows it";
    const words = `I need the document ${whose} first. Say \`build proposal ${code} from\` and its address.`;
    return { replies: [alone(say(words))] };
  }
  const opened = await openBuild(deps, scene, { need: proposal.label, source, proposal: proposal.id });
  if (opened.commit === undefined) return opened;
  return {
    ...opened,
    elsewhere: [
      ...(opened.elsewhere ?? []),
      ...(await proposalCards(deps, scene, decided(scene, proposal, "building"))),
    ],
    audit: [...(opened.audit ?? []), audited(scene, proposal, "building")],
    commit: async (inside) => {
      await decideOnce(deps, inside, scene, proposal, "building");
      await opened.commit?.(inside);
    },
  };
}

/** Somebody else may have decided meanwhile: then the turn is tried again, and says so. */
async function decideOnce(
  { curriculum }: Pick<OrchestratorDeps, "curriculum">,
  inside: Parameters<NonNullable<Outcome["commit"]>>[0],
  { person }: Scene,
  proposal: Proposal,
  as: "not_now" | "never" | "building",
): Promise<void> {
  if (await curriculum.decideIn(inside, proposal, as, person)) return;
  throw new NexusError("internal", `proposal ${proposal.id} changed while it was decided on`);
}

async function already(deps: OrchestratorDeps, { turn }: Scene, proposal: Proposal): Promise<Outcome> {
  const { by } = proposal.decided ?? {};
  const name = by === undefined ? undefined : await personName(deps, turn.org, by);
  return { replies: [alone(say(`That is decided already. ${standingOf(proposal, name)}`))] };
}

function decided({ person, now }: Scene, proposal: Proposal, state: Proposal["state"]): Proposal {
  return { ...proposal, state, decided: { at: now, by: person } };
}

function audited(scene: Scene, { id, code }: Proposal, as: string): NonNullable<Outcome["audit"]>[number] {
  return {
    act: "proposal.decided",
    outcome: "done",
    actor: actorOf(scene),
    right: as === "building" ? "module.build" : "proposal.decide",
    subject: { kind: "proposal", id },
    // Its words may go with whoever asked; what is recorded here stays.
    detail: { code, as },
  };
}
