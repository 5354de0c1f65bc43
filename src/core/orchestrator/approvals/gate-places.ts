import type { Gate } from "#core/approval/approval.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Elsewhere } from "#core/delivery/delivery.ts";
import type { Repositories } from "#core/store/store.ts";
import { type CardView, gateCard } from "./gate-card.ts";
import { ruleLines, underTerms } from "./gate-terms.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

/** The cards of an approval as they are to look now, wherever they were posted. */
export async function redrawn(
  deps: Pick<OrchestratorDeps, "store" | "tokens" | "roles">,
  org: OrgId,
  gate: Gate,
  view: (place: Conversation) => CardView = () => ({}),
  solo?: boolean,
): Promise<Elsewhere[]> {
  const cards = await deps.store.outbox.cardsOf(org, gate.id);
  const [shown, lines] = [await underTerms(deps, org, gate, solo), await ruleLines(deps, org, gate, solo)];
  return cards.map(({ id, conversation, actor }) => ({
    conversation,
    actor,
    reply: gateCard(deps.tokens, shown, conversation, { lines, ...view(conversation) }),
    edits: id,
  }));
}

/** A word to whoever asked, where they asked. */
export function toAuthor(gate: Gate, reply: Reply): Elsewhere {
  return { conversation: gate.conversation, actor: gate.authorActor, reply };
}

/** Whether one of the replies is seen in the conversation, so that no further word is needed there. */
export function isSeenIn(conversation: Conversation, elsewhere: readonly Elsewhere[]): boolean {
  return elsewhere.some((other) => other.conversation.key === conversation.key);
}

/** Holds the turn's commit to what its cards show: when somebody else has voted meanwhile, the turn is tried again. */
export function onlyIfStill(org: OrgId, gate: Gate): (inside: Repositories) => Promise<void> {
  return async (inside) => {
    const now = await inside.forOrg(org).gates.get(gate.id);
    if (now?.state === gate.state && now.votes.length === gate.votes.length) return;
    throw new NexusError("internal", `approval ${gate.id} changed while its card was drawn`);
  };
}
