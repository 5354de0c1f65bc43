import type { Gate } from "#core/approval/approval.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { InstallSubject } from "#core/orchestrator/approvals/install-subject.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

/** The turn in which whoever asked for it first is told that it is there, where they asked; undefined where nobody did. */
export async function toFirstAsker(
  deps: OrchestratorDeps,
  { turn, now }: Scene,
  gate: Gate,
  subject: InstallSubject,
): Promise<Inbound | undefined> {
  const asked = await firstAsk(deps, turn.org, subject);
  if (asked === undefined || (await deps.roles.standing(turn.org, asked.person)).hasLeft) return undefined;
  return {
    kind: "due",
    what: "installed",
    id: gate.id,
    dedupeKeys: [`installed:${gate.id}`],
    sentAtMs: now.getTime(),
    // What they are to their platform by now is asked there; nothing is taken from what once was.
    actor: { ...asked.actor, affiliation: "unknown", platformRoleIds: [] },
    conversation: asked.conversation,
    // Where answers reply to messages, this one is a reply to what they had asked.
    ...(asked.message && { source: asked.message }),
  };
}

/** Who asked for it first and in vain, where and when; undefined where nobody did. */
export async function firstAsk(deps: OrchestratorDeps, org: OrgId, { build: id }: InstallSubject) {
  const build = await deps.builds.get(org, id);
  return build?.proposal === undefined ? undefined : deps.curriculum.firstAsk(org, build.proposal);
}
