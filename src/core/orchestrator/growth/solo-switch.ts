import { moment } from "#core/contract/moment.ts";
import type { Elsewhere } from "#core/delivery/delivery.ts";
import type { Repositories } from "#core/store/store.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { onlyIfStill, redrawn } from "#core/orchestrator/approvals/gate-places.ts";
import { say } from "#core/orchestrator/compose.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/**
 * Says whether whoever asks for a module may approve it alone, or lets them, or not any more. What waits for a decision
 * is under the new rule at once, and its cards say so.
 */
export async function onSoloCommand(deps: OrchestratorDeps, scene: Scene, set?: boolean): Promise<Outcome> {
  const { org } = scene.turn;
  const since = await deps.store.forOrg(org).gates.soloSince();
  if (set === undefined) return { replies: [say(stateText(since))] };
  await requirePermission(deps, scene, "approval.solo");
  if (set === (since !== undefined)) return { replies: [say(stateText(since))] };
  const elsewhere: Elsewhere[] = [];
  const checks: ((inside: Repositories) => Promise<void>)[] = [];
  for (const gate of await deps.approval.waiting(org)) {
    if (gate.kind !== "install") continue;
    elsewhere.push(...(await redrawn(deps, org, gate, undefined, set)));
    checks.push(onlyIfStill(org, gate));
  }
  return {
    replies: [say(set ? SWITCHED_ON : SWITCHED_OFF)],
    elsewhere,
    audit: [
      {
        act: "solo.switched",
        outcome: "done",
        actor: actorOf(scene),
        right: "approval.solo",
        subject: { kind: "solo", id: "solo mode" },
        detail: { on: set },
      },
    ],
    async commit(inside) {
      for (const check of checks) await check(inside);
      await inside.forOrg(org).gates.setSolo(set ? scene.now : undefined);
    },
  };
}

const SWITCHED_ON =
  "Solo mode is on: whoever asks for a module may approve it alone, if their role lets them decide at all. Every card says so. `solo off` ends it.";
const SWITCHED_OFF = "Solo mode is off: what is to be installed is approved by others than those who had a part in it.";

function stateText(since: Date | undefined): string {
  if (since === undefined) return `${SWITCHED_OFF} An owner can say \`solo on\`.`;
  return `Solo mode is on since ${moment(since, "date_time")}: whoever asks for a module may approve it alone. \`solo off\` ends it.`;
}
