import { NexusError } from "#core/contract/errors.ts";
import type { ProgramWish } from "#core/contract/message.ts";
import { say } from "#core/orchestrator/compose.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { makeChange } from "#core/orchestrator/wishes/plan-held.ts";
import { draftBriefing, draftRecurring } from "#core/orchestrator/wishes/plan-schedules.ts";
import { readScheduleWish } from "#core/orchestrator/wishes/wish-schedules.ts";
import { readable } from "#core/orchestrator/wishes/wish-words.ts";
import { schedulesSeen } from "./find-schedules.ts";
import { runNow } from "./run-now.ts";
import { endSchedule, pauseSchedule } from "./schedule-deeds.ts";

type ScheduleWish = Extract<ProgramWish, { do: "set_schedule" | "on_schedule" }>;

/**
 * What a program wants of schedules, in the name of its person: as they would say it, done at once.
 * @throws NexusError schedule_unknown | schedule_invalid | not_allowed
 */
export async function doScheduleWish(deps: OrchestratorDeps, scene: Scene, wish: ScheduleWish): Promise<Outcome> {
  if (wish.do === "set_schedule") return setByWords(deps, scene, wish.words);
  const schedule = (await schedulesSeen(deps, scene)).find(({ id }) => id === wish.schedule);
  if (schedule === undefined) throw new NexusError("schedule_unknown", `no schedule ${wish.schedule} for this person`);
  switch (wish.deed) {
    case "pause":
    case "resume":
      return pauseSchedule(deps, scene, schedule, wish.deed === "pause");
    case "end":
      return endSchedule(deps, scene, schedule);
    case "run":
      return runNow(deps, scene, schedule);
    default:
      return wish.deed satisfies never;
  }
}

async function setByWords(deps: OrchestratorDeps, scene: Scene, words: string): Promise<Outcome> {
  const said = readable(words);
  const wish = said === undefined ? undefined : readScheduleWish(said);
  const draft =
    wish?.wish === "schedule"
      ? await draftBriefing(deps, scene, wish)
      : wish?.wish === "schedule_say"
        ? await draftRecurring(deps, scene, wish)
        : { instead: undefined };
  if ("instead" in draft) {
    throw new NexusError("schedule_invalid", "the words of a program set up no schedule", {
      say: draft.instead?.summary ?? "Those words set up nothing that happens again and again.",
      hint: "Say it as in chat: “every weekday at 8:30 post open approvals in #standup”.",
    });
  }
  return {
    replies: [say(`Done: ${draft.title}.`)],
    commit: async (inside) => {
      for (const change of draft.changes) await makeChange(deps, inside, scene, scene.person, change);
    },
  };
}
