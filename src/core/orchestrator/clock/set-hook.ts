import type { HookPlan } from "#core/contract/hook.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Repositories } from "#core/store/store.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { Change } from "#core/orchestrator/wishes/plan-change.ts";

type HookChange = Extract<Change, { set: "hook" }>;

/** The hook that is there now where a change would set or end one. */
export async function heldHook(
  inside: Pick<Repositories, "forOrg">,
  org: OrgId,
  { id }: HookChange,
): Promise<HookPlan | null> {
  const held = await inside.forOrg(org).hooks.get(id);
  return held === undefined || held.state === "ended" ? null : held.plan;
}

/** Sets or ends a hook as part of the commit of a turn, with its line in the audit. A new one gets a secret of its own. */
export async function setHook(
  deps: Pick<OrchestratorDeps, "audit" | "hooks">,
  inside: Repositories,
  scene: Pick<Scene, "turn" | "person">,
  { id, owner, code, after }: HookChange,
): Promise<void> {
  const { org, turnId } = scene.turn;
  const { hooks } = inside.forOrg(org);
  if (after === null) await hooks.setState(id, ["on", "paused"], "ended");
  else await hooks.put({ id, person: owner, code, plan: after }, deps.hooks.drawSecret(id, after.scheme, 1));
  await deps.audit.recordIn(inside, org, {
    act: "hook.changed",
    outcome: "done",
    actor: actorOf(scene),
    right: "hook.manage",
    subject: { kind: "hook", id },
    turn: turnId,
    detail: { what: after === null ? "ended" : "set", code, owner },
  });
}
