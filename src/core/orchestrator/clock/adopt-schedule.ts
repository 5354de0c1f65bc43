import { nextTimes } from "#core/clock/rule/next-times.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { SchedulePlan } from "#core/contract/schedule.ts";
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
import { refuseDeclared } from "./find-schedules.ts";
import { knowHolidays } from "./known-holidays.ts";
import { scheduleCard } from "./schedule-card.ts";

type OwnerChange = Extract<Change, { set: "schedule_owner" }>;

/**
 * Makes a schedule that has lost its owner one's own: it goes on with the rights and the accounts of whoever takes it, and
 * waits for somebody again when that is undone.
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
  // Where that cannot be, the card says so, and it is taken over all the same.
  await knowHolidays(deps, scene, after);
  const { rule } = after;
  const [nextAt] = nextTimes(rule, scene.now, 1, deps.holidays.of(org, scene.person, rule));
  const adopted = { ...schedule, person: scene.person, plan: after, state: "on" as const, ...(nextAt && { nextAt }) };
  const card = await scheduleCard(deps, scene, adopted);
  const summary = `“${inert(plan.title)}” is yours now: it runs with your rights and accounts.`;
  const parts = card.parts.map((part, at) => (at === 0 ? ({ type: "text", markdown: summary } as const) : part));
  const change: OwnerChange = {
    set: "schedule_owner",
    id,
    code,
    before: { person, plan, ...(state === "orphaned" && { isOrphaned: true }) },
    after: { person: scene.person, plan: after },
  };
  const title = `take over “${inert(plan.title)}”`;
  const done = withUndo(scene, alone({ ...card, summary, parts }), { title, changes: [change] });
  return {
    ...done,
    commit: async (inside) => {
      await makeChange(deps, inside, scene, scene.person, change);
      await done.commit(inside);
    },
  };
}
