import { checkRule } from "#core/clock/rule/check-rule.ts";
import type { BriefingSection, SchedulePlan, ScheduleRule } from "#core/contract/schedule.ts";
import { refuseDeclared, schedulesMeant } from "#core/orchestrator/clock/find-schedules.ts";
import { pauseSchedule } from "#core/orchestrator/clock/schedule-deeds.ts";
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
import { schedulePlace } from "./schedule-place.ts";
import { readSections } from "./schedule-sections.ts";
import type { ScheduleChangeWish } from "./wish-schedule-changes.ts";
import type { SaidPlace, SaidWhen } from "./wish-schedules.ts";

/**
 * Plans a change of a schedule that there is, or asks which was meant; undefined where none here is called so: the words
 * may mean something else.
 */
export async function planScheduleChange(
  deps: OrchestratorDeps,
  scene: Scene,
  wish: ScheduleChangeWish,
): Promise<Outcome | undefined> {
  const [meant, ...others] = await schedulesMeant(deps, scene, wish.which);
  if (meant === undefined) return undefined;
  if (others.length > 0) return { replies: [alone(which(scene, [meant, ...others]))] };
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
    case "skip":
      return skipDay(deps, scene, meant, wish.day);
    case "holidays":
    case "no_holidays": {
      const skipHolidays = wish.do === "no_holidays";
      const after = { ...plan, rule: { ...plan.rule, skipHolidays } };
      return offer(
        deps,
        scene,
        meant,
        after,
        `${skipHolidays ? "leave out holidays in" : "post on holidays too in"} ${title}`,
      );
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

/** What is to be different; what is empty stays. */
export interface ScheduleEdit {
  readonly what: string;
  readonly when: SaidWhen | undefined;
  readonly place: SaidPlace | undefined;
  readonly name: string;
  /** The time of the day alone. */
  readonly minutes?: number;
}

/** Plans a schedule otherwise than it is. @throws NexusError not_allowed | schedule_invalid */
export async function planEdited(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  { what, when, place, name, minutes }: ScheduleEdit,
): Promise<Outcome> {
  await requireChangeSchedule(deps, scene, schedule);
  const { plan } = schedule;
  let after: SchedulePlan = name === "" ? plan : { ...plan, title: clip(name, 80) };
  const rule = ruleAfter(plan.rule, when, minutes);
  if (rule === "several") {
    const words =
      "Those times need a schedule each: one pattern has the same minute in every hour. Change it to one of them, and set up another for the rest.";
    return { replies: [alone(say(words))] };
  }
  checkRule(rule);
  after = { ...after, rule };
  if (place !== undefined) {
    if (schedule.person !== scene.person) {
      return {
        replies: [
          alone(say("Where it posts only its owner can change: what they may see there decides what it tells.")),
        ],
      };
    }
    const where = await schedulePlace(deps, scene, place);
    if ("refused" in where) return { replies: [alone(say(where.refused))] };
    after = { ...after, place: where.place };
  }
  if (what !== "") {
    if (plan.task.do === "say")
      after = { ...after, task: { ...plan.task, text: clip(what.replaceAll(/^"|"$/g, ""), 500) } };
    else {
      const sections = await sectionsOf(deps, scene, what);
      if ("refused" in sections) return { replies: [alone(say(sections.refused))] };
      after = { ...after, task: briefingOf(plan, sections.sections) };
    }
  }
  const sections = after.task.do === "briefing" ? after.task.sections : [];
  const refused =
    schedule.person === scene.person ? await refusedSection(deps, scene, sections, after.place) : undefined;
  if (refused !== undefined) return { replies: [alone(say(refused))] };
  return offer(deps, scene, schedule, after, `change “${inert(plan.title)}”`, when?.notes ?? []);
}

function ruleAfter(
  rule: ScheduleRule,
  when: SaidWhen | undefined,
  minutes: number | undefined,
): ScheduleRule | "several" {
  if (minutes !== undefined) {
    const [, , ...days] = rule.cron.split(" ");
    return { ...rule, cron: [minutes % 60, Math.floor(minutes / 60), ...days].join(" ") };
  }
  if (when === undefined) return rule;
  const [cron, ...others] = when.crons;
  if (cron === undefined || others.length > 0) return "several";
  return {
    ...rule,
    cron,
    ...(when.timeZone !== undefined && { timeZone: when.timeZone }),
    skipHolidays: when.skipHolidays || rule.skipHolidays,
  };
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
  const names = more.sections.map((section) => lowered(sectionTitle(section))).join(" and ");
  return offer(
    deps,
    scene,
    schedule,
    { ...plan, task: briefingOf(plan, sections) },
    `add ${names} to “${inert(plan.title)}”`,
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

function briefingOf({ task }: SchedulePlan, sections: readonly BriefingSection[]): SchedulePlan["task"] {
  const whenNothing = task.do === "briefing" ? task.whenNothing : "line";
  return { do: "briefing", sections: [...sections], whenNothing };
}

async function sectionsOf(
  deps: OrchestratorDeps,
  scene: Scene,
  what: string,
): Promise<{ readonly sections: readonly BriefingSection[] } | { readonly refused: string }> {
  const read = await readSections(deps, scene, what);
  for (const one of read) {
    switch (one.is) {
      case "section":
        break;
      case "unknown":
        return { refused: `Nothing here tells “${inert(one.words)}”. \`help\` names what I can tell.` };
      case "unsure":
        return {
          refused: `“${inert(one.words)}” may mean several things: ${one.choices.map((choice) => `\`${inert(choice)}\``).join(" or ")}. Say it in those words.`,
        };
      case "missing":
        return { refused: `For “${inert(one.words)}”: ${inert(one.question)} Say it again with that.` };
      default:
        return one satisfies never;
    }
  }
  return { sections: read.flatMap((one) => (one.is === "section" ? [one.section] : [])) };
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

function which(scene: Scene, meant: readonly StoredSchedule[]) {
  const actions = meant
    .slice(0, MOST_OFFERED)
    .map(({ id, code, plan }) =>
      scene.composer.button(clip(`${inert(plan.title)} (${code})`, 75), { verb: "sch", schedule: id, do: "settings" }),
    );
  return say("Which of them do you mean?", actions, [
    { type: "context", markdown: "`schedules` shows them all: name one by its code." },
  ]);
}

function lowered(words: string): string {
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}
