import type { Elsewhere } from "#core/delivery/delivery.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { channelName } from "#core/orchestrator/place-name.ts";
import { channelOf, type Conversation } from "#core/contract/message.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { openly } from "#core/orchestrator/openly.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { StoredSchedule } from "#core/store/store.ts";

/** Whoever set it up is no member any more: it stops, and those who answer for the place are asked to take it over. */
export async function orphan(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  slot: string | undefined,
): Promise<Outcome> {
  const { org, turnId } = scene.turn;
  return {
    replies: [],
    elsewhere: await askToAdopt(deps, scene, schedule),
    audit: [
      {
        act: "schedule.changed",
        outcome: "done",
        actor: actorOf(scene),
        subject: { kind: "schedule", id: schedule.id },
        detail: { to: "orphaned", because: "left" },
      },
    ],
    commit: async (inside) => {
      const { schedules } = inside.forOrg(org);
      await schedules.setState(schedule.id, ["on"], "orphaned", "whoever set it up is no member any more");
      if (slot !== undefined)
        await schedules.endSlot(schedule.id, slot, "skipped", { turn: turnId, result: "its owner has left" });
    },
  };
}

/** The request to take a schedule over: to each admin alone or, where none can be told so, to its place. Nobody is called. */
export async function askToAdopt(
  deps: Pick<OrchestratorDeps, "metering">,
  scene: Scene,
  schedule: StoredSchedule,
): Promise<Elsewhere[]> {
  const { plan } = schedule;
  const admins = await deps.metering.adminPlaces(scene.turn.org);
  const isTheirs = plan.place.audience === "just_me";
  // What went to one person alone is of use to nobody else.
  if (isTheirs) return [];
  const where = admins.length > 0 ? admins : [{ actor: plan.actor, conversation: plan.place }];
  return where.map(({ actor, conversation }) => ({
    actor,
    conversation,
    reply: openly(adoptCard(scene, schedule, conversation), conversation),
  }));
}

function adoptCard(scene: Scene, { id, code, plan }: StoredSchedule, at: Conversation) {
  const composer = scene.composer.at(at);
  const where = channelName(channelOf(plan.place), at);
  const summary = `${inert(plan.actor.displayName)}, who set up “${inert(plan.title)}” in ${where}, is no member any more. It has stopped.`;
  return say(
    summary,
    [
      composer.button("Take It Over", { verb: "sch", schedule: id, do: "adopt" }, "primary"),
      composer.button("End It", { verb: "sch", schedule: id, do: "end" }),
    ],
    [
      {
        type: "context",
        markdown: `Whoever takes it over, it runs with their rights and accounts. \`adopt ${code}\` does the same.`,
      },
    ],
  );
}
