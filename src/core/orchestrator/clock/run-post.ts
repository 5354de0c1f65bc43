import type { Conversation } from "#core/contract/message.ts";
import type { ScheduleTask } from "#core/contract/schedule.ts";
import type { Reply } from "#core/contract/reply.ts";
import { withPart } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { runCapability } from "#core/orchestrator/runs/run-capability.ts";
import { findCapability } from "#core/orchestrator/runs/use.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { BriefedSchedule, ScheduleOwner } from "./briefing/briefed.ts";
import { lateWords } from "./briefing/late.ts";
import { timelyInput } from "./briefing/timely-input.ts";
import { whoseWords } from "./briefing/whose-words.ts";

/**
 * Runs the capability of a schedule as its owner would ask for it in its place: with their rights of this moment, and with
 * a request for approval where one is needed. The replies are for that place.
 */
export async function runPost(
  deps: OrchestratorDeps,
  scene: Scene,
  {
    schedule,
    task,
    owner,
    place,
    shownIn,
    at,
  }: {
    readonly schedule: BriefedSchedule;
    readonly task: Extract<ScheduleTask, { do: "run" }>;
    readonly owner: ScheduleOwner;
    readonly place: Conversation;
    readonly shownIn: Conversation;
    readonly at: Date;
  },
): Promise<Outcome> {
  const { capability } = findCapability(deps, scene.turn.org, task);
  const input = timelyInput(capability, task.input, { now: scene.now, ...owner.asker });
  const asOwner: Scene = {
    ...scene,
    person: owner.person,
    actor: schedule.plan.actor,
    conversation: place,
    asker: owner.asker,
    isZoneKnown: true,
    state: {},
    composer: scene.composer.at(shownIn),
  };
  const use = { module: task.module, capability: task.capability, input };
  // A schedule is no conversation: nothing of it is what “and Porto?” goes on from.
  const { state: _, ...outcome } = await runCapability(deps, asOwner, use, undefined, []);
  const late = lateWords(at, scene.now);
  const replies = outcome.replies.map((reply) => marked(reply, schedule, late));
  return { ...outcome, replies, ...(owner.person !== scene.person && { person: owner.person }) };
}

function marked(reply: Reply, { id, plan }: BriefedSchedule, late: string | undefined): Reply {
  const whose = `${inert(plan.title)} · ${whoseWords(plan)}`;
  const line = { type: "context", markdown: late === undefined ? whose : `${late} · ${whose}` } as const;
  return { ...withPart(reply, line), schedule: id };
}
