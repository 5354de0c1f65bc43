import { noticeInbound } from "#core/clock/due-inbound.ts";
import { decideMisfire } from "#core/clock/misfire.ts";
import { asNexusError, NexusError } from "#core/contract/errors.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import { carryOut } from "./carry-out.ts";
import { orphan } from "./orphaned.ts";
import { failedNotice } from "./schedule-notice.ts";
import { seeOwner } from "./see-owner.ts";
import { readSlotName } from "./slot-name.ts";

/**
 * A slot of a schedule has come: what it is for is done once, with the rights that its owner has now, and goes to its
 * place. A slot that has ended, or a schedule that does not run any more, leads to nothing.
 * @param id `<schedule>@<slot>`
 */
export async function onScheduleDue(deps: OrchestratorDeps, scene: Scene, id: string): Promise<Outcome> {
  const { org, turnId } = scene.turn;
  const { schedules } = deps.store.forOrg(org);
  const { schedule: schedulesId, slot: name } = readSlotName(id);
  const schedule = await schedules.get(schedulesId);
  const slot = await schedules.slot(schedulesId, name);
  if (schedule === undefined || slot?.state !== "handed") return { replies: [] };
  const end = (as: "skipped" | "failed", result: string): Pick<Outcome, "replies" | "commit"> => ({
    replies: [],
    commit: (inside) => inside.forOrg(org).schedules.endSlot(schedule.id, name, as, { turn: turnId, result }),
  });
  if (schedule.state !== "on") return end("skipped", `not run: it is ${schedule.state}`);
  if (schedule.snoozedUntil !== undefined && schedule.snoozedUntil > slot.dueAt) return end("skipped", "put off");
  // It waited in the inbox while NEXUS did not run; what has had an effect is finished, however late.
  const misfire = decideMisfire(schedule.plan, slot.dueAt, scene.now);
  if ((misfire === "skip" || misfire === "ask") && !(await deps.store.steps.any(org, turnId))) {
    const notice = noticeInbound(schedule, { why: "skipped", slot: name }, scene.now);
    const ended = end("skipped", "too late");
    return {
      ...ended,
      commit: async (inside) => {
        await ended.commit?.(inside);
        await inside.queue.put(org, notice, scene.now);
      },
    };
  }
  const place: Conversation = { ...scene.conversation, key: schedule.plan.place.key };
  try {
    const owner = await seeOwner(deps, scene, schedule);
    if (owner === undefined) return await orphan(deps, scene, schedule, name);
    const done = await carryOut(deps, scene, { schedule, owner, place, at: slot.dueAt });
    return {
      ...done.outcome,
      replies: [],
      elsewhere: done.elsewhere,
      commit: async (inside) => {
        await done.outcome.commit?.(inside);
        const about = { turn: turnId, result: done.result };
        await inside.forOrg(org).schedules.endSlot(schedule.id, name, done.as, about);
      },
    };
  } catch (thrown) {
    return await cutShort(deps, scene, schedule, thrown, end);
  }
}

/** As often as a failing turn is tried. */
const MOST_TRIES = 3;

/** What a retry may mend is tried again; what it does not is told to whose it is, and to nobody else. */
async function cutShort(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  thrown: unknown,
  end: (as: "failed", result: string) => Pick<Outcome, "replies" | "commit">,
): Promise<Outcome> {
  const { turn } = scene;
  turn.signal.throwIfAborted();
  const error = asNexusError(thrown);
  if (error.code === "disk_full") throw error;
  if (error.retryable && turn.attempt < MOST_TRIES) {
    throw new NexusError("internal", `a schedule could not be carried out: ${error.message}`, { cause: thrown });
  }
  deps.log.warn({ err: thrown, turn: turn.turnId, schedule: schedule.id }, "a schedule could not be carried out");
  const told = await failedNotice(deps, scene, schedule, error);
  return { ...end("failed", `failed: ${error.code}`), elsewhere: told };
}
