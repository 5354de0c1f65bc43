import type { Gate, GateRequest } from "#core/approval/approval.ts";
import { isExcluded } from "#core/approval/judge.ts";
import { type GateKind, includesRole } from "#core/contract/gate.ts";
import type { PersonId } from "#core/contract/ids.ts";
import { type Actor, channelOf, type Conversation } from "#core/contract/message.ts";
import { type Permission, whoMay } from "#core/contract/permission.ts";
import { personRef } from "#core/contract/principal.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import type { Elsewhere } from "#core/delivery/delivery.ts";
import type { Member } from "#core/store/store.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { gateCard } from "./gate-card.ts";
import { redrawn } from "./gate-places.ts";
import { mayApprove, ruleLines, termsOf, underTerms } from "./gate-terms.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** What is asked for; who asks and where is the scene's unless told. */
export type Ask = Pick<GateRequest, "kind" | "topic" | "title" | "subject" | "facts" | "policy"> & {
  /** By which right, in words for the audit; absent says what the role allows. */
  readonly right?: string;
  readonly asker?: Asker;
  /** What is to be read before it can be decided: sent ahead of the card, which cannot be approved before it is there. */
  readonly attach?: { readonly summary: string; readonly parts: readonly Part[] };
};

/** Who asks for something, and where they are told what comes of it. */
export interface Asker {
  readonly person: PersonId;
  readonly actor: Actor;
  readonly conversation: Conversation;
}

/** Asks for an approval: posts its card, and tells who asked who can decide. Nothing is done before that. */
export async function askApproval(deps: OrchestratorDeps, scene: Scene, ask: Ask): Promise<Outcome> {
  const { turn } = scene;
  const { org, turnId } = turn;
  const { person, actor, conversation }: Asker = ask.asker ?? scene;
  const role = await deps.roles.roleOf(org, person);
  const { kind, topic, subject, facts, policy } = ask;
  const { gate, replaces, commit } = await deps.approval.open({
    kind,
    topic,
    subject,
    facts,
    policy,
    by: person === scene.person ? actorOf(scene) : personRef(person),
    right: ask.right ?? `${role}: ${ASKING[kind]}`,
    title: clip(ask.title, 150),
    org,
    turn: turnId,
    author: person,
    actor,
    conversation,
  });
  const channel = await deps.store.forOrg(org).gates.channel();
  // In a thread of that channel few would look.
  const isThere =
    channel !== undefined && conversation.threadId === undefined && channelOf(channel) === channelOf(conversation);
  const place = channel === undefined || isThere || channel.key === conversation.key ? conversation : channel;
  const shown = await underTerms(deps, org, gate);
  const lines = await ruleLines(deps, org, gate);
  const card = gateCard(deps.tokens, shown, place, { lines });
  const deciders = await mayApprove(deps, org, gate);
  const isOwn = isExcluded(gate, person, await termsOf(deps, org, gate));
  const canDecide = !isOwn && includesRole(role, gate.policy.role);
  // Where too few could ever agree, the card itself says so, and how that ends.
  const word = kind === "install" && lines.length > 0 ? lines.join(" ") : undefined;
  const hint: Part = { type: "context", markdown: word ?? whoDecides(shown, deciders, canDecide, conversation) };
  const isHere = place === conversation;
  const at = (where: Conversation, reply: Reply): Elsewhere => ({ conversation: where, actor, reply });
  const messages = [
    ...(ask.attach === undefined ? [] : [at(place, attached(gate, ask.attach))]),
    at(place, isHere && word === undefined ? withHint(card, hint) : card),
    ...(isHere ? [] : [at(conversation, sentElsewhere(gate, place, hint))]),
  ];
  const isSeen = ({ conversation: where }: Elsewhere): boolean => where.key === scene.conversation.key;
  const elsewhere = [
    ...(replaces === undefined ? [] : await retired(deps, scene, replaces, gate.code)),
    ...messages.filter((message) => !isSeen(message)),
  ];
  return {
    replies: messages.filter(isSeen).map(({ reply }) => reply),
    ...(elsewhere.length > 0 && { elsewhere }),
    ...(person === scene.person && {
      state: { ...(scene.state.last && { last: scene.state.last }), answered: turnId },
    }),
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
  return redrawn(deps, scene.turn.org, after, () => ({ newer }));
}

function attached(gate: Gate, { summary, parts }: NonNullable<Ask["attach"]>): Reply {
  return { ...say(summary, [], parts), attaches: gate.id };
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
