import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { WatchPlan } from "#core/contract/watch.ts";
import type { Repositories } from "#core/store/store.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { Change } from "#core/orchestrator/wishes/plan-change.ts";

type WatchChange = Extract<Change, { set: "watch" }>;

/** The watch that goes on now where a change would make or end one. */
export async function heldWatch(
  inside: Pick<Repositories, "forOrg">,
  org: OrgId,
  change: WatchChange,
): Promise<WatchPlan | null> {
  const held = await inside.forOrg(org).watches.get(change.id);
  return held?.state === "on" ? held.plan : null;
}

/** Begins a watch or ends it, as part of the commit of a turn, with its line in the audit. */
export async function setWatch(
  deps: Pick<OrchestratorDeps, "audit" | "clock">,
  inside: Repositories,
  scene: Pick<Scene, "turn" | "person">,
  person: PersonId,
  { id, code, before, after }: WatchChange,
): Promise<void> {
  const { org, turnId } = scene.turn;
  const { watches } = inside.forOrg(org);
  if (after === null) await watches.end(id, "ended", "owner");
  else await watches.put({ id, person, code, plan: after, endsAt: endOf(after, deps.clock()) });
  const about = after ?? before;
  await deps.audit.recordIn(inside, org, {
    act: "watch.changed",
    outcome: "done",
    actor: actorOf(scene),
    right: "schedule.own",
    subject: { kind: "watch", id },
    turn: turnId,
    detail: {
      to: after === null ? "ended" : "on",
      ...(about && { capability: `${about.module}.${about.capability}` }),
    },
  });
}

/** Until when a watch goes on that begins or is renewed now. */
export function endOf({ days, untilMs }: Pick<WatchPlan, "days" | "untilMs">, now: Date): Date {
  return new Date(Math.min(now.getTime() + days * DAY_MS, untilMs ?? Infinity));
}

const DAY_MS = 24 * 60 * 60_000;
