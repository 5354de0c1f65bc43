import type { Inbound } from "#core/contract/message.ts";
import type { RoutingConfig } from "#core/contract/programs/routing.ts";
import type { Decision } from "#core/lidm/reflex.ts";
import type { OrchestratorDeps, Scene } from "./scene.ts";

/** What the reflex tier makes of a message of this person, here and now. */
export async function decide(
  deps: OrchestratorDeps,
  scene: Scene,
  message: Pick<Extract<Inbound, { kind: "message" }>, "text" | "attachments">,
  routing: RoutingConfig,
): Promise<Decision> {
  const { state, turn } = scene;
  const reflex = await deps.learning.reflexOf(turn.org, turn.signal);
  return reflex.decide(message.text, {
    now: scene.now,
    timeZone: scene.asker.timeZone,
    locale: scene.asker.locale,
    files: message.attachments.map(({ name }) => name),
    remembered: { ...scene.remembered },
    routing,
    ...(state.last && { last: state.last }),
    ...(state.pending && { pending: state.pending }),
  });
}
