import { checkRule } from "#core/clock/rule/check-rule.ts";
import { sayQuiet } from "#core/clock/rule/say-rule.ts";
import { NexusError } from "#core/contract/errors.ts";
import { channelOf } from "#core/contract/message.ts";
import type { ScheduleRule } from "#core/contract/schedule.ts";
import { refuseDeclared, schedulesMeant, schedulesSeen } from "#core/orchestrator/clock/find-schedules.ts";
import { mayChangeSchedule, requireChangeSchedule } from "#core/orchestrator/clock/schedule-right.ts";
import { whenText } from "#core/orchestrator/clock/schedule-words.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import type { Change } from "./plan-change.ts";
import { alone, offerPlan } from "./plan-offer.ts";
import { offerScheduled } from "./plan-schedules.ts";
import { whichSchedule } from "./plan-schedule-changes.ts";
import type { SaidQuiet } from "./quiet-words.ts";
import { unknownSchedule } from "./unknown-schedule.ts";
import type { QuietOf, QuietWish } from "./wish-quiet.ts";

/**
 * Plans hours or days at which nothing is posted by the clock, for one schedule or for several at once, or tells of those
 * that there are. @throws NexusError not_allowed | schedule_invalid
 */
export async function planQuiet(deps: OrchestratorDeps, scene: Scene, wish: QuietWish): Promise<Outcome> {
  switch (wish.do) {
    case "show":
      return { replies: [alone(say(await quietText(deps, scene)))] };
    case "ask":
      return { replies: [alone(say("From when to when? Say `quiet hours from 10 pm to 7 am`."))] };
    case "set":
    case "off":
      return change(deps, scene, wish);
    default:
      return wish satisfies never;
  }
}

type Wanted = Extract<QuietWish, { do: "set" | "off" }>;

async function change(deps: OrchestratorDeps, scene: Scene, wish: Wanted): Promise<Outcome> {
  const meant = await meantBy(deps, scene, wish.of);
  const [first, ...others] = meant;
  if (first === undefined) return unknownSchedule(deps, scene, "name" in wish.of ? wish.of.name : "");
  if ("name" in wish.of && others.length > 0) return { replies: [alone(whichSchedule(scene, meant))] };
  if (others.length === 0) {
    await requireChangeSchedule(deps, scene, first);
    refuseDeclared(deps, first);
  }
  const all = others.length === 0 ? [changed(deps, first, wish)] : changedAll(deps, meant, wish);
  const changes = all.flatMap((one) => ("change" in one ? [one.change] : []));
  const left = all.flatMap((one) => ("left" in one ? [one.left] : []));
  const [only, ...more] = changes;
  if (only === undefined) {
    const none = "No quiet hours are set there, so there is nothing to turn off.";
    return { replies: [alone(say([...(wish.do === "off" ? [none] : []), ...left].join(" ")))] };
  }
  const { locale } = scene.asker;
  const notes = [...(wish.do === "set" && wish.quiet.is === "hours" ? wish.quiet.notes : []), ...left, STILL_COMES];
  if (more.length === 0) {
    const title = titleOf(wish, `“${inert(only.after.title)}”`, locale);
    return offerScheduled(deps, scene, { title, changes, notes });
  }
  return offerPlan(deps, scene, {
    title: titleOf(wish, `${changes.length} schedules`, locale),
    changes,
    items: changes.map(({ after }) => ({ label: inert(after.title), value: whenText(after.rule, locale) })),
    notes,
    labels: { do: "Change Them", leave: "Not Now" },
  });
}

const STILL_COMES = "Reminders of one time and watches still come when you asked for them.";

/** Those that are meant; of many only those that this person may change. */
async function meantBy(deps: OrchestratorDeps, scene: Scene, of: QuietOf): Promise<StoredSchedule[]> {
  if ("name" in of) return schedulesMeant(deps, scene, of.name);
  const seen = (await schedulesSeen(deps, scene)).filter(
    ({ state, plan }) => state !== "orphaned" && !(of.isBriefings && plan.task.do === "say"),
  );
  const mine = seen.filter(({ person }) => person === scene.person);
  if (of.all === "mine" || scene.conversation.audience === "just_me") return mine;
  const here = seen.filter(({ plan }) => channelOf(plan.place) === channelOf(scene.conversation));
  const may = await Promise.all(here.map((one) => mayChangeSchedule(deps, scene, one)));
  const changeable = here.filter((one, at) => may[at] === true && !deps.isDeclared(one.id));
  // Where all of it is somebody else's, that is said of the first.
  return here.length === 0 ? mine : changeable.length === 0 ? here.slice(0, 1) : changeable;
}

type ScheduleChange = Extract<Change, { set: "schedule" }>;
type Changed =
  | { readonly change: ScheduleChange & { readonly after: NonNullable<ScheduleChange["after"]> } }
  | { readonly left: string }
  | { readonly same: true };

/** @throws NexusError schedule_invalid */
function changed(deps: OrchestratorDeps, schedule: StoredSchedule, wish: Wanted): Changed {
  const { id, code, person, plan } = schedule;
  const title = `“${inert(plan.title)}”`;
  if (deps.isDeclared(id)) return { left: `${title} is set in the configuration of this NEXUS, and stays as it is.` };
  const rule = ruleAfter(plan.rule, wish);
  if (rule === undefined) return { same: true };
  if ("left" in rule) return { left: `${title} ${rule.left}` };
  checkRule(rule);
  return { change: { set: "schedule", id, owner: person, code, before: plan, after: { ...plan, rule } } };
}

/** Of several, one that would never come any more is left as it is, and named. */
function changedAll(deps: OrchestratorDeps, meant: readonly StoredSchedule[], wish: Wanted): Changed[] {
  return meant.map((one) => {
    try {
      return changed(deps, one, wish);
    } catch (thrown) {
      if (!(thrown instanceof NexusError) || thrown.code !== "schedule_invalid") throw thrown;
      return {
        left: `“${inert(one.plan.title)}” comes only then, so it stays as it is: \`pause ${one.code}\` stops it.`,
      };
    }
  });
}

/** The rule as it is to be; undefined where there is nothing to turn off. */
function ruleAfter(rule: ScheduleRule, wish: Wanted): ScheduleRule | { readonly left: string } | undefined {
  const { quiet, ...loud } = rule;
  if (wish.do === "off") return quiet === undefined ? undefined : loud;
  if (wish.quiet.is === "hours") return { ...rule, quiet: wish.quiet.hours };
  return withoutDays(rule, wish.quiet);
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

function withoutDays(
  rule: ScheduleRule,
  { days }: Extract<SaidQuiet, { is: "days" }>,
): ScheduleRule | { readonly left: string } {
  const [minute, hour, date, month, week = "*"] = rule.cron.split(" ");
  const comes = weekdaysOf(week);
  // In a pattern with days of the month, a weekday would be one more day, not one less.
  if (date !== "*" || comes === undefined)
    return { left: "goes by days of the month, so no day of the week can be left out of it." };
  const stays = comes.filter((day) => !days.includes(day));
  if (stays.length === 0) {
    const named = days.map((day) => DAYS[day]).join(" and ");
    throw new NexusError("schedule_invalid", "no day is left of a schedule", {
      say: `It comes only on ${named}, so nothing would be left of it.`,
      hint: "`pause` and its code stops it, `end` and its code ends it.",
    });
  }
  const field = stays.length === 7 ? "*" : stays.join() === "1,2,3,4,5" ? "1-5" : stays.join();
  return { ...rule, cron: [minute, hour, date, month, field].join(" ") };
}

/** The weekdays of a pattern, where it names nothing but such. */
function weekdaysOf(field: string): number[] | undefined {
  if (field === "*") return [0, 1, 2, 3, 4, 5, 6];
  const days = field.split(",").flatMap((part) => {
    const [, from, to = from] = /^([0-7])(?:-([0-7]))?$/.exec(part) ?? [];
    if (from === undefined || to === undefined || to < from) return [undefined];
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, at) => (Number(from) + at) % 7);
  });
  const known = days.filter((day) => day !== undefined);
  return known.length === days.length ? [...new Set(known)].toSorted((a, b) => a - b) : undefined;
}

function titleOf(wish: Wanted, whom: string, locale: string): string {
  if (wish.do === "off") return `turn off the quiet hours of ${whom}`;
  if (wish.quiet.is === "days") {
    const named = wish.quiet.days.map((day) => `${DAYS[day]}s`).join(" and ");
    return `leave out ${named} in ${whom}`;
  }
  return `keep ${whom} quiet ${sayQuiet(wish.quiet.hours, locale).replace(/^not /, "")}`;
}

async function quietText(deps: OrchestratorDeps, scene: Scene): Promise<string> {
  const mine = (await schedulesSeen(deps, scene)).filter(({ person }) => person === scene.person);
  const quiet = mine.flatMap(({ plan: { title, rule }, code }) =>
    rule.quiet === undefined ? [] : [`“${inert(title)}” (\`${code}\`) is ${sayQuiet(rule.quiet, scene.asker.locale)}`],
  );
  const how = "`quiet from 10 pm to 7 am` sets them for what you have set up here.";
  if (quiet.length === 0) return `No quiet hours are set for your schedules. ${how}`;
  return `${quiet.join("; ")}. \`turn off my quiet hours\` ends that.`;
}
