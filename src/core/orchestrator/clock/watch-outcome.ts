import { NexusError } from "#core/contract/errors.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Looked, StoredWatch } from "#core/store/store.ts";
import type { Outcome, Scene } from "#core/orchestrator/scene.ts";

/** A look has an order of its own; what it tells belongs to the place it is told in. */
export function telling(scene: Scene, { plan }: StoredWatch, reply: Reply): Pick<Outcome, "replies" | "elsewhere"> {
  const actor = { ...scene.actor, ...scene.asker };
  return { replies: [], elsewhere: [{ conversation: plan.place, actor, reply }] };
}

/** Writes down what a look came to, in the commit of its turn. @throws NexusError internal when another was first */
export function writing(
  { turn: { org } }: Pick<Scene, "turn">,
  watch: StoredWatch,
  looked: Looked,
): NonNullable<Outcome["commit"]> {
  return async (inside) => {
    if (await inside.forOrg(org).watches.looked(watch, watch.nextAt, looked)) return;
    throw new NexusError("internal", `watch ${watch.id} was looked at twice, or changed meanwhile`);
  };
}

/** Why a watch goes on no more, without its owner having said so. */
export type EndedBy = "left" | "time" | "over" | "failing";
