import type { Gate } from "#core/approval/approval.ts";
import type { OrgId } from "#core/contract/ids.ts";
import { channelOf } from "#core/contract/message.ts";
import { MATRIX } from "#core/contract/permission.ts";
import { Subject } from "./gate-subject.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

type Deps = Pick<OrchestratorDeps, "registry" | "store" | "rights" | "roles">;

/**
 * Why whoever asked for something may not have it done any more, where they asked: they left, or lost a right since.
 * Undefined when they may.
 */
export async function authorLacks(deps: Deps, org: OrgId, gate: Gate): Promise<string | undefined> {
  const channel = channelOf(gate.conversation);
  if ((await deps.roles.standing(org, gate.author)).hasLeft) return "whoever asked for it is no longer a member here.";
  const subject = Subject.parse(gate.subject);
  switch (subject.kind) {
    case "module": {
      const { installs } = await deps.rights.channelPolicyOf(org, channel);
      return installs ? undefined : "the channel it was asked for in no longer lets modules be switched.";
    }
    case "install": {
      const role = await deps.roles.roleOf(org, gate.author);
      if (!MATRIX[role].has("module.build")) return "whoever asked for it may not have modules built any more.";
      const { installs } = await deps.rights.channelPolicyOf(org, channel);
      return installs ? undefined : "the channel it was asked for in no longer lets modules be installed.";
    }
    case "quota":
      return undefined;
    case "effect": {
      const manifest = deps.registry.modules(org).find((module) => module.manifest.name === subject.module)?.manifest;
      const capability = manifest?.capabilities.find(({ name }) => name === subject.capability);
      if (manifest === undefined || capability === undefined) return undefined; // it is gone, which is said otherwise
      const verdict = await deps.rights.mayUse({ org, person: gate.author, channel, manifest, capability });
      return verdict.allowed ? undefined : `whoever asked for it may not any more: ${inert(verdict.say)}`;
    }
    default:
      return subject satisfies never;
  }
}

/** Asks the platform who the author is to it by now: they do not act at this moment, so no event says so. */
export async function seeAuthor(
  deps: Pick<OrchestratorDeps, "lookUp" | "store">,
  { turn, now }: Scene,
  gate: Gate,
): Promise<void> {
  const actor = await deps.lookUp(gate.authorActor, turn.signal);
  if (actor === gate.authorActor) return; // nobody could be asked: what was last seen counts
  await deps.store.forOrg(turn.org).memberships.saw(gate.author, actor, now);
}
