import type { OrgId } from "#core/contract/ids.ts";
import type { Actor, Conversation } from "#core/contract/message.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

/** Where a proposal is put to people, and in whose name it is posted. */
export interface ProposalPlace {
  readonly actor: Actor;
  readonly conversation: Conversation;
}

/** The channel in which approvals are decided, else each operator by themselves: those who have spoken to NEXUS alone. */
export async function proposalPlaces(
  { store, roles }: Pick<OrchestratorDeps, "store" | "roles">,
  org: OrgId,
): Promise<readonly ProposalPlace[]> {
  const operators = await roles.withRole(org, "operator");
  // Whoever is at the terminal of the machine that runs NEXUS owns that org.
  const isConsole = (await store.people.orgOf("console", "local")) === org;
  const ids = isConsole ? undefined : operators.map(({ externalId }) => externalId);
  const alone = ids?.length === 0 ? [] : await store.meteringUpkeep.privatePlaces(org, ids);
  const channel = await store.forOrg(org).gates.channel();
  if (channel === undefined) return alone;
  const [operator] = operators;
  const { platform, tenantId } = channel;
  const there = alone.find(({ actor }) => actor.platform === platform)?.actor;
  const named: Actor | undefined = operator && {
    platform,
    tenantId,
    id: operator.externalId,
    displayName: operator.displayName,
    affiliation: "member",
    platformRoleIds: [],
  };
  const actor = there ?? named;
  return actor === undefined ? alone : [{ actor, conversation: channel }];
}
