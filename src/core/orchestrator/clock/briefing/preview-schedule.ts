import { NexusError } from "#core/contract/errors.ts";
import type { JsonObject } from "#core/contract/json.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import type { Reply } from "#core/contract/reply.ts";
import { reminderPost } from "#core/orchestrator/clock/reminder-post.ts";
import { runPost } from "#core/orchestrator/clock/run-post.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { findCapability } from "#core/orchestrator/runs/use.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { type BriefedSchedule, ownerOf } from "./briefed.ts";
import { composeBriefing } from "./compose-briefing.ts";

/**
 * Exactly what a schedule would post now, to whoever asks alone. What would change something is described and not done.
 * @throws NexusError not_allowed where its place is somebody else's own
 */
export async function previewSchedule(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: BriefedSchedule,
  signal: AbortSignal,
): Promise<readonly Reply[]> {
  const { plan } = schedule;
  const owner = await ownerOf(deps, scene, plan);
  const { conversation: place } = await deps.resolve(plan.actor, plan.place, signal);
  if (place.audience === "just_me" && owner.person !== scene.person) {
    throw new NexusError("not_allowed", "a preview of what is posted to somebody else alone", {
      say: "What that posts only the one it is for is shown.",
      hint: "`schedules` shows when it runs.",
      right: "private data of one's own",
    });
  }
  const { task } = plan;
  switch (task.do) {
    case "briefing": {
      const wish = { schedule, task, place, shownIn: scene.conversation, at: scene.now };
      const { reply } = await composeBriefing(deps, scene, wish, signal);
      return [alone(reply === undefined ? say(NOTHING_NOW) : unposted(reply))];
    }
    case "say": {
      const composer = scene.composer.at(scene.conversation);
      return [alone(unposted(reminderPost({ schedule, task, at: scene.now, now: scene.now, composer })))];
    }
    case "run": {
      const { manifest, capability } = findCapability(deps, scene.turn.org, task);
      if (capability.effect !== "read") return [described(manifest, capability, task)];
      const order = { schedule, task, owner, place, shownIn: scene.conversation, at: scene.now };
      const { replies } = await runPost(deps, scene, order);
      return replies.map((reply) => alone(unposted(reply)));
    }
    default:
      return task satisfies never;
  }
}

const NOTHING_NOW = "There is nothing to report now, so it would post nothing.";

/** What would be asked for each time, of what changes something: a preview changes nothing. */
function described(manifest: Manifest, capability: Capability, { input }: { readonly input: JsonObject }): Reply {
  const values = Object.entries(input).map(([slot, value]) => `${slot} = ${JSON.stringify(value)}`);
  const given = values.length === 0 ? "" : ` with ${inert(values.join(", "))}`;
  const summary = `Each time I would ask whether to run “${inert(capability.title)}” of ${inert(manifest.title)}${given}.`;
  return alone(say(summary, [], [{ type: "context", markdown: "Nothing was run for this preview." }]));
}

/** It is shown, and no post of the schedule's: whether it arrives says nothing of the schedule's place. */
function unposted(reply: Reply): Reply {
  const { schedule: _, ...shown } = reply;
  return shown;
}
