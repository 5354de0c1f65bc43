import { nextTimes } from "#core/clock/rule/next-times.ts";
import type { Repositories } from "#core/store/store.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { Change } from "#core/orchestrator/wishes/plan-change.ts";

type ScheduleChange = Extract<Change, { set: "schedule" }>;

/** Sets, changes or ends a schedule as part of the commit of a turn, with its line in the audit. */
export async function setSchedule(
  deps: Pick<OrchestratorDeps, "audit" | "holidays" | "clock">,
  inside: Repositories,
  scene: Pick<Scene, "turn" | "person">,
  { id, owner, code, before, after }: ScheduleChange,
): Promise<void> {
  const { org, turnId } = scene.turn;
  const { schedules } = inside.forOrg(org);
  if (after === null) await schedules.setState(id, ["on", "paused", "orphaned"], "ended");
  else {
    const { rule } = after;
    const [nextAt] = after.paused ? [] : nextTimes(rule, deps.clock(), 1, deps.holidays.of(org, owner, rule));
    await schedules.put({ id, person: owner, code, plan: after, ...(nextAt && { nextAt }) });
    // Whoever sets it to run wants it to run.
    await schedules.snooze(id, undefined);
  }
  const what = after === null ? "ended" : before === null ? "set" : "changed";
  await deps.audit.recordIn(inside, org, {
    act: "schedule.changed",
    outcome: "done",
    actor: actorOf(scene),
    right: owner === scene.person ? "schedule.own" : "schedule.manage",
    subject: { kind: "schedule", id },
    turn: turnId,
    detail: { what, code, owner },
  });
}
