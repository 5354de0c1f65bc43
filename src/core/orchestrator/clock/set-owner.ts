import { nextTimes } from "#core/clock/rule/next-times.ts";
import { NexusError } from "#core/contract/errors.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { Change } from "#core/orchestrator/wishes/plan-change.ts";
import type { Repositories } from "#core/store/store.ts";

type OwnerChange = Extract<Change, { set: "schedule_owner" }>;

/** Whose a schedule is, as a change would write it; null where there is none. */
export async function heldOwner(
  { forOrg }: Pick<Repositories, "forOrg">,
  org: Scene["turn"]["org"],
  { id }: OwnerChange,
): Promise<OwnerChange["before"] | null> {
  const held = await forOrg(org).schedules.get(id);
  if (held === undefined || held.state === "ended") return null;
  const { person, plan, state } = held;
  return { person, plan, ...(state === "orphaned" && { isOrphaned: true }) };
}

/** Gives a schedule to whoever has it after a change, as part of the commit of a turn, with its line in the audit. */
export async function setOwner(
  deps: Pick<OrchestratorDeps, "audit" | "holidays" | "clock">,
  inside: Repositories,
  scene: Pick<Scene, "turn" | "person">,
  { id, code, before, after: { person, plan, isOrphaned } }: OwnerChange,
): Promise<void> {
  const { org, turnId } = scene.turn;
  const { schedules } = inside.forOrg(org);
  const { rule } = plan;
  const [nextAt] = plan.paused ? [] : nextTimes(rule, deps.clock(), 1, deps.holidays.of(org, person, rule));
  const isDone = await schedules.adopt(id, person, plan, nextAt);
  if (!isDone) throw new NexusError("internal", `schedule ${id} ended while it was adopted`);
  if (isOrphaned) await schedules.setState(id, ["on", "paused"], "orphaned", "whoever set it up is no member any more");
  await deps.audit.recordIn(inside, org, {
    act: "schedule.adopted",
    outcome: "done",
    actor: actorOf(scene),
    right: before.isOrphaned || isOrphaned ? "schedule.own" : "schedule.manage",
    subject: { kind: "schedule", id },
    turn: turnId,
    detail: { code, from: before.person, to: isOrphaned ? "nobody" : person },
  });
}
