import type { OrgId } from "#core/contract/ids.ts";
import type { Actor, Conversation } from "#core/contract/message.ts";
import type { SchedulePlan } from "#core/contract/schedule.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

/** Where somebody alone can be told something. */
export interface AlonePlace {
  readonly actor: Actor;
  readonly conversation: Conversation;
}

/** Where whoever set a schedule up can be told something alone; undefined where they have never spoken to NEXUS so. */
export async function ownerPlace(
  deps: Pick<OrchestratorDeps, "store">,
  org: OrgId,
  { actor, place }: Pick<SchedulePlan, "actor" | "place">,
): Promise<AlonePlace | undefined> {
  // A mail cannot be answered, and its address may be gone.
  if (place.audience === "just_me" && place.platform !== "email") return { actor, conversation: place };
  return privatePlaceOf(deps, org, actor);
}

/** Where somebody has last spoken with NEXUS alone, on the same platform: not in the thread of what that was about. */
export async function privatePlaceOf(
  { store }: Pick<OrchestratorDeps, "store">,
  org: OrgId,
  actor: Actor,
): Promise<AlonePlace | undefined> {
  const places = await store.meteringUpkeep.privatePlaces(org, [actor.id]);
  const found = places.find(
    ({ conversation: { platform, tenantId } }) => platform === actor.platform && tenantId === actor.tenantId,
  );
  return found && { actor, conversation: found.conversation };
}
