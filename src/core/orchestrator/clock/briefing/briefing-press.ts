import { NexusError } from "#core/contract/errors.ts";
import type { Meaning } from "#core/orchestrator/meaning.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import { leaveSlot, runNow } from "#core/orchestrator/clock/run-now.ts";
import { onlyMe } from "./only-me.ts";
import { askSnooze, snooze } from "./snooze.ts";
import { moreOf } from "./more.ts";

type Press = Extract<Meaning, { verb: "sch" }>;

/** What is pressed on a post of a schedule, or on what is said of a slot that was missed. */
export type BriefingDeed = Extract<
  Press["do"],
  "more" | "snooze" | "snooze_day" | "snooze_week" | "only_me" | "run" | "leave"
>;

const DEEDS: ReadonlySet<Press["do"]> = new Set<BriefingDeed>([
  "more",
  "snooze",
  "snooze_day",
  "snooze_week",
  "only_me",
  "run",
  "leave",
]);

/** Whether a press is one of those on a post. */
export function isBriefingDeed(deed: Press["do"]): deed is BriefingDeed {
  return DEEDS.has(deed);
}

/**
 * Does what was pressed on a post, for whoever pressed it, with their own rights.
 * @throws NexusError schedule_unknown | not_allowed
 */
export async function onBriefingPress(deps: OrchestratorDeps, scene: Scene, press: Press): Promise<Outcome> {
  const schedule = await pressedSchedule(deps, scene, press);
  switch (press.do) {
    case "more":
      return moreOf(deps, scene, schedule);
    case "snooze":
      return askSnooze(deps, scene, schedule);
    case "snooze_day":
    case "snooze_week":
      return snooze(deps, scene, schedule, press.do === "snooze_day" ? "next" : "week");
    case "only_me":
      return onlyMe(deps, scene, schedule);
    case "run":
      return runNow(deps, scene, schedule, press.slot);
    case "leave":
      return leaveSlot(deps, scene, schedule, press.slot);
    default:
      throw new NexusError("action_expired", `nobody does ${press.do} here`);
  }
}

/** The schedule that a button is about. @throws NexusError schedule_unknown when it was never created, or has ended */
export async function pressedSchedule(
  { store }: Pick<OrchestratorDeps, "store">,
  { turn }: Pick<Scene, "turn">,
  { schedule }: Pick<Press, "schedule">,
): Promise<StoredSchedule> {
  const found = await store.forOrg(turn.org).schedules.get(schedule);
  if (found === undefined) {
    throw new NexusError("schedule_unknown", "a button of a preview", {
      say: "That was a preview: it is not created yet.",
      hint: "Press Create below its plan first.",
    });
  }
  if (found.state === "ended") {
    throw new NexusError("schedule_unknown", "it has ended", { say: "That has ended, and posts nothing any more." });
  }
  return found;
}
