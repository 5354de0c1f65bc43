import type { Inbound } from "#core/contract/message.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { onExpiryNotice } from "./expiry-notice.ts";
import { onHookDue } from "./hook-due.ts";
import { onScheduleDue } from "./schedule-due.ts";
import { onScheduleNotice } from "./schedule-notice.ts";
import { onWatchDue } from "./watch-due.ts";

type Due = Extract<Inbound, { kind: "due" }>;
type ClockDue = Extract<Due["what"], "schedule" | "schedule_notice" | "watch" | "hook" | "expiry_notice">;

/** What the clock, or a program outside, has brought up. */
export function onClockDue(deps: OrchestratorDeps, scene: Scene, what: ClockDue, id: string): Promise<Outcome> {
  switch (what) {
    case "schedule":
      return onScheduleDue(deps, scene, id);
    case "schedule_notice":
      return onScheduleNotice(deps, scene, id);
    case "watch":
      return onWatchDue(deps, scene, id);
    case "hook":
      return onHookDue(deps, scene, id);
    case "expiry_notice":
      return onExpiryNotice(deps, scene, id);
    default:
      return what satisfies never;
  }
}
