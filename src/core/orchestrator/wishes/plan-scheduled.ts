import { nextTimes } from "#core/clock/rule/next-times.ts";
import type { Action, Part } from "#core/contract/reply.ts";
import { previewSchedule } from "#core/orchestrator/clock/briefing/preview-schedule.ts";
import { runText, whenText } from "#core/orchestrator/clock/schedule-words.ts";
import { say } from "#core/orchestrator/compose.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { Change } from "./plan-change.ts";
import { alone } from "./plan-offer.ts";

/** Exactly what a planned schedule would post now, to the asker alone. */
export async function previewPlanned(
  deps: OrchestratorDeps,
  scene: Scene,
  changes: readonly Change[],
): Promise<Outcome> {
  const replies = [];
  for (const change of changes) {
    if (change.set !== "schedule" || change.after === null) continue;
    replies.push(...(await previewSchedule(deps, scene, { id: change.id, plan: change.after }, scene.turn.signal)));
    // The same post at other times is the same post.
    break;
  }
  return { replies: replies.length === 0 ? [alone(say("There is nothing to show of that."))] : replies };
}

/** What is read back of schedules that were just set, and what can be done with them. */
export function scheduledParts(
  deps: Pick<OrchestratorDeps, "holidays">,
  scene: Scene,
  changes: readonly Change[],
): { readonly parts: readonly Part[]; readonly actions: readonly Action[] } {
  const set = changes.flatMap((change) =>
    change.set === "schedule" && change.after !== null ? [{ ...change, after: change.after }] : [],
  );
  const [first] = set;
  if (first === undefined) return { parts: [], actions: [] };
  const items = set.map(({ code, owner, after }) => {
    const left = deps.holidays.of(scene.turn.org, owner, after.rule);
    const [next] = after.paused ? [] : nextTimes(after.rule, scene.now, 1, left);
    const then = after.paused ? "paused" : next === undefined ? "never" : `next: ${runText(after.rule, next)}`;
    return { label: code, value: `${whenText(after.rule, scene.asker.locale)}, ${then}` };
  });
  const { composer } = scene;
  const schedule = first.id;
  return {
    parts: [{ type: "fields", items }],
    actions: [
      composer.button("Edit", { verb: "scf", schedule }),
      first.after.paused
        ? composer.button("Resume", { verb: "sch", schedule, do: "resume" })
        : composer.button("Pause", { verb: "sch", schedule, do: "pause" }),
      composer.button("Delete", { verb: "sch", schedule, do: "end" }),
    ],
  };
}
