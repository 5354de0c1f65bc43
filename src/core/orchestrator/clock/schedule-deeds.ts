import { nextTimes } from "#core/clock/rule/next-times.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { SchedulePlan } from "#core/contract/schedule.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { Change } from "#core/orchestrator/wishes/plan-change.ts";
import { withUndo } from "#core/orchestrator/wishes/plan-done.ts";
import { makeChange } from "#core/orchestrator/wishes/plan-held.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import { refusedSection } from "#core/orchestrator/wishes/schedule-bounds.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import { previewSchedule } from "./briefing/preview-schedule.ts";
import { lineOf, scheduleCard } from "./schedule-card.ts";
import { refuseDeclared } from "./find-schedules.ts";
import { requireChangeSchedule } from "./schedule-right.ts";

/** Exactly what a schedule would post now, to whoever asks alone. */
export async function previewOf(deps: OrchestratorDeps, scene: Scene, schedule: StoredSchedule): Promise<Outcome> {
  return { replies: await previewSchedule(deps, scene, schedule, scene.turn.signal) };
}

/** Pauses a schedule, or lets it go on, at once: it harms nobody, and can be undone. @throws NexusError not_allowed */
export async function pauseSchedule(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  isPaused: boolean,
): Promise<Outcome> {
  const { plan, state, code, snoozedUntil } = schedule;
  if (state === "orphaned") throw waitsForSomebody(schedule);
  const title = inert(plan.title);
  const isSnoozed = snoozedUntil !== undefined && snoozedUntil > scene.now;
  if (isPaused === (state === "paused") && !(isSnoozed && !isPaused)) {
    await requireChangeSchedule(deps, scene, schedule);
    return { replies: [alone(say(`“${title}” ${isPaused ? "is paused" : "runs"} already.`))] };
  }
  const { paused: _, ...running } = plan;
  const after: SchedulePlan = isPaused ? { ...running, paused: true } : running;
  const how = isPaused ? `\`resume ${code}\` lets it go on.` : lineAfter(deps, scene, schedule, after);
  return changeNow(deps, scene, schedule, after, `${isPaused ? "pause" : "resume"} “${title}”`, how);
}

/** Ends a schedule at once; it can be undone for four days. @throws NexusError not_allowed */
export function endSchedule(deps: OrchestratorDeps, scene: Scene, schedule: StoredSchedule): Promise<Outcome> {
  const title = inert(schedule.plan.title);
  return changeNow(deps, scene, schedule, null, `end “${title}”`, "Nothing more is posted by it.");
}

async function changeNow(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  after: SchedulePlan | null,
  title: string,
  how: string,
): Promise<Outcome> {
  await requireChangeSchedule(deps, scene, schedule);
  refuseDeclared(deps, schedule);
  const { id, code, person, plan } = schedule;
  const change: Change = { set: "schedule", id, owner: person, code, before: plan, after };
  const done = withUndo(scene, alone(say(`Done: ${title}. ${how}`)), { title, changes: [change] });
  return {
    ...done,
    commit: async (inside) => {
      await makeChange(deps, inside, scene, scene.person, change);
      await done.commit(inside);
    },
  };
}

function lineAfter(deps: OrchestratorDeps, scene: Scene, schedule: StoredSchedule, plan: SchedulePlan): string {
  const { snoozedUntil: _, ...rest } = schedule;
  const [nextAt] = nextTimes(plan.rule, scene.now, 1, deps.holidays);
  return `${lineOf(deps, scene, { ...rest, plan, state: "on", ...(nextAt && { nextAt }) })}.`;
}

/**
 * Makes a schedule that has lost its owner one's own: it goes on with the rights and the accounts of whoever takes it.
 * @throws NexusError not_allowed
 */
export async function adoptSchedule(deps: OrchestratorDeps, scene: Scene, schedule: StoredSchedule): Promise<Outcome> {
  const { org } = scene.turn;
  const { id, plan, person, state, code } = schedule;
  if (person === scene.person && state !== "orphaned") {
    return { replies: [alone(say("That is yours already."))] };
  }
  const right = state === "orphaned" && plan.place.audience !== "just_me" ? "schedule.own" : "schedule.manage";
  await requirePermission(deps, scene, right);
  refuseDeclared(deps, schedule);
  if (plan.place.audience === "just_me") {
    throw new NexusError("not_allowed", "a schedule to one person alone is adopted", {
      say: "That goes to one person alone, so nobody else can take it over.",
      hint: "Set up one of your own: `digest`.",
    });
  }
  const sections = plan.task.do === "briefing" ? plan.task.sections : [];
  const refused = await refusedSection(deps, scene, sections, plan.place);
  if (refused !== undefined) return { replies: [alone(say(`You can't take it over as it is. ${refused}`))] };
  const { paused: _, ...running } = plan;
  const after: SchedulePlan = { ...running, actor: scene.actor };
  const [nextAt] = nextTimes(after.rule, scene.now, 1, deps.holidays);
  const adopted = { ...schedule, person: scene.person, plan: after, state: "on" as const, ...(nextAt && { nextAt }) };
  const card = await scheduleCard(deps, scene, adopted);
  const summary = `“${inert(plan.title)}” is yours now: it runs with your rights and accounts.`;
  const parts = card.parts.map((part, at) => (at === 0 ? ({ type: "text", markdown: summary } as const) : part));
  return {
    replies: [alone({ ...card, summary, parts })],
    audit: [
      {
        act: "schedule.adopted",
        outcome: "done",
        actor: actorOf(scene),
        right,
        subject: { kind: "schedule", id },
        detail: { code, from: person, to: scene.person },
      },
    ],
    commit: async (inside) => {
      const isDone = await inside.forOrg(org).schedules.adopt(id, scene.person, after, nextAt);
      if (!isDone) throw new NexusError("internal", `schedule ${id} ended while it was adopted`);
    },
  };
}

function waitsForSomebody({ code }: StoredSchedule): NexusError {
  return new NexusError("schedule_invalid", "an orphaned schedule is paused or resumed", {
    say: "Whoever set it up is no member any more, so it has stopped.",
    hint: `\`adopt ${code}\` takes it over, \`end ${code}\` ends it.`,
  });
}
