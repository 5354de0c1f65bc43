import { judge } from "#core/approval/judge.ts";
import { asNexusError, ERRORS, NexusError } from "#core/contract/errors.ts";
import { includesRole, type Role } from "#core/contract/gate.ts";
import type { GateId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import { drawMoments } from "#core/contract/moment.ts";
import { whoMay } from "#core/contract/permission.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import type { Repositories } from "#core/store/store.ts";
import { doGrowthWish, isGrowthWish, subjectOfWish } from "./growth/program-wish.ts";
import { setHookByWords } from "./clock/program-hook.ts";
import { doScheduleWish } from "./clock/program-schedule.ts";
import { isUnread, otherNames, termsOf } from "./approvals/gate-terms.ts";
import { vote, whyExcluded } from "./approvals/gate-vote.ts";
import { askToSwitch } from "./runs/modules-switch.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";

type FromProgram = Extract<Inbound, { kind: "program" }>;
type Answer = Parameters<ReturnType<Repositories["forOrg"]>["programAnswers"]["put"]>[1];

/**
 * What a program asks for in the name of a person: the same way as a word or a press of theirs, with no more rights than
 * the program has. What comes of it is kept for the program to read.
 */
export async function onProgram(deps: OrchestratorDeps, scene: Scene, inbound: FromProgram): Promise<Outcome> {
  const { org, turnId, signal } = scene.turn;
  const answered = (outcome: Outcome, answer: Answer): Outcome => ({
    ...outcome,
    ...(outcome.audit && { audit: outcome.audit.map((draft) => inTheNameOf(scene, inbound, draft)) }),
    commit: async (inside) => {
      await outcome.commit?.(inside);
      await inside.forOrg(org).programAnswers.put(turnId, answer);
    },
  });
  try {
    const { build, ...outcome } = await grant(withLesserRole(deps, scene, inbound.role), scene, inbound.wish);
    const gate = inbound.wish.do === "vote" ? inbound.wish.gate : openedBy(outcome);
    const said = drawMoments(outcome.replies[0]?.summary ?? "Done.", (at) => at.toISOString());
    const about = { ...(gate !== undefined && { gate }), ...(build !== undefined && { build: build.id }) };
    return answered(outcome, { outcome: "done", said, ...about });
  } catch (thrown) {
    const error = asNexusError(thrown);
    if (signal.aborted || error.code === "internal" || error.code === "disk_full") throw thrown;
    const { code, say, hint } = error;
    return answered({ replies: [], ...refusalOf(inbound, error) }, { outcome: "refused", code, said: say, hint });
  }
}

function grant(
  deps: OrchestratorDeps,
  scene: Scene,
  wish: FromProgram["wish"],
): Promise<Outcome & { readonly build?: Pick<Build, "id"> }> {
  if (isGrowthWish(wish)) return doGrowthWish(deps, scene, wish);
  switch (wish.do) {
    case "switch":
      return askToSwitch(deps, scene, wish.module, wish.on);
    case "vote":
      return decide(deps, scene, wish);
    case "set_hook":
      return setHookByWords(deps, scene, wish);
    case "set_schedule":
    case "on_schedule":
      return doScheduleWish(deps, scene, wish);
    default:
      return wish satisfies never;
  }
}

/** A vote that would not count is an error to a program, where a person reads a line. */
async function decide(
  deps: OrchestratorDeps,
  scene: Scene,
  { gate: id, verdict, reason }: Extract<FromProgram["wish"], { do: "vote" }>,
): Promise<Outcome> {
  const { org, turnId } = scene.turn;
  const before = await deps.approval.get(org, id);
  if (before === undefined) throw new NexusError("not_found", `no approval ${id} in this org`);
  if (before.state === "open") {
    const role = await deps.roles.roleOf(org, scene.person);
    const terms = await termsOf(deps, org, before);
    const alsoAs = await otherNames(deps, org, scene.person);
    const ruling = judge(before, { person: scene.person, role, verdict, alsoAs }, scene.now, terms);
    if (ruling.state === "author_excluded") throw refused(whyExcluded(before, scene.person));
    if (ruling.state === "not_allowed") throw refused(`Only ${whoMay(before.policy.role)} can decide this.`);
    if (ruling.state === "expired") throw new NexusError("gate_closed", `approval ${before.code} is overdue`);
    if (verdict === "approve" && isUnread(before)) throw new NexusError("gate_unread", `approval ${before.code}`);
  } else if (before.decided?.turn !== turnId) {
    throw new NexusError("gate_closed", `approval ${before.code} is ${before.state}`, {
      say: `This request is ${before.state} already, and nothing about it changes any more.`,
      hint: "GET /v1/approvals?state=open lists what still waits for a decision.",
    });
  }
  const outcome = await vote(deps, scene, id, verdict, reason);
  const after = await deps.approval.get(org, id);
  // Its cards are redrawn and its author is told all the same.
  if (after?.state !== "superseded") return outcome;
  const { cause } = ERRORS.gate_changed;
  return { ...outcome, replies: outcome.replies.map((reply) => ({ ...reply, summary: cause })) };
}

function refused(say: string): NexusError {
  return new NexusError("not_allowed", "a vote that does not count", { say });
}

/** The approval that a turn asks for, if it does. */
function openedBy({ replies, elsewhere = [] }: Outcome): GateId | undefined {
  const cards = [...replies, ...elsewhere.map(({ reply }) => reply)].flatMap(({ card }) => card ?? []);
  return cards.find(({ state }) => state === "open")?.gate;
}

/** A key given to a program counts for no more than it was given, whatever its owner may do. */
function withLesserRole(deps: OrchestratorDeps, scene: Scene, most: Role): OrchestratorDeps {
  const capped = (role: Role, person: Scene["person"]): Role =>
    person === scene.person && includesRole(role, most) ? most : role;
  return {
    ...deps,
    roles: {
      ...deps.roles,
      roleOf: async (org, person) => capped(await deps.roles.roleOf(org, person), person),
      standing: async (org, person) => {
        const standing = await deps.roles.standing(org, person);
        return { ...standing, role: capped(standing.role, person) };
      },
    },
  };
}

/** What the audit says of the person is said of their key, with the person beside it. */
function inTheNameOf(
  scene: Scene,
  { by }: FromProgram,
  draft: NonNullable<Outcome["audit"]>[number],
): NonNullable<Outcome["audit"]>[number] {
  if (by.kind !== "key" || draft.actor.id !== scene.person) return draft;
  return { ...draft, actor: by, detail: { ...draft.detail, person: scene.person } };
}

function refusalOf({ by, wish }: FromProgram, { code }: NexusError): Pick<Outcome, "audit"> {
  if (code !== "not_allowed" && code !== "channel_closed") return {};
  const subject = isGrowthWish(wish)
    ? subjectOfWish(wish)
    : wish.do === "vote"
      ? { kind: "gate", id: wish.gate }
      : wish.do === "switch"
        ? { kind: "module", id: wish.module }
        : wish.do === "set_hook"
          ? { kind: "hook", id: "new" }
          : { kind: "schedule", id: wish.do === "on_schedule" ? wish.schedule : "new" };
  return { audit: [{ act: "right.refused", outcome: "refused", actor: by, subject, detail: { code } }] };
}
