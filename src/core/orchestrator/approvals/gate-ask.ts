import type { Gate, GateRequest } from "#core/approval/approval.ts";
import { type GateKind, includesRole } from "#core/contract/gate.ts";
import type { Conversation } from "#core/contract/message.ts";
import { type Permission, whoMay } from "#core/contract/permission.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import type { Elsewhere } from "#core/delivery/delivery.ts";
import type { Member } from "#core/store/store.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { gateCard } from "./gate-card.ts";
import { redrawn } from "./gate-places.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** What is asked for; who asks and where is the scene's. */
export type Ask = Pick<GateRequest, "kind" | "topic" | "title" | "subject" | "facts" | "policy"> & {
  /** By which right, in words for the audit; absent says what the role allows. */
  readonly right?: string;
};

/** Asks for an approval: posts its card, and tells who asked who can decide. Nothing is done before that. */
export async function askApproval(deps: OrchestratorDeps, scene: Scene, ask: Ask): Promise<Outcome> {
  const { turn, person, actor, conversation } = scene;
  const role = await deps.roles.roleOf(turn.org, person);
  const request = {
    ...ask,
    by: actorOf(scene),
    right: ask.right ?? `${role}: ${ASKING[ask.kind]}`,
    title: clip(ask.title, 150),
    org: turn.org,
    turn: turn.turnId,
    author: person,
    actor,
    conversation,
  };
  const { gate, replaces, commit } = await deps.approval.open(request);
  const org = deps.store.forOrg(turn.org);
  const channel = await org.gates.channel();
  const place = channel === undefined || channel.key === conversation.key ? conversation : channel;
  const deciders = await deps.roles.withRole(turn.org, gate.policy.role);
  const canDecide = !gate.policy.notAuthor && includesRole(role, gate.policy.role);
  const card = gateCard(deps.tokens, gate, place);
  const isHere = place === conversation;
  const elsewhere: Elsewhere[] = [
    ...(replaces === undefined ? [] : await retired(deps, scene, replaces, gate.code)),
    ...(isHere ? [] : [{ conversation: place, actor, reply: card }]),
  ];
  const hint: Part = { type: "context", markdown: whoDecides(gate, deciders, canDecide, conversation) };
  return {
    replies: [isHere ? withHint(card, hint) : sentElsewhere(gate, place, hint)],
    ...(elsewhere.length > 0 && { elsewhere }),
    state: { ...(scene.state.last && { last: scene.state.last }), answered: turn.turnId },
    commit,
  };
}

/** What lets somebody ask. */
const ASKING = {
  effect: "effect.request",
  module: "module.switch",
  quota: "quota.request",
  install: "module.build",
} as const satisfies Record<GateKind, Permission>;

async function retired(deps: OrchestratorDeps, scene: Scene, gate: Gate, newer: string): Promise<Elsewhere[]> {
  const after: Gate = { ...gate, state: "superseded", decided: { turn: scene.turn.turnId, at: scene.now } };
  return redrawn(deps, scene.turn.org, after, newer);
}

/** The card with a line for who asked, before its buttons: those stay last. */
function withHint(card: Reply, hint: Part): Reply {
  return { ...card, parts: card.parts.toSpliced(-1, 0, hint) };
}

function sentElsewhere(gate: Gate, place: Conversation, hint: Part): Reply {
  const where = place.name === undefined ? "where approvals are decided here" : inert(place.name);
  const summary = `That needs an approval first. I sent the request to ${where} and will tell you here what comes of it.`;
  return say(summary, [], [{ type: "context", markdown: `Request \`${gate.code}\`: ${gate.title}` }, hint]);
}

function whoDecides(gate: Gate, deciders: readonly Member[], canDecide: boolean, conversation: Conversation): string {
  const names = deciders.slice(0, MOST_NAMES).map(({ displayName }) => inert(displayName));
  const more = deciders.length > MOST_NAMES ? ` and ${deciders.length - MOST_NAMES} more` : "";
  if (canDecide) return `You can decide this${gate.policy.approvals > 1 ? ", and others must agree" : ""}.`;
  if (names.length === 0) {
    return `Nobody here is known to me as one of the ${whoMay(gate.policy.role)} yet: whoever runs me can say \`link\` at the terminal to become the owner here.`;
  }
  const hidden =
    conversation.audience === "just_me" ? ` They can't read this: ask one to say \`approve ${gate.code}\`.` : "";
  return `${names.join(", ")}${more} can decide this.${hidden}`;
}

const MOST_NAMES = 5;
