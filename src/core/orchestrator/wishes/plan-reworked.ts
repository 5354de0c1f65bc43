import { z } from "zod";
import { newId, type PlanId, ScheduleId } from "#core/contract/ids.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { SchedulePlan } from "#core/contract/schedule.ts";
import { whenText } from "#core/orchestrator/clock/schedule-words.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { StoredPlan } from "#core/store/store.ts";
import { Change } from "./plan-change.ts";
import { deedOf, freshCode, offerScheduled } from "./plan-schedules.ts";
import { editSchedule, type ScheduleEdit } from "./schedule-edit.ts";

type ScheduleChange = Extract<Change, { set: "schedule" }>;

/** What somebody was asked about and has not created: the plan, and the schedules that it would set up. */
export interface HeldSchedules {
  readonly plan: StoredPlan;
  readonly schedules: readonly (ScheduleChange & { readonly after: SchedulePlan })[];
}

/** The schedules of a plan of theirs. @throws NexusError action_expired where there is none */
export async function heldSchedules(
  { store }: Pick<OrchestratorDeps, "store">,
  { turn, person }: Pick<Scene, "turn" | "person">,
  id: PlanId,
): Promise<HeldSchedules> {
  const plan = await store.forOrg(turn.org).plans.get(id);
  if (plan === undefined || plan.person !== person) throw new NexusError("action_expired", "no such plan of theirs");
  const changes = z.array(Change).parse(plan.changes);
  const schedules = changes.flatMap((change) =>
    change.set === "schedule" && change.after !== null ? [{ ...change, after: change.after }] : [],
  );
  return { plan, schedules };
}

/**
 * Offers what was planned with something different, in place of what was offered before; else why it cannot be so.
 * @throws NexusError schedule_invalid | not_allowed
 */
export async function planReworked(
  deps: OrchestratorDeps,
  scene: Scene,
  { plan, schedules }: HeldSchedules,
  edit: ScheduleEdit,
): Promise<Outcome | { readonly refused: string }> {
  const { when } = edit;
  const planned = schedules.map(({ after }) => after);
  // Other times take as many schedules as they have patterns, whatever there were before.
  const wanted =
    when === undefined
      ? planned.map((one) => ({ one, wish: edit }))
      : when.crons.flatMap((cron) =>
          planned.slice(0, 1).map((one) => ({ one, wish: { ...edit, when: { ...when, crons: [cron] } } })),
        );
  const changes: ScheduleChange[] = [];
  const notes = new Set<string>();
  for (const { one, wish } of wanted) {
    const edited = await editSchedule(deps, scene, one, true, wish);
    if ("refused" in edited) return edited;
    for (const note of edited.notes) notes.add(note);
    const code = await freshCode(deps, scene);
    changes.push({
      set: "schedule",
      id: newId(ScheduleId),
      owner: scene.person,
      code,
      before: null,
      after: edited.after,
    });
  }
  const afters = changes.flatMap(({ after }) => (after === null ? [] : [after]));
  const [first] = afters;
  if (first === undefined) throw new NexusError("action_expired", "a plan that sets up no schedule");
  const times = afters.map(({ rule }) => whenText(rule, scene.asker.locale));
  const title = `${deedOf(first)}, ${times.map((words) => `${words.charAt(0).toLowerCase()}${words.slice(1)}`).join("; and ")}`;
  const offered = await offerScheduled(deps, scene, { title, changes, notes: [...notes] });
  return {
    ...offered,
    commit: async (inside) => {
      await inside.forOrg(scene.turn.org).plans.move(plan.id, "offered", "declined");
      await offered.commit?.(inside);
    },
  };
}
