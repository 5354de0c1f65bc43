import type { Gate } from "#core/approval/approval.ts";
import { GateId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Elsewhere } from "#core/delivery/delivery.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import { outcomeOf } from "./gate-card.ts";
import { redrawn, toAuthor } from "./gate-places.ts";
import { isUnread } from "./gate-terms.ts";
import { InstallSubject } from "./install-subject.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** The time of a request is over: it is not done, its cards say so, and so does a word to its author. */
export async function onGateExpired(
  deps: OrchestratorDeps,
  scene: Scene,
  inbound: Extract<Inbound, { kind: "due" }>,
): Promise<Outcome> {
  const { org, turnId } = scene.turn;
  const gate = await deps.approval.expire(org, GateId.parse(inbound.id), turnId);
  return gate === undefined ? { replies: [] } : ended(deps, scene, gate, `${gate.title}: ${outcomeOf(gate)}`);
}

/** A card could not be shown. When no other is on show nobody can decide, so it is not done, and its author is told. */
export async function onCardUndelivered(
  deps: OrchestratorDeps,
  scene: Scene,
  inbound: Extract<Inbound, { kind: "due" }>,
): Promise<Outcome> {
  const { org, turnId } = scene.turn;
  const id = GateId.parse(inbound.id);
  const before = await deps.approval.get(org, id);
  // Without its source nobody may decide, whatever cards are on show.
  const isReadable = before !== undefined && !isUnread(before);
  if (isReadable && (await deps.store.outbox.cardsOf(org, id)).length > 0) return { replies: [] };
  const gate = await deps.approval.withdraw(org, id, turnId);
  if (gate === undefined) return { replies: [] };
  return ended(
    deps,
    scene,
    gate,
    `${gate.title}: I could not show this request to anybody who decides, so I didn't do it.`,
  );
}

/** Takes back the open requests that are meant: those of a turn that was stopped, say. */
export async function withdrawRequests(
  deps: OrchestratorDeps,
  scene: Scene,
  isMeant: (gate: Gate) => boolean,
): Promise<Pick<Outcome, "elsewhere">> {
  const { org, turnId } = scene.turn;
  const meant = (await deps.approval.waiting(org)).filter(isMeant);
  const elsewhere: Elsewhere[] = [];
  for (const { id } of meant) {
    const gate = await deps.approval.withdraw(org, id, turnId, actorOf(scene));
    if (gate !== undefined) elsewhere.push(...(await redrawn(deps, org, gate)));
  }
  return { elsewhere };
}

async function ended(deps: OrchestratorDeps, scene: Scene, gate: Gate, word: string): Promise<Outcome> {
  const { org } = scene.turn;
  const cards = await redrawn(deps, org, gate);
  const subject = InstallSubject.safeParse(gate.subject).data;
  return {
    replies: [],
    elsewhere: [...cards, toAuthor(gate, say(word))],
    // What was built is still there, and can be asked for again.
    ...(subject && { commit: (inside) => deps.builds.settle(inside, org, subject.build, "ready") }),
  };
}
