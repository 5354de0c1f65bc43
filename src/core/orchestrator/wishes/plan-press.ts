import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import { PlanId } from "#core/contract/ids.ts";
import type { StoredPlan } from "#core/store/store.ts";
import { hookParts } from "#core/orchestrator/clock/hook-words.ts";
import { say } from "#core/orchestrator/compose.ts";
import { Change, inverse, isPersonal, onTopOf } from "./plan-change.ts";
import { heldNow, makeChange } from "./plan-held.ts";
import { alone, requireAll, undoUntil, untilWords } from "./plan-offer.ts";
import { previewPlanned, scheduledParts } from "./plan-scheduled.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** What can be pressed, or said, about a plan. */
export const PlanPress = z.object({ plan: PlanId, do: z.enum(["do", "leave", "undo", "preview"]) });
export type PlanPress = z.infer<typeof PlanPress>;

/**
 * Carries out what somebody was asked about, leaves it, or takes it back. The right is asked anew, and nothing is done on
 * top of what others have set in the meantime.
 * @throws NexusError action_expired | not_allowed
 */
export async function onPlanPress(deps: OrchestratorDeps, scene: Scene, press: PlanPress): Promise<Outcome> {
  const { plans } = deps.store.forOrg(scene.turn.org);
  const plan = await plans.get(press.plan);
  if (plan === undefined) throw new NexusError("action_expired", "no such plan in this org");
  const changes = z.array(Change).parse(plan.changes);
  if (plan.person !== scene.person && (press.do !== "undo" || changes.some(isPersonal))) {
    throw new NexusError("not_allowed", "somebody else's plan", {
      say: "That was offered to somebody else.",
      hint: "Say it yourself, and I ask you.",
      right: "a plan of one's own",
    });
  }
  switch (press.do) {
    case "do":
      return carryOut(deps, scene, plan, changes);
    case "leave":
      return leave(scene, plan);
    case "undo":
      return takeBack(deps, scene, plan, changes);
    case "preview":
      return previewPlanned(deps, scene, changes);
    default:
      return press.do satisfies never;
  }
}

async function carryOut(
  deps: OrchestratorDeps,
  scene: Scene,
  plan: StoredPlan,
  changes: readonly Change[],
): Promise<Outcome> {
  if (plan.state !== "offered") return over(plan);
  if (plan.expiresAt <= scene.now) throw new NexusError("action_expired", "the plan is older than its buttons");
  await requireAll(deps, scene, changes);
  const { org } = scene.turn;
  const gone = changes.some(
    (change) => change.set === "reminders" && change.after.some(({ dueAt }) => dueAt <= scene.now.getTime()),
  );
  if (gone) return { replies: [alone(say("The time for that has passed meanwhile. Say it again with another time."))] };
  if (!(await stillHolds(deps, scene, plan, changes))) {
    return {
      replies: [alone(say("Somebody has changed this since I asked, so I did nothing. Say it again to see it anew."))],
      commit: async (inside) => void (await inside.forOrg(org).plans.move(plan.id, "offered", "declined")),
    };
  }
  const until = undoUntil(scene.now);
  const undo = scene.composer.button("Undo", { verb: "pln", plan: plan.id, do: "undo" });
  const context = { type: "context", markdown: untilWords(until) } as const;
  const scheduled = scheduledParts(deps, scene, changes);
  const hooked = hookParts(scene, changes);
  const reply = say(
    `Done: ${plan.title}.`,
    [...scheduled.actions, ...hooked.actions, undo],
    [...scheduled.parts, ...hooked.parts, context],
  );
  return {
    replies: [changes.every(isPersonal) ? alone(reply) : reply],
    commit: async (inside) => {
      if (!(await inside.forOrg(org).plans.move(plan.id, "offered", "done", until))) throw pressedTwice(plan);
      for (const change of changes) await makeChange(deps, inside, scene, plan.person, change);
    },
  };
}

function leave(scene: Scene, plan: StoredPlan): Outcome {
  if (plan.state !== "offered") return over(plan);
  return {
    replies: [alone(say("All right, I changed nothing."))],
    commit: async (inside) => void (await inside.forOrg(scene.turn.org).plans.move(plan.id, "offered", "declined")),
  };
}

async function takeBack(
  deps: OrchestratorDeps,
  scene: Scene,
  plan: StoredPlan,
  done: readonly Change[],
): Promise<Outcome> {
  if (plan.state !== "done") return over(plan);
  if (plan.expiresAt <= scene.now) throw new NexusError("action_expired", "it was done longer ago than can be undone");
  const changes = done.map(inverse).toReversed();
  await requireAll(deps, scene, changes);
  if (!(await stillHolds(deps, scene, plan, changes))) return { replies: [alone(newerHolds(done))] };
  const reply = say(`Undone: ${plan.title}. It is as it was before.`);
  const { org } = scene.turn;
  return {
    replies: [changes.every(isPersonal) ? alone(reply) : reply],
    commit: async (inside) => {
      if (!(await inside.forOrg(org).plans.move(plan.id, "done", "undone"))) throw pressedTwice(plan);
      for (const change of changes) await makeChange(deps, inside, scene, plan.person, change);
    },
  };
}

async function stillHolds(
  deps: OrchestratorDeps,
  scene: Scene,
  plan: StoredPlan,
  changes: readonly Change[],
): Promise<boolean> {
  for (const change of changes) {
    if (onTopOf(change, await heldNow(deps.store, scene.turn.org, plan.person, change)) === undefined) return false;
  }
  return true;
}

/** Why something cannot be taken back: putting the old value back would undo what came after it too. */
function newerHolds(done: readonly Change[]) {
  if (done.every(({ set }) => set === "reminders")) {
    return say(
      "I can't undo that any more: some of it has been said, put off or cancelled. `reminders` shows the rest.",
    );
  }
  if (done.every(({ set }) => set === "watch")) {
    return say("I can't undo that any more: it has told you, or was changed, meanwhile. `watches` shows what goes on.");
  }
  if (done.every(({ set }) => set === "schedule" || set === "schedule_owner")) {
    return say(
      "I can't undo that any more: it has been changed again since, and undoing would take that back too. `schedules` shows how it is now.",
    );
  }
  return say(
    "I can't undo that any more: it has been changed again since, and undoing would take that back too. Say what you want instead, or look first: `policy`, `grants`, `limits`, `time zone`.",
  );
}

function over({ state, title }: StoredPlan): Outcome {
  const words = {
    done: `That is done already: ${title}. \`undo\` takes it back.`,
    declined: "You left that one. Say it again and I ask anew.",
    undone: `That was undone: ${title}.`,
    offered: "That waits for your word: `do it` or `not now`.",
  }[state];
  return { replies: [alone(say(words))] };
}

function pressedTwice(plan: StoredPlan): NexusError {
  return new NexusError("internal", `plan ${plan.id} was pressed twice at once`);
}
