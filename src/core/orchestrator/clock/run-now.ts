import { NexusError } from "#core/contract/errors.ts";
import { channelOf } from "#core/contract/message.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { channelName } from "#core/orchestrator/place-name.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { StoredSchedule, StoredSlot } from "#core/store/store.ts";
import { carryOut } from "./carry-out.ts";
import { orphan } from "./orphaned.ts";
import { requireChangeSchedule } from "./schedule-right.ts";
import { seeOwner } from "./see-owner.ts";

/**
 * Does what a schedule is for once more, now, as its owner: beside its times, or for a slot that was asked about. Its owner
 * may have that done, and whoever may change everybody's.
 * @throws NexusError not_allowed
 */
export async function runNow(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  slot?: string,
): Promise<Outcome> {
  const right = await requireChangeSchedule(deps, scene, schedule);
  const { org, turnId } = scene.turn;
  const { id, plan } = schedule;
  const asked = slot === undefined ? undefined : await openQuestion(deps, scene, id, slot);
  if (asked === "over") return { replies: [alone(say("That has been decided already."))] };
  const owner = await seeOwner(deps, scene, schedule);
  if (owner === undefined) {
    const stopped = await orphan(deps, scene, schedule, slot);
    const because = `${inert(plan.actor.displayName)}, who set it up, is no member any more: somebody has to take it over first.`;
    return { ...stopped, replies: [alone(say(because))] };
  }
  const { conversation } = await deps.resolve(plan.actor, plan.place, scene.turn.signal);
  const place = { ...conversation, key: plan.place.key };
  const done = await carryOut(deps, scene, { schedule, owner, place, at: asked?.dueAt ?? scene.now });
  const where = channelName(channelOf(place), scene.conversation);
  const title = inert(plan.title);
  const said =
    done.elsewhere.length === 0 ? `“${title}” has nothing new to say.` : `“${title}” is on its way to ${where}.`;
  return {
    ...done.outcome,
    replies: [alone(say(said))],
    elsewhere: done.elsewhere,
    audit: [
      ...(done.outcome.audit ?? []),
      {
        act: "schedule.changed",
        outcome: "done",
        actor: actorOf(scene),
        right,
        subject: { kind: "schedule", id },
        detail: { run: "now" },
      },
    ],
    commit: async (inside) => {
      await done.outcome.commit?.(inside);
      if (asked === undefined) return;
      await inside.forOrg(org).schedules.endSlot(id, asked.slot, done.as, { turn: turnId, result: done.result });
    },
  };
}

/** A slot that was asked about is left as it is. @throws NexusError not_allowed */
export async function leaveSlot(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  slot: string | undefined,
): Promise<Outcome> {
  await requireChangeSchedule(deps, scene, schedule);
  const { org, turnId } = scene.turn;
  const { id, plan } = schedule;
  if (slot === undefined) throw new NexusError("action_expired", "a slot is left that nobody named");
  if ((await openQuestion(deps, scene, id, slot)) === "over") {
    return { replies: [alone(say("That has been decided already."))] };
  }
  return {
    replies: [alone(say(`“${inert(plan.title)}” is left out this time.`))],
    commit: (inside) => inside.forOrg(org).schedules.endSlot(id, slot, "skipped", { turn: turnId, result: "left out" }),
  };
}

async function openQuestion(
  { store }: Pick<OrchestratorDeps, "store">,
  { turn }: Pick<Scene, "turn">,
  id: StoredSchedule["id"],
  name: string,
): Promise<StoredSlot | "over"> {
  const slot = await store.forOrg(turn.org).schedules.slot(id, name);
  return slot?.state === "asked" ? slot : "over";
}
