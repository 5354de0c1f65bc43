import type { Inbound } from "#core/contract/message.ts";
import { onConnected } from "./secrets/connected.ts";
import { onGateAttached } from "./approvals/gate-attached.ts";
import { onInstalled } from "./growth/install-first-asker.ts";
import { onReverted } from "./growth/reverted-card.ts";
import { onGateWaiting } from "./approvals/gate-waiting.ts";
import { onCardUndelivered, onGateExpired } from "./approvals/gate-end.ts";
import { onBuild } from "./growth/build-due.ts";
import { onClockDue } from "./clock/on-clock-due.ts";
import { onQuotaNotice } from "./usage/quota-notice.ts";
import { onProposal } from "./growth/proposal-due.ts";
import { onRevoked } from "./growth/revoked-notice.ts";
import { onReminder } from "./wishes/reminder-due.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";

/** Something of ours whose time has come. */
export function onDue(
  deps: OrchestratorDeps,
  scene: Scene,
  inbound: Extract<Inbound, { kind: "due" }>,
): Promise<Outcome> {
  switch (inbound.what) {
    case "gate_expired":
      return onGateExpired(deps, scene, inbound);
    case "card_undelivered":
      return onCardUndelivered(deps, scene, inbound);
    case "gate_attached":
      return onGateAttached(deps, scene, inbound);
    case "installed":
      return onInstalled(deps, scene, inbound.id);
    case "module_reverted":
      return onReverted(deps, scene, inbound.id);
    case "connected":
      return onConnected(deps, scene, inbound.id);
    case "quota_notice":
      return onQuotaNotice(deps, scene, inbound);
    case "build":
      return onBuild(deps, scene, inbound);
    case "proposal":
      return onProposal(deps, scene, inbound.id);
    case "module_revoked":
      return onRevoked(deps, scene, inbound.id);
    case "gate_waiting":
      return onGateWaiting(deps, scene, inbound.id);
    case "reminder":
      return onReminder(deps, scene, inbound.id);
    case "schedule":
    case "schedule_notice":
    case "watch":
    case "hook":
    case "expiry_notice":
      return onClockDue(deps, scene, inbound.what, inbound.id);
    default:
      return inbound.what satisfies never;
  }
}
