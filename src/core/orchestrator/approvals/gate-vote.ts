import type { Ballot, Gate, VoteOutcome } from "#core/approval/approval.ts";
import { subjectHash } from "#core/approval/subject-hash.ts";
import { type ErrorCode, ERRORS, NexusError } from "#core/contract/errors.ts";
import type { GateId, OrgId, PersonId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { AuditDraft } from "#core/contract/audit.ts";
import { whoMay } from "#core/contract/permission.ts";
import { personRef } from "#core/contract/principal.ts";
import type { Elsewhere } from "#core/delivery/delivery.ts";
import { actorOf, refusedEntry } from "#core/orchestrator/acting.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import { doIt, outcomeOf, progress } from "./gate-card.ts";
import { authorLacks, seeAuthor } from "./gate-author.ts";
import type { Done } from "./gate-done.ts";
import { runApproved } from "./gate-effect.ts";
import { isSeenIn, onlyIfStill, redrawn, toAuthor } from "./gate-places.ts";
import { Subject, subjectNow } from "./gate-subject.ts";
import { isUnread, otherNames, termsOf } from "./gate-terms.ts";
import { installLacks } from "./install-subject.ts";
import { askAnew, sentBack } from "#core/orchestrator/growth/install-again.ts";
import { installApproved } from "#core/orchestrator/growth/install-apply.ts";
import { switchApproved } from "#core/orchestrator/runs/modules-switch.ts";
import { raiseApproved } from "#core/orchestrator/usage/quota-request.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** One person's word on an approval, pressed or typed: counted by the role they have now, and carried out if it decides. */
export async function vote(
  deps: OrchestratorDeps,
  scene: Scene,
  id: GateId,
  verdict: "approve" | "reject",
  reason?: string,
): Promise<Outcome> {
  const { turn, person, actor } = scene;
  const gate = await deps.approval.get(turn.org, id);
  if (gate === undefined) throw new NexusError("action_expired", `no approval ${id} in this org`);
  const said = reason?.trim() ?? "";
  const { role, hasLeft } = await deps.roles.standing(turn.org, person);
  if (hasLeft) return notAllowed(scene, gate, "outsider", ERRORS.outsider.cause);
  if (verdict === "approve" && isUnread(gate)) return refused(scene, "gate_unread", ERRORS.gate_unread.cause);
  if (verdict === "approve" && gate.author !== person) await seeAuthor(deps, scene, gate);
  const ballot: Ballot = {
    person,
    by: actorOf(scene),
    displayName: actor.displayName,
    role,
    verdict,
    turn: turn.turnId,
    subject: await subjectOf(deps, turn.org, gate),
    terms: await termsOf(deps, turn.org, gate),
    alsoAs: await otherNames(deps, turn.org, person),
    ...(said !== "" && { reason: clip(said, MAX_REASON) }),
  };
  return answerTo(deps, scene, await deps.approval.vote(turn.org, id, ballot));
}

const MAX_REASON = 500;

/** What would be done now, with the rights that its author has now. */
async function subjectOf(deps: OrchestratorDeps, org: OrgId, gate: Gate): Promise<Json | undefined> {
  const lacks = await authorLacks(deps, org, gate);
  return lacks === undefined ? subjectNow(deps, org, gate) : undefined;
}

async function answerTo(deps: OrchestratorDeps, scene: Scene, outcome: VoteOutcome): Promise<Outcome> {
  switch (outcome.state) {
    case "decided":
      return outcome.gate.state === "approved"
        ? carriedOut(deps, scene, outcome.gate)
        : turnedDown(deps, scene, outcome.gate);
    case "counted":
    case "repeated":
      return counted(deps, scene, outcome.gate);
    case "changed":
      return changed(deps, scene, outcome.gate);
    case "not_allowed":
      return notAllowed(
        scene,
        outcome.gate,
        "not_allowed",
        `Only ${whoMay(outcome.gate.policy.role)} can decide this.`,
      );
    case "author_excluded":
      return notAllowed(scene, outcome.gate, "not_allowed", whyExcluded(outcome.gate, scene.person));
    case "expired":
      return refused(scene, "gate_closed", `The time for this is over. I didn't ${doIt(outcome.gate)}.`);
    case "closed":
      return refused(scene, "gate_closed", outcomeOf(outcome.gate, outcome.newer?.code));
    case "unknown":
      throw new NexusError("action_expired", "the approval is gone");
    default:
      return outcome satisfies never;
  }
}

/** The vote that decided it does it, in its own turn. */
async function carriedOut(deps: OrchestratorDeps, scene: Scene, gate: Gate): Promise<Outcome> {
  const done = await carryOut(deps, scene, gate);
  const { card } = done;
  const cards = await redrawn(deps, scene.turn.org, gate, (place) =>
    card === undefined ? {} : { outcome: card.outcome, actions: card.actions(place) },
  );
  const others = cards.filter(({ conversation }) => conversation.key !== gate.conversation.key);
  const elsewhere = [
    ...cards,
    toAuthor(gate, done.reply),
    ...others.map(({ conversation, actor }) => ({ conversation, actor, reply: say(done.brief) })),
  ];
  const { replies } = told(scene, elsewhere, `You approved this. ${done.brief}`);
  return { ...done.outcome, replies: [...replies, ...(done.alone ? [done.alone] : [])], elsewhere };
}

async function carryOut(deps: OrchestratorDeps, scene: Scene, gate: Gate): Promise<Done> {
  const { turn } = scene;
  const asked = Subject.parse(gate.subject);
  if (asked.kind === "install") {
    const lacks = await authorLacks(deps, turn.org, gate);
    return lacks === undefined ? installApproved(deps, scene, gate, asked) : notDone(deps, scene, gate);
  }
  const subject = await subjectOf(deps, turn.org, gate);
  const isSame = subject !== undefined && subjectHash(subject) === gate.subjectSha256;
  // A turn that is tried again may find another module than was agreed to. What had begun is brought to its end.
  if (!isSame && !(await deps.store.steps.any(turn.org, turn.turnId))) return notDone(deps, scene, gate);
  if (asked.kind === "quota") return raiseApproved(deps, scene, gate, asked);
  return asked.kind === "effect" ? runApproved(deps, scene, gate, asked) : switchApproved(deps, scene, gate, asked);
}

/** Approved, and not carried out after all: what it was about is not as it was approved. */
async function notDone(deps: OrchestratorDeps, { turn }: Scene, gate: Gate): Promise<Done> {
  const cause = await whatChanged(deps, turn.org, gate);
  const reply = errorReply("gate_changed", cause, ERRORS.gate_changed.hint, turn.turnId);
  return { reply, brief: `${gate.title}: ${cause}`, outcome: {} };
}

/** Rejected, or taken back by its author: the author hears it either way. */
async function turnedDown(deps: OrchestratorDeps, scene: Scene, gate: Gate): Promise<Outcome> {
  const next = gate.kind === "install" ? await sentBack(deps, scene, gate) : undefined;
  const outcome = outcomeOf(gate);
  // A reason is somebody's own words, and ends as they ended it.
  const end = /[.!?…]$/.test(outcome) || next === undefined || next.brief === "" ? "" : ".";
  const word = `${gate.title}: ${outcome}${end} ${next?.brief ?? ""}`.trimEnd();
  const cards = await redrawn(deps, scene.turn.org, gate);
  return { ...next?.outcome, ...told(scene, [...cards, toAuthor(gate, say(word))], word) };
}

async function counted(deps: OrchestratorDeps, scene: Scene, gate: Gate): Promise<Outcome> {
  const { org } = scene.turn;
  const cards = await redrawn(deps, org, gate);
  return { ...told(scene, cards, `Counted. Approvals: ${progress(gate)}.`), commit: onlyIfStill(org, gate) };
}

async function changed(deps: OrchestratorDeps, scene: Scene, gate: Gate): Promise<Outcome> {
  const cards = await redrawn(deps, scene.turn.org, gate);
  const cause = await whatChanged(deps, scene.turn.org, gate);
  const word = say(`${gate.title}: ${cause}`);
  const lacks = await authorLacks(deps, scene.turn.org, gate);
  const anew = lacks === undefined && gate.kind === "install" ? await askAnew(deps, scene, gate) : undefined;
  const { replies } = refused(
    scene,
    "gate_changed",
    `${cause}${anew?.isAsked === true ? " The new card is below." : ""}`,
  );
  return {
    ...anew?.outcome,
    replies: [...replies, ...(anew?.outcome.replies ?? [])],
    elsewhere: [...cards, toAuthor(gate, word), ...(anew?.outcome.elsewhere ?? [])],
    ...(lacks !== undefined && { audit: [lostEntry(gate)] }),
  };
}

/** That the author of a request lost the right to it before others agreed. */
function lostEntry({ kind, topic, subjectSha256, author, id }: Gate): AuditDraft {
  const subject = { kind, id: topic, sha256: subjectSha256 };
  const right = "the author's, at the click";
  return { act: "right.refused", outcome: "refused", actor: personRef(author), right, subject, gate: id };
}

/** The cause in words: a right that its author lost since, or else what it was about. */
async function whatChanged(deps: OrchestratorDeps, org: OrgId, gate: Gate): Promise<string> {
  const lacks = (await authorLacks(deps, org, gate)) ?? (await installLacks(deps, org, gate));
  return lacks === undefined
    ? `${ERRORS.gate_changed.cause} I didn't ${doIt(gate)}.`
    : `I didn't ${doIt(gate)}: ${lacks}`;
}

/** Why somebody's own approval does not count. */
export function whyExcluded(gate: Pick<Gate, "author">, person: PersonId): string {
  return gate.author === person
    ? "You asked for this, so others must approve it."
    : "You have a part in this, so others must approve it.";
}

/** The replies of a vote. Whoever voted where none of them is seen, or by a command, which waits for one, gets a word. */
function told(scene: Scene, elsewhere: readonly Elsewhere[], word: string): Pick<Outcome, "replies" | "elsewhere"> {
  const isTold = scene.turn.inbound.kind !== "command" && isSeenIn(scene.conversation, elsewhere);
  return { replies: isTold ? [] : [{ ...say(word), visibility: "only_actor" }], elsewhere };
}

/** A word that may not count: the audit says so too. */
function notAllowed(scene: Scene, gate: Gate, code: "not_allowed" | "outsider", cause: string): Outcome {
  const subject = { kind: gate.kind, id: gate.topic, sha256: gate.subjectSha256 };
  const entry = refusedEntry(scene, "gate.decide", subject, code);
  return { ...refused(scene, code, cause), audit: [{ ...entry, gate: gate.id }] };
}

/** What only the one who pressed needs to know. The card stays as it is. */
function refused(scene: Scene, code: ErrorCode, cause: string): Outcome {
  const reply = errorReply(code, cause, ERRORS[code].hint, scene.turn.turnId);
  return { replies: [{ ...reply, visibility: "only_actor" }] };
}
