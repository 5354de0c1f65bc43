import { checkRule } from "#core/clock/rule/check-rule.ts";
import type { BriefingSection, SchedulePlan, ScheduleRule } from "#core/contract/schedule.ts";
import { sectionTitle, whenText, whereText } from "#core/orchestrator/clock/schedule-words.ts";
import { clip } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { privacyNotes, refusedSection } from "./schedule-bounds.ts";
import { schedulePlace } from "./schedule-place.ts";
import { readSections } from "./schedule-sections.ts";
import type { SaidPlace, SaidWhen } from "./wish-schedules.ts";

/** What is to be different; what is empty stays. */
export interface ScheduleEdit {
  readonly what: string;
  readonly when: SaidWhen | undefined;
  readonly place: SaidPlace | undefined;
  readonly name: string;
  /** The time of the day alone. */
  readonly minutes?: number;
}

/** A plan as it is to be, with what there is to say of it; or why it cannot be so, in words. */
export type Edited = { readonly after: SchedulePlan; readonly notes: readonly string[] } | { readonly refused: string };

/**
 * A plan with something different, as far as this person may have it so. Its times are the first that were said.
 * @param isOwner whether it runs with this person's rights
 * @throws NexusError schedule_invalid
 */
export async function editSchedule(
  deps: OrchestratorDeps,
  scene: Scene,
  plan: SchedulePlan,
  isOwner: boolean,
  { what, when, place, name, minutes }: ScheduleEdit,
): Promise<Edited> {
  const rule = ruleAfter(plan.rule, when, minutes);
  checkRule(rule);
  let after: SchedulePlan = { ...plan, rule, ...(name !== "" && { title: clip(name, 80) }) };
  if (place !== undefined) {
    if (!isOwner) {
      return {
        refused: "Where it posts only its owner can change: what they may see there decides what it tells.",
      };
    }
    const where = await schedulePlace(deps, scene, place);
    if ("refused" in where) return where;
    after = { ...after, place: where.place };
  }
  if (what !== "" && plan.task.do === "say") {
    after = { ...after, task: { ...plan.task, text: clip(what.replaceAll(/^"|"$/g, ""), 500) } };
  } else if (what !== "") {
    const read = await sectionsOf(deps, scene, what);
    if ("refused" in read) return read;
    after = { ...after, task: briefingOf(plan, read.sections) };
  }
  const sections = after.task.do === "briefing" ? after.task.sections : [];
  const refused = isOwner ? await refusedSection(deps, scene, sections, after.place) : undefined;
  if (refused !== undefined) return { refused };
  const isElsewhere = after.place.key !== plan.place.key || what !== "";
  const notes = isElsewhere && isOwner ? await privacyNotes(deps, scene, sections, after.place) : [];
  return { after, notes: [...(when?.notes ?? []), ...notes] };
}

/** A rule with other times: of several patterns the first. */
export function ruleAfter(rule: ScheduleRule, when: SaidWhen | undefined, minutes?: number): ScheduleRule {
  if (minutes !== undefined) {
    const [, , ...days] = rule.cron.split(" ");
    return { ...rule, cron: [minutes % 60, Math.floor(minutes / 60), ...days].join(" ") };
  }
  if (when === undefined) return rule;
  return {
    ...rule,
    cron: when.crons[0] ?? rule.cron,
    ...(when.timeZone !== undefined && { timeZone: when.timeZone }),
    skipHolidays: when.skipHolidays || rule.skipHolidays,
    ...(when.calendar !== undefined && { calendar: when.calendar }),
    ...(when.quiet && { quiet: when.quiet }),
  };
}

/** What an edit comes to, as it follows “Shall I …?” and “Done:”. */
export function editTitle(scene: Scene, before: SchedulePlan, after: SchedulePlan): string {
  const title = `“${inert(before.title)}”`;
  const when = whenText(after.rule, scene.asker.locale);
  const deeds = [
    ...(when === whenText(before.rule, scene.asker.locale)
      ? []
      : [`move ${title} to ${when.charAt(0).toLowerCase()}${when.slice(1)}`]),
    ...(after.place.key === before.place.key ? [] : [`post ${title} ${inWhere(after, scene)}`]),
    ...(after.title === before.title ? [] : [`call ${title} “${inert(after.title)}”`]),
    ...(JSON.stringify(after.task) === JSON.stringify(before.task) ? [] : [`change what ${title} tells`]),
  ];
  const [only, ...more] = deeds;
  return only === undefined || more.length > 0 ? `change ${title}` : only;
}

function inWhere(plan: SchedulePlan, { conversation }: Scene): string {
  return plan.place.audience === "just_me" ? "to you alone" : `in ${whereText({ ...plan, also: [] }, conversation)}`;
}

/** The same task with other sections. */
export function briefingOf(
  { task }: Pick<SchedulePlan, "task">,
  sections: readonly BriefingSection[],
): SchedulePlan["task"] {
  const whenNothing = task.do === "briefing" ? task.whenNothing : "line";
  return { do: "briefing", sections: [...sections], whenNothing };
}

/** The sections that some words name; else what is not clear about them. */
export async function sectionsOf(
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

/** The names of some sections in a sentence. */
export function namesOf(sections: readonly BriefingSection[]): string {
  return sections
    .map(sectionTitle)
    .map((name) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`)
    .join(" and ");
}
