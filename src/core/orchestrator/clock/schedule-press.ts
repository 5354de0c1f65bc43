import { adoptSchedule } from "./adopt-schedule.ts";
import { pressedSchedule, isBriefingDeed, onBriefingPress } from "./briefing/briefing-press.ts";
import type { Meaning } from "#core/orchestrator/meaning.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { scheduleCard } from "./schedule-card.ts";
import { endSchedule, pauseSchedule, previewOf } from "./schedule-deeds.ts";

/** A button of a schedule: on what it posted, or on its card. @throws NexusError schedule_unknown | not_allowed */
export async function onSchedulePress(
  deps: OrchestratorDeps,
  scene: Scene,
  press: Extract<Meaning, { verb: "sch" }>,
): Promise<Outcome> {
  const deed = press.do;
  if (isBriefingDeed(deed)) return onBriefingPress(deps, scene, press);
  const schedule = await pressedSchedule(deps, scene, press);
  switch (deed) {
    case "settings":
      return { replies: [await scheduleCard(deps, scene, schedule)] };
    case "preview":
      return previewOf(deps, scene, schedule);
    case "pause":
    case "resume":
      return pauseSchedule(deps, scene, schedule, deed === "pause");
    case "end":
      return endSchedule(deps, scene, schedule);
    case "adopt":
      return adoptSchedule(deps, scene, schedule);
    default:
      return deed satisfies never;
  }
}
