import type { Reply } from "#core/contract/reply.ts";
import type { SchedulePlan } from "#core/contract/schedule.ts";
import { adoptSchedule } from "#core/orchestrator/clock/adopt-schedule.ts";
import { refuseDeclared, schedulesMeant } from "#core/orchestrator/clock/find-schedules.ts";
import { runNow } from "#core/orchestrator/clock/run-now.ts";
import { scheduleCard } from "#core/orchestrator/clock/schedule-card.ts";
import { pauseSchedule, previewOf } from "#core/orchestrator/clock/schedule-deeds.ts";
import { skipDay, snoozeSchedule } from "#core/orchestrator/clock/schedule-snooze.ts";
import { requireChangeSchedule } from "#core/orchestrator/clock/schedule-right.ts";
import { sectionTitle } from "#core/orchestrator/clock/schedule-words.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { plainName } from "#core/orchestrator/plain-name.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import { alone } from "./plan-offer.ts";
import { offerScheduled } from "./plan-schedules.ts";
import { refusedSection } from "./schedule-bounds.ts";
import { briefingOf, editSchedule, editTitle, namesOf, type ScheduleEdit, sectionsOf } from "./schedule-edit.ts";
import { unknownSchedule } from "./unknown-schedule.ts";
import type { ScheduleChangeWish } from "./wish-schedule-changes.ts";

/** Plans a change of a schedule that there is, or asks which was meant; where none here is called so, says which there are. */
export async function planScheduleChange(
  deps: OrchestratorDeps,
  scene: Scene,
  wish: ScheduleChangeWish,
): Promise<Outcome> {
  const [meant, ...others] = await schedulesMeant(deps, scene, wish.which);
  if (meant === undefined) return unknownSchedule(deps, scene, wish.which);
  if (others.length > 0) return { replies: [alone(whichSchedule(scene, [meant, ...others]))] };
  // Whose it is by then is not asked for the right to change others'.
  if (wish.do === "adopt") return adoptSchedule(deps, scene, meant);
  // Whoever may see one may look at it.
  if (wish.do === "show") return { replies: [await scheduleCard(deps, scene, meant)] };
  if (wish.do === "preview") return previewOf(deps, scene, meant);
  await requireChangeSchedule(deps, scene, meant);
  const { plan } = meant;
  const title = `“${inert(plan.title)}”`;
  switch (wish.do) {
    case "end":
      return offer(deps, scene, meant, null, `end ${title}`);
    case "pause":
      return wish.until === undefined
        ? pauseSchedule(deps, scene, meant, true)
        : snoozeSchedule(deps, scene, meant, wish.until);
    case "resume":
      return pauseSchedule(deps, scene, meant, false);
    case "run":
      return runNow(deps, scene, meant);
    case "skip":
      return skipDay(deps, scene, meant, wish.day);
    case "holidays":
    case "no_holidays": {
      const skipHolidays = wish.do === "no_holidays";
      const { calendar: _, ...rule } = plan.rule;
      // Whoever names no calendar leaves the one that is named, unless holidays are not left out any more.
      const named = wish.do === "no_holidays" ? (wish.calendar ?? plan.rule.calendar) : undefined;
      const after = { ...plan, rule: { ...rule, skipHolidays, ...(named !== undefined && { calendar: named }) } };
      return offer(
        deps,
        scene,
        meant,
        after,
        `${skipHolidays ? "leave out holidays in" : "post on holidays too in"} ${title}`,
      );
    }
    case "nothing": {
      if (plan.task.do !== "briefing")
        return { replies: [alone(say("That is no briefing: it says the same each time."))] };
      const { whenNothing } = wish;
      const deed =
        whenNothing === "silent"
          ? `post ${title} only when there is something new`
          : `let ${title} say so when there is nothing new`;
      return offer(deps, scene, meant, { ...plan, task: { ...plan.task, whenNothing } }, deed);
    }
    case "move":
      return planEdited(deps, scene, meant, {
        what: "",
        when: "minutes" in wish.to ? undefined : wish.to,
        place: undefined,
        name: "",
        ...("minutes" in wish.to && { minutes: wish.to.minutes }),
      });
    case "place":
      return planEdited(deps, scene, meant, { what: "", when: undefined, place: { channel: wish.channel }, name: "" });
    case "name":
      return planEdited(deps, scene, meant, { what: "", when: undefined, place: undefined, name: wish.name });
    case "add":
      return addSections(deps, scene, meant, wish.what);
    case "drop":
      return dropSection(deps, scene, meant, wish.what);
    default:
      return wish satisfies never;
  }
}

/** Plans a schedule otherwise than it is. @throws NexusError not_allowed | schedule_invalid */
export async function planEdited(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  edit: ScheduleEdit,
): Promise<Outcome> {
  await requireChangeSchedule(deps, scene, schedule);
  const { plan } = schedule;
  if ((edit.when?.crons.length ?? 0) > 1) {
    const words =
      "Those times need a schedule each: one pattern has the same minute in every hour. Change it to one of them, and set up another for the rest.";
    return { replies: [alone(say(words))] };
  }
  const edited = await editSchedule(deps, scene, plan, schedule.person === scene.person, edit);
  if ("refused" in edited) return { replies: [alone(say(edited.refused))] };
  return offer(deps, scene, schedule, edited.after, editTitle(scene, plan, edited.after), edited.notes);
}

async function addSections(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  what: string,
): Promise<Outcome> {
  const { plan } = schedule;
  if (plan.task.do !== "briefing")
    return { replies: [alone(say("That is no briefing, so there is nothing to add to it."))] };
  const more = await sectionsOf(deps, scene, what);
  if ("refused" in more) return { replies: [alone(say(more.refused))] };
  const held = new Set(plan.task.sections.map((section) => JSON.stringify(section)));
  const fresh = more.sections.filter((section) => !held.has(JSON.stringify(section)));
  const sections = [...plan.task.sections, ...fresh];
  const refused = await refusedSection(deps, scene, sections, plan.place);
  if (refused !== undefined) return { replies: [alone(say(refused))] };
  return offer(
    deps,
    scene,
    schedule,
    { ...plan, task: briefingOf(plan, sections) },
    `add ${namesOf(more.sections)} to “${inert(plan.title)}”`,
  );
}

async function dropSection(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  what: string,
): Promise<Outcome> {
  const { plan } = schedule;
  const held = plan.task.do === "briefing" ? plan.task.sections : [];
  const wanted = plainName(what.replace(/^(?:the|our|my) /i, ""));
  const left = held.filter((section) => !plainName(sectionTitle(section)).includes(wanted) || wanted === "");
  if (left.length === held.length) {
    const names = held.map(sectionTitle).join(", ");
    return { replies: [alone(say(`“${inert(what)}” is not in it. It has: ${names}.`))] };
  }
  if (left.length === 0) {
    return { replies: [alone(say(`Nothing would be left of it. \`end ${schedule.code}\` ends it.`))] };
  }
  return offer(
    deps,
    scene,
    schedule,
    { ...plan, task: briefingOf(plan, left) },
    `take ${inert(what)} out of “${inert(plan.title)}”`,
  );
}

function offer(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  after: SchedulePlan | null,
  title: string,
  notes: readonly string[] = [],
): Promise<Outcome> {
  refuseDeclared(deps, schedule);
  const { id, code, person, plan } = schedule;
  const change = { set: "schedule", id, owner: person, code, before: plan, after } as const;
  return offerScheduled(deps, scene, { title, changes: [change], notes });
}

const MOST_OFFERED = 5;

/** Asks which of several schedules is meant. */
export function whichSchedule(scene: Scene, meant: readonly StoredSchedule[]): Reply {
  const actions = meant
    .slice(0, MOST_OFFERED)
    .map(({ id, code, plan }) =>
      scene.composer.button(clip(`${inert(plan.title)} (${code})`, 75), { verb: "sch", schedule: id, do: "settings" }),
    );
  return say("Which of them do you mean?", actions, [
    { type: "context", markdown: "`schedules` shows them all: name one by its code." },
  ]);
}
