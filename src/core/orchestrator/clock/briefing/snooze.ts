import { nextTimes } from "#core/clock/rule/next-times.ts";
import { instantOf, wallOf } from "#core/clock/rule/wall-clock.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import { mayChangeSchedule, requireChangeSchedule } from "#core/orchestrator/clock/schedule-right.ts";
import { runText } from "#core/orchestrator/clock/schedule-words.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { StoredSchedule } from "#core/store/store.ts";

/** For how long something is put off: what comes next, or everything of a week. */
export type SnoozeSpan = "next" | "week";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Asks for how long; whoever may not put it off for everybody is offered a copy of their own. */
export async function askSnooze(deps: OrchestratorDeps, scene: Scene, schedule: StoredSchedule): Promise<Outcome> {
  const { id, plan, nextAt, snoozedUntil } = schedule;
  const { composer } = scene;
  if (!(await mayChangeSchedule(deps, scene, schedule))) {
    const whose = `“${inert(plan.title)}” is ${inert(plan.actor.displayName)}'s, so only they and admins can put it off.`;
    const copy = composer.button("Only Me", { verb: "sch", schedule: id, do: "only_me" });
    return { replies: [alone(say(`${whose} You can have a copy of your own.`, [copy]))] };
  }
  const { rule } = plan;
  const holidays = deps.holidays.of(scene.turn.org, schedule.person, rule);
  const isResting = snoozedUntil !== undefined && snoozedUntil > scene.now;
  const [first] = isResting ? nextTimes(rule, new Date(snoozedUntil.getTime() - 1), 1, holidays) : [nextAt];
  const rests = isResting ? ` It rests until ${runText(rule, snoozedUntil)} already.` : "";
  const next = first === undefined ? "" : `${rests} The next one is ${runText(rule, first)}.`;
  const buttons = [
    composer.button("Skip the Next One", { verb: "sch", schedule: id, do: "snooze_day" }, "primary"),
    composer.button("For a Week", { verb: "sch", schedule: id, do: "snooze_week" }),
  ];
  return { replies: [alone(say(`For how long shall “${inert(plan.title)}” rest?${next}`, buttons))] };
}

/** Leaves out what comes until then. @throws NexusError not_allowed */
export async function snooze(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  span: SnoozeSpan,
): Promise<Outcome> {
  const right = await requireChangeSchedule(deps, scene, schedule);
  const { id, code, plan } = schedule;
  const until = endOf(schedule, span, scene.now);
  const holidays = deps.holidays.of(scene.turn.org, schedule.person, plan.rule);
  const [after] = nextTimes(plan.rule, new Date(until.getTime() - 1), 1, holidays);
  const then = after === undefined ? "" : ` The one after that comes ${runText(plan.rule, after)}.`;
  const summary =
    span === "next"
      ? `I leave the next “${inert(plan.title)}” out.${then}`
      : `“${inert(plan.title)}” rests until ${runText(plan.rule, until)}.${then.replace("one after that comes", "next one is")}`;
  const how = `\`resume ${code}\` goes on with it at once.`;
  return {
    replies: [alone(say(summary, [], [{ type: "context", markdown: how }]))],
    audit: [
      {
        act: "schedule.changed",
        outcome: "done",
        actor: actorOf(scene),
        right,
        subject: { kind: "schedule", id },
        detail: { snoozedUntil: until.getTime() },
      },
    ],
    commit: (inside) => inside.forOrg(scene.turn.org).schedules.snooze(id, until),
  };
}

/** Just after what comes next; or the end of the seventh day, by the schedule's clock. */
function endOf({ plan, nextAt }: StoredSchedule, span: SnoozeSpan, now: Date): Date {
  if (span === "next" && nextAt !== undefined) return new Date(nextAt.getTime() + MINUTE_MS);
  const { timeZone } = plan.rule;
  const wall = wallOf(timeZone, new Date(now.getTime() + (span === "next" ? 1 : 7) * DAY_MS));
  const midnight = wall - (wall % DAY_MS) + (span === "next" ? 0 : DAY_MS);
  return instantOf(timeZone, midnight) ?? new Date(now.getTime() + 7 * DAY_MS);
}
