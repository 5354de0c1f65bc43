import { newId, ScheduleId } from "#core/contract/ids.ts";
import type { SchedulePlan } from "#core/contract/schedule.ts";
import { wholePlace } from "#core/contract/whole-place.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { privatePlaceOf } from "#core/orchestrator/clock/owner-place.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import { freshCode, offerScheduled } from "#core/orchestrator/wishes/plan-schedules.ts";
import { tooMany } from "#core/orchestrator/wishes/schedule-bounds.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { StoredSchedule } from "#core/store/store.ts";

/**
 * Offers a copy of a briefing to whoever pressed, where only they read it and with their own rights and accounts; whose it
 * is moves it there instead. Nothing is changed before they say so.
 */
export async function onlyMe(deps: OrchestratorDeps, scene: Scene, schedule: StoredSchedule): Promise<Outcome> {
  const { actor, conversation, person, turn } = scene;
  const isAlone = conversation.audience === "just_me";
  const own = isAlone ? { conversation: wholePlace(conversation) } : await privatePlaceOf(deps, turn.org, actor);
  if (own === undefined) {
    const how =
      "Write me a direct message first, one word will do, and press it again: then I know where you alone read.";
    return { replies: [alone(say(how))] };
  }
  const isOwner = schedule.person === person;
  const place = own.conversation;
  const title = inert(schedule.plan.title);
  if (isOwner && schedule.plan.place.key === place.key) {
    return { replies: [alone(say(`“${title}” is posted to you alone already.`))] };
  }
  if (isOwner) {
    const after: SchedulePlan = { ...schedule.plan, place };
    return offerScheduled(deps, scene, {
      title: `post “${title}” to you alone, and no longer in its channel`,
      changes: [{ set: "schedule", id: schedule.id, owner: person, code: schedule.code, before: schedule.plan, after }],
      notes: ["It then shows you all of it: titles and details too."],
    });
  }
  const { schedules } = deps.store.forOrg(turn.org);
  const full = tooMany((await schedules.ofPerson(person)).length + 1, (await schedules.all()).length + 1);
  if (full !== undefined) return { replies: [alone(say(full))] };
  const { paused: _, ...running } = schedule.plan;
  const after: SchedulePlan = { ...running, actor, place, also: [] };
  const code = await freshCode(deps, scene);
  return offerScheduled(deps, scene, {
    title: `send you “${title}” too, to you alone`,
    changes: [{ set: "schedule", id: newId(ScheduleId), owner: person, code, before: null, after }],
    notes: ["It runs with your own rights and accounts, and shows you all of it."],
  });
}
