import { nextTimes } from "#core/clock/rule/next-times.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { SchedulePlan } from "#core/contract/schedule.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { Change } from "#core/orchestrator/wishes/plan-change.ts";
import { withUndo } from "#core/orchestrator/wishes/plan-done.ts";
import { makeChange } from "#core/orchestrator/wishes/plan-held.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import { previewSchedule } from "./briefing/preview-schedule.ts";
import { lineOf } from "./schedule-card.ts";
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
  const left = deps.holidays.of(scene.turn.org, schedule.person, plan.rule);
  const [nextAt] = nextTimes(plan.rule, scene.now, 1, left);
  return `${lineOf(deps, scene, { ...rest, plan, state: "on", ...(nextAt && { nextAt }) })}.`;
}

function waitsForSomebody({ code }: StoredSchedule): NexusError {
  return new NexusError("schedule_invalid", "an orphaned schedule is paused or resumed", {
    say: "Whoever set it up is no member any more, so it has stopped.",
    hint: `\`adopt ${code}\` takes it over, \`end ${code}\` ends it.`,
  });
}
