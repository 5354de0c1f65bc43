import { approversReply } from "#core/orchestrator/approvals/approvers.ts";
import { beginConnect } from "#core/orchestrator/secrets/begin-connect.ts";
import { findSource } from "#core/orchestrator/secrets/connect.ts";
import { say } from "#core/orchestrator/compose.ts";
import { findModule } from "#core/orchestrator/runs/modules-switch.ts";
import { onCommand } from "#core/orchestrator/on-command.ts";
import { planLimit } from "./plan-limits.ts";
import { planMeetings } from "./plan-meetings.ts";
import { planModels } from "./plan-models.ts";
import { alone } from "./plan-offer.ts";
import { declineLanguage, planLocale, planZone } from "./plan-own.ts";
import { planReminder } from "./plan-reminders.ts";
import { planRule } from "./plan-rules.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { readWish } from "./read-wish.ts";
import type { Known, Wish } from "./wish.ts";

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
    case "remind_often":
      return declineOften(wish.text);
    default:
      return wish satisfies never;
  }
}

/** Nothing of ours starts again and again by itself yet. */
function declineOften(text: string): Outcome {
  const words =
    "I can remind you once, but not again and again yet. I noted that you want it. Say one time, as in `remind me tomorrow at 9 to …`.";
  return { replies: [alone(say(words))], unmet: { text, reason: "recurring reminders", kind: "ours" } };
}
