import { approversReply } from "#core/orchestrator/approvals/approvers.ts";
import { beginConnect } from "#core/orchestrator/secrets/begin-connect.ts";
import { findSource } from "#core/orchestrator/secrets/connect.ts";
import { findModule } from "#core/orchestrator/runs/modules-switch.ts";
import { onCommand } from "#core/orchestrator/on-command.ts";
import { declineBeyond } from "./decline-beyond.ts";
import { changeHook } from "./plan-hook-changes.ts";
import { planHook } from "./plan-hooks.ts";
import { planLimit } from "./plan-limits.ts";
import { planMeetings } from "./plan-meetings.ts";
import { planModels } from "./plan-models.ts";
import { declineLanguage, planLocale, planZone } from "./plan-own.ts";
import { planQuiet } from "./plan-quiet.ts";
import { planReminder } from "./plan-reminders.ts";
import { planRule } from "./plan-rules.ts";
import { planScheduleChange } from "./plan-schedule-changes.ts";
import { planRecurring, planSchedule } from "./plan-schedules.ts";
import { changeWatch } from "./plan-watch-changes.ts";
import { planWatch } from "./plan-watches.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { readWish } from "./read-wish.ts";
import type { Known, WatchWish, Wish } from "./wish.ts";
import { readReminderWish } from "./wish-reminders.ts";

/**
 * A sentence that wants something set up otherwise: asked about, never done at once. Undefined for every other sentence,
 * and for one whose words turn out to name nothing here.
 */
export async function onWish(deps: OrchestratorDeps, scene: Scene, text: string): Promise<Outcome | undefined> {
  const wish = readWish(text, knownTo(deps, scene));
  return wish && plan(deps, scene, wish);
}

function knownTo(deps: OrchestratorDeps, scene: Scene): Known {
  return {
    isModule: (name) => findModule(deps, scene.turn.org, name) !== undefined,
    isSource: (name) => findSource(deps, scene.turn.org, name) !== undefined,
  };
}

async function plan(deps: OrchestratorDeps, scene: Scene, wish: Wish): Promise<Outcome | undefined> {
  switch (wish.wish) {
    case "command":
      return onCommand(deps, scene, wish.command);
    case "approvers":
      return { replies: [await approversReply(deps, scene)] };
    case "connect": {
      const source = findSource(deps, scene.turn.org, wish.source);
      return source && beginConnect(deps, scene, source, { for: "me" });
    }
    case "modules":
    case "all_modules":
    case "inside":
    case "grant":
    case "effects":
      return planRule(deps, scene, wish);
    case "cloud":
    case "highest":
      return planModels(deps, scene, wish);
    case "limit":
      return planLimit(deps, scene, wish);
    case "zone":
      return planZone(deps, scene, wish.zone);
    case "locale":
      return planLocale(deps, scene, wish.of);
    case "language":
      return declineLanguage(scene, wish);
    case "remind":
      return planReminder(deps, scene, wish.rest);
    case "remind_meetings":
      return planMeetings(deps, scene, wish);
    case "hook":
      return planHook(deps, scene, wish);
    case "hook_change":
      return changeHook(deps, scene, wish);
    case "watch_change":
      return changeWatch(deps, scene, wish);
    case "watch":
      return (await planWatch(deps, scene, wish)) ?? byTheClock(deps, scene, wish);
    case "schedule":
      return planSchedule(deps, scene, wish);
    case "schedule_say":
      return planRecurring(deps, scene, wish);
    case "schedule_beyond":
      return declineBeyond(wish);
    case "schedule_quiet":
      return planQuiet(deps, scene, wish);
    case "schedule_change":
      return planScheduleChange(deps, scene, wish);
    default:
      return wish satisfies never;
  }
}

/** “Ping me when it is five” names a time after all. */
function byTheClock(deps: OrchestratorDeps, scene: Scene, { said }: WatchWish): Promise<Outcome | undefined> {
  const reminder = readReminderWish(said);
  return reminder === undefined ? Promise.resolve(undefined) : plan(deps, scene, reminder);
}
