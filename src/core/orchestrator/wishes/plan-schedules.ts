import { randomBytes } from "node:crypto";
import { checkRule } from "#core/clock/rule/check-rule.ts";
import { newId, type PersonId, ScheduleId } from "#core/contract/ids.ts";
import { newCode } from "#core/contract/short-code.ts";
import type { BriefingSection, SchedulePlan, ScheduleRule, ScheduleTask } from "#core/contract/schedule.ts";
import type { Reply } from "#core/contract/reply.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import {
  clockNotes,
  misfireText,
  nothingText,
  runText,
  scheduleFields,
  sectionTitle,
  whenText,
} from "#core/orchestrator/clock/schedule-words.ts";
import { knowHolidays } from "#core/orchestrator/clock/known-holidays.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { Change } from "./plan-change.ts";
import { alone, offerPlan } from "./plan-offer.ts";
import { zoneNote } from "./plan-reminders.ts";
import { nextTimes } from "#core/clock/rule/next-times.ts";
import { schedulePlace } from "./schedule-place.ts";
import { askBack } from "./schedule-ask-back.ts";
import { privacyNotes, refusedSection, tooMany } from "./schedule-bounds.ts";
import { readSections } from "./schedule-sections.ts";
import { mailPlaces } from "./schedule-mail.ts";
import type { SaidWhen, ScheduleWish } from "./wish-schedules.ts";

/** How late a post is still made; minutes. */
const LATE_MINUTES = 120;

type BriefingWish = Extract<ScheduleWish, { wish: "schedule" }>;
type SayWish = Extract<ScheduleWish, { wish: "schedule_say" }>;

/** Schedules as they were asked for, not set yet; or what has to be said first, where something is missing or not theirs. */
export type DraftedSchedules =
  | { readonly title: string; readonly changes: readonly ScheduleChange[]; readonly notes: readonly string[] }
  /** Undefined: the words are about something else. */
  | { readonly instead: Reply | undefined };

type ScheduleChange = Extract<Change, { set: "schedule" }>;

/** Plans a briefing, or asks for what is missing: what it is to tell, or which of several was meant. */
export async function planSchedule(
  deps: OrchestratorDeps,
  scene: Scene,
  wish: BriefingWish,
): Promise<Outcome | undefined> {
  const draft = await draftBriefing(deps, scene, wish);
  if (!("instead" in draft)) return offerScheduled(deps, scene, draft);
  return draft.instead && { replies: [alone(draft.instead)] };
}

/** Plans a reminder that comes again and again. */
export async function planRecurring(deps: OrchestratorDeps, scene: Scene, wish: SayWish): Promise<Outcome> {
  const draft = await draftRecurring(deps, scene, wish);
  if (!("instead" in draft)) return offerScheduled(deps, scene, draft);
  return { replies: draft.instead === undefined ? [] : [alone(draft.instead)] };
}

/** Makes a briefing of words. @throws NexusError not_allowed | schedule_invalid */
export async function draftBriefing(
  deps: OrchestratorDeps,
  scene: Scene,
  wish: BriefingWish,
): Promise<DraftedSchedules> {
  await requirePermission(deps, scene, "schedule.own");
  const read = await readSections(deps, scene, wish.what);
  const isBriefing =
    wish.name !== undefined || wish.place !== undefined || wish.mail !== undefined || BRIEFING.test(wish.said);
  // A sentence of which nothing is known here may be about something else altogether.
  if (read.length > 0 && !isBriefing && read.every(({ is }) => is === "unknown")) return { instead: undefined };
  const unclear = askBack(scene, wish, read);
  if (unclear !== undefined) return { instead: unclear };
  const found = read.filter((one) => one.is === "section");
  const where = await schedulePlace(deps, scene, wish.place);
  if ("refused" in where) return { instead: say(where.refused) };
  const mail = wish.mail === undefined ? { also: [] } : await mailPlaces(deps, scene, wish.mail);
  if ("refused" in mail) return { instead: say(mail.refused) };
  const sections = found.map(({ section }) => section);
  const refused = await refusedSection(deps, scene, sections, where.place);
  if (refused !== undefined) return { instead: say(refused) };
  const title = clip(titleOf(wish, where.place.name, sections), 80);
  return draftOf(deps, scene, wish.when, {
    title,
    task: { do: "briefing", sections, whenNothing: wish.whenNothing ?? "line" },
    place: where.place,
    also: [...mail.also],
    notes: [...found.flatMap(({ note }) => note ?? []), ...(await privacyNotes(deps, scene, sections, where.place))],
  });
}

const BRIEFING = /\b(?:briefing|digest|round-?up|bulletin|post|send|email|e-mail|publish)\b/i;

/** Makes a recurring reminder of words. @throws NexusError not_allowed | schedule_invalid */
export async function draftRecurring(deps: OrchestratorDeps, scene: Scene, wish: SayWish): Promise<DraftedSchedules> {
  await requirePermission(deps, scene, "schedule.own");
  const where = await schedulePlace(deps, scene, wish.place);
  if ("refused" in where) return { instead: say(where.refused) };
  const text = clip(wish.text, 500);
  const isPrivate = wish.place === "me" && where.place.audience !== "just_me";
  return draftOf(deps, scene, wish.when, {
    title: clip(`Reminder: ${text}`, 80),
    task: { do: "say", text, isPrivate },
    place: where.place,
    also: [],
    notes: [],
  });
}

interface Draft extends Pick<SchedulePlan, "title" | "place" | "also"> {
  readonly task: ScheduleTask;
  readonly notes: readonly string[];
}

/** A schedule for each pattern that its times need. @throws NexusError schedule_invalid */
async function draftOf(deps: OrchestratorDeps, scene: Scene, when: SaidWhen, draft: Draft): Promise<DraftedSchedules> {
  const { schedules } = deps.store.forOrg(scene.turn.org);
  const [mine, all] = [await schedules.ofPerson(scene.person), await schedules.all()];
  const full = tooMany(mine.length + when.crons.length, all.length + when.crons.length);
  if (full !== undefined) return { instead: say(full) };
  const plans = when.crons.map((cron): SchedulePlan => {
    const rule: ScheduleRule = {
      cron,
      timeZone: when.timeZone ?? scene.asker.timeZone,
      skipHolidays: when.skipHolidays,
      ...(when.calendar !== undefined && { calendar: when.calendar }),
      ...(when.quiet && { quiet: when.quiet }),
    };
    checkRule(rule);
    const { title, task, place, also } = draft;
    return {
      title,
      rule,
      misfire: "late",
      lateMinutes: LATE_MINUTES,
      task,
      actor: scene.actor,
      place,
      also: [...also],
    };
  });
  const [plan] = plans;
  if (plan === undefined) return { instead: say("Say when, as in `every weekday at 8:30`.") };
  const changes: ScheduleChange[] = [];
  for (const after of plans) {
    const code = await freshCode(deps, scene);
    changes.push({ set: "schedule", id: newId(ScheduleId), owner: scene.person, code, before: null, after });
  }
  const same = mine.find((one) => one.plan.title === plan.title && isSameWhen(one.plan, plan));
  return {
    title: `${deedOf(plan)}, ${plans.map((one) => lowered(whenText(one.rule, scene.asker.locale))).join("; and ")}`,
    changes,
    notes: [
      ...when.notes,
      ...(when.isHourOurs ? ["You named no hour, so I took one: say it again with a time for another."] : []),
      ...(when.timeZone === undefined ? zoneNotes(scene) : []),
      ...draft.notes,
      ...(same === undefined ? [] : [`You have one like it already: \`schedule ${same.code}\`.`]),
    ],
  };
}

/** What setting it up comes to, as it follows “Shall I …?”. */
export function deedOf({ task, title, place }: SchedulePlan): string {
  if (task.do !== "say") return `set up “${inert(title)}”`;
  const whom = task.isPrivate || place.audience === "just_me" ? "you" : "everybody there";
  return `remind ${whom} of “${inert(task.text)}”`;
}

/** What a change of schedules is to be asked about with: the whole plan read back, and what it would post. */
export async function offerScheduled(
  deps: OrchestratorDeps,
  scene: Scene,
  draft: { readonly title: string; readonly changes: readonly Change[]; readonly notes: readonly string[] },
): Promise<Outcome> {
  const { composer } = scene;
  const plans = draft.changes.flatMap((change) =>
    change.set === "schedule" && change.after !== null ? [change.after] : [],
  );
  const [plan] = plans;
  const whose = draft.changes.flatMap((change) => (change.set === "schedule" ? [change.owner] : []))[0] ?? scene.person;
  const unknown = plan && whose === scene.person ? await knowHolidays(deps, scene, plan) : undefined;
  if (unknown !== undefined) return { replies: [alone(say(unknown.refused))] };
  const isNew = draft.changes.every(({ before }) => before === null);
  const others = plans.slice(1).map((one) => ({
    label: "And",
    value: `${whenText(one.rule, scene.asker.locale)}, next: ${firstRun(deps, scene, whose, one)}`,
  }));
  return offerPlan(deps, scene, {
    title: draft.title,
    changes: draft.changes,
    items: plan === undefined ? [] : [...scheduleFields(deps, scene, plan, whose), ...others],
    notes: [
      ...draft.notes,
      ...(plan === undefined || plan.paused
        ? []
        : [...clockNotes(plan.rule, scene.now, scene.asker.locale), `${misfireText(plan)}${nothingText(plan)}`]),
    ],
    labels: { do: plan === undefined ? "End It" : isNew ? "Create" : "Change It", leave: "Not Now" },
    buttons: (id) => ({
      before: plan === undefined ? [] : [composer.button("Preview", { verb: "pln", plan: id, do: "preview" })],
      after: isNew ? [composer.button("Change", { verb: "scf", plan: id })] : [],
    }),
  });
}

function firstRun(deps: OrchestratorDeps, { turn, now }: Scene, owner: PersonId, { rule }: SchedulePlan): string {
  const [at] = nextTimes(rule, now, 1, deps.holidays.of(turn.org, owner, rule));
  return at === undefined ? "never" : runText(rule, at);
}

/** A code that no schedule and no watch of the org has now. */
export async function freshCode(deps: Pick<OrchestratorDeps, "store">, scene: Scene): Promise<string> {
  const { schedules } = deps.store.forOrg(scene.turn.org);
  for (;;) {
    const code = newCode((size) => randomBytes(size));
    if ((await schedules.byCode(code)) === undefined) return code;
  }
}

function zoneNotes(scene: Scene): string[] {
  const notes = zoneNote(scene);
  return notes.length > 0 ? notes : ["That is by your own clock: add a zone for another, as in `… at 9 in UTC`."];
}

function titleOf(
  { name, said, when }: BriefingWish,
  place: string | undefined,
  sections: readonly BriefingSection[],
): string {
  const called = name?.replace(/ (?:briefing|digest)$/i, "");
  if (called !== undefined) return `${capital(called)} briefing`;
  if (/\bmorning\b/i.test(said)) return "Morning briefing";
  if (/\bevening\b/i.test(said)) return "Evening briefing";
  const channel = place?.replace(/^#/, "");
  if (channel !== undefined && sections.length > 1) return `${capital(channel)} briefing`;
  const titles = sections.map(sectionTitle);
  if (titles.length <= 2) return titles.join(" and ");
  const [, , date, , days] = when.crons[0]?.split(" ") ?? [];
  const often = date !== "*" ? "Monthly" : days === "*" ? "Daily" : days === "1-5" ? "Weekday" : "Weekly";
  return `${often} briefing`;
}

function isSameWhen(one: SchedulePlan, other: SchedulePlan): boolean {
  return one.rule.cron === other.rule.cron && one.place.key === other.place.key;
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function lowered(words: string): string {
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}
