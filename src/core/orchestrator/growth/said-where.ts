import type { UnmetIntent } from "#core/store/store.ts";
import type { Scene } from "#core/orchestrator/scene.ts";

/** Where somebody said something, and the message itself where there is one that others could open. */
export function saidWhere({ turn, actor, conversation }: Scene): NonNullable<UnmetIntent["said"]> {
  // A press names the message it hung on, which is ours.
  const message = turn.inbound.kind === "message" ? turn.inbound.source : undefined;
  return { turn: turn.turnId, actor, place: conversation, ...(message && { message }) };
}
