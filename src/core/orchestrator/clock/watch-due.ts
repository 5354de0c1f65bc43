import { judge } from "#core/clock/watches/judge.ts";
import { nextLook } from "#core/clock/watches/pace.ts";
import { personRef } from "#core/contract/principal.ts";
import { WatchId } from "#core/contract/ids.ts";
import type { Looked, StoredWatch } from "#core/store/store.ts";
import { isOutsider } from "#core/orchestrator/people/outsider.ts";
import { READ_WHOLE } from "#core/orchestrator/wishes/plan-offer.ts";
import { recordRun } from "#core/orchestrator/why.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { followMeetings } from "./watch-meetings.ts";
import { type EndedBy, telling, writing } from "./watch-outcome.ts";
import { lookAt, type LookResult } from "./watch-run.ts";
import { isNothing } from "./watch-offer.ts";
import { cannotLook, endedReply, tellReply } from "./watch-tell.ts";

/**
 * Looks at what somebody watches, by the rights they have now, and tells them when it is so. What was seen, what is told
 * and when the next look is are one commit: told once, however often NEXUS is killed in between.
 */
export async function onWatchDue(deps: OrchestratorDeps, scene: Scene, id: string): Promise<Outcome> {
  const { org, signal } = scene.turn;
  const [name, dueAt] = id.split("@");
  const watch = await deps.store.forOrg(org).watches.get(WatchId.parse(name));
  // Ended, changed or looked at meanwhile.
  if (watch?.state !== "on" || watch.nextAt.getTime() !== Number(dueAt)) return { replies: [] };
  const actor = await deps.lookUp(watch.plan.actor, signal);
  if (actor !== watch.plan.actor) await deps.store.forOrg(org).memberships.saw(watch.person, actor, scene.now);
  const { hasLeft } = await deps.roles.standing(org, watch.person);
  // There is nobody to be told, and nobody by whose rights to look.
  if (hasLeft || isOutsider(actor)) return ended(deps, scene, watch, "left", false);
  if (watch.endsAt <= scene.now) return ended(deps, scene, watch, "time", true);
  const { plan } = watch;
  const look = await lookAt(deps, scene, plan, plan.place);
  if (look.is !== "run") return failed(deps, scene, watch, look, true);
  const { result } = look;
  if (!result.ok && result.code === "slot_invalid") return ended(deps, scene, watch, "over", true);
  // The last known value says nothing of now.
  if ((!result.ok && !isNothing(result)) || (result.ok && result.stale)) {
    return failed(deps, scene, watch, look, !result.ok && result.credential !== undefined);
  }
  const data = result.ok ? result.data : undefined;
  if (plan.test.is === "meetings") return followMeetings(deps, scene, watch, data);
  const judged = judge(plan, data, watch.seen, scene.now);
  const isDone = judged.fires && plan.often === "once";
  const looked: Looked = {
    seen: JSON.parse(JSON.stringify(judged.seen)),
    nextAt: nextLook(scene.now, plan.everyMinutes, 0, Math.random()),
    state: isDone ? "done" : "on",
    ...(isDone && { why: "told" }),
    told: judged.fires,
    failures: 0,
  };
  const commit = writing(scene, watch, looked);
  if (!judged.fires) return { replies: [], commit };
  return {
    ...telling(scene, watch, tellReply(scene, watch, look, judged)),
    record: { at: scene.now.getTime(), route: READ_WHOLE, run: recordRun(result, plan.input), right: look.right },
    commit,
  };
}

/** Nothing came back: it is tried ever more rarely, its owner is told once, and it ends after a week of that. */
function failed(
  deps: OrchestratorDeps,
  scene: Scene,
  watch: StoredWatch,
  look: LookResult,
  /** Nothing but a person can mend it. */
  isTheirs: boolean,
): Promise<Outcome> | Outcome {
  const since = watch.failingSince ?? scene.now;
  if (scene.now.getTime() - since.getTime() >= GIVEN_UP_MS) return ended(deps, scene, watch, "failing", true);
  const failures = watch.failures + 1;
  const retryAfterS = look.is === "run" && !look.result.ok ? (look.result.retryAfterS ?? 0) : 0;
  const isNews = failures === (isTheirs ? 1 : TOLD_AT);
  return {
    ...(isNews ? telling(scene, watch, cannotLook(scene, watch, look)) : { replies: [] }),
    commit: writing(scene, watch, {
      seen: watch.seen ?? null,
      nextAt: nextLook(scene.now, watch.plan.everyMinutes, failures, Math.random(), retryAfterS),
      state: "on",
      told: false,
      failures,
      failingSince: since,
    }),
  };
}

/** A source that is away for a moment is no news; one that fails this often in a row is. */
const TOLD_AT = 3;
const GIVEN_UP_MS = 7 * 24 * 60 * 60_000;

function ended(
  deps: Pick<OrchestratorDeps, "audit">,
  scene: Scene,
  watch: StoredWatch,
  why: EndedBy,
  isTold: boolean,
): Outcome {
  const isSilent = !isTold || watch.plan.test.is === "meetings";
  return {
    ...(isSilent ? { replies: [] } : telling(scene, watch, endedReply(scene, watch, why))),
    audit: [
      {
        act: "watch.changed",
        outcome: "done",
        actor: personRef(watch.person),
        subject: { kind: "watch", id: watch.id },
        detail: { to: "ended", because: why },
      },
    ],
    commit: writing(scene, watch, {
      seen: null,
      nextAt: watch.nextAt,
      state: "ended",
      why,
      told: false,
      failures: watch.failures,
    }),
  };
}
