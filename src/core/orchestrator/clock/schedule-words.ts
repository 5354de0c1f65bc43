import { HOUSE_TITLES } from "./briefing/house/house-titles.ts";
import { clockChange } from "#core/clock/rule/clock-change.ts";
import type { Holidays } from "#core/clock/rule/holidays.ts";
import { nextTimes } from "#core/clock/rule/next-times.ts";
import { sayRule } from "#core/clock/rule/say-rule.ts";
import type { PersonId } from "#core/contract/ids.ts";
import { channelOf, type Conversation } from "#core/contract/message.ts";
import { unitsText } from "#core/contract/run-units.ts";
import type { BriefingSection, SchedulePlan, ScheduleRule } from "#core/contract/schedule.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { placeName } from "#core/orchestrator/place-name.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { holidaysText } from "./holidays-text.ts";

type Field = { readonly label: string; readonly value: string };

/** What a schedule does, when and where, as it is read back before and after it is set. */
export function scheduleFields(
  deps: Pick<OrchestratorDeps, "registry" | "holidays">,
  scene: Pick<Scene, "turn" | "person" | "conversation" | "asker" | "now">,
  plan: SchedulePlan,
  owner: PersonId,
): Field[] {
  const holidays = deps.holidays.of(scene.turn.org, owner, plan.rule);
  const fields: Field[] = [
    { label: "What", value: whatText(plan) },
    { label: "When", value: whenText(plan.rule, scene.asker.locale) },
    { label: "Where", value: whereText(plan, scene.conversation) },
    { label: "Next", value: plan.paused ? "paused" : nextText(holidays, scene, plan.rule) },
  ];
  const holidaysAre = plan.rule.skipHolidays ? holidaysText(holidays, scene, owner) : undefined;
  if (holidaysAre !== undefined) fields.push({ label: "Holidays", value: holidaysAre });
  const cost = costText(deps, scene, plan);
  return cost === undefined ? fields : [...fields, { label: "Cost", value: cost }];
}

/** When, in words: `Every weekday at 08:30 Toronto time, but not on holidays`. */
export function whenText(rule: ScheduleRule, locale: string): string {
  const { cron, timeZone } = rule;
  const said = sayRule({ cron, timeZone, skipHolidays: false }, locale);
  const but = sayRule(rule, locale).slice(said.length);
  return `${said.charAt(0).toUpperCase()}${said.slice(1)} ${zoneText(timeZone)}${but}`;
}

/** A zone as people speak of it: `Toronto time`. */
export function zoneText(timeZone: string): string {
  if (timeZone === "UTC" || timeZone === "Etc/UTC") return "UTC";
  return timeZone.includes("/") ? `${cityOf(timeZone)} time` : timeZone;
}

/** The city a zone is named for. */
export function cityOf(timeZone: string): string {
  return timeZone.slice(timeZone.lastIndexOf("/") + 1).replaceAll("_", " ");
}

/** One of its times by the clocks of its zone: `Mon 23 Nov 08:30`. */
export function runText(rule: Pick<ScheduleRule, "timeZone">, at: Date): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: rule.timeZone,
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("weekday")} ${part("day")} ${part("month").slice(0, 3)} ${part("hour")}:${part("minute")}`;
}

/** How often its next times are told. */
const SHOWN_RUNS = 3;

function nextText(holidays: Holidays, { now }: Pick<Scene, "now">, rule: ScheduleRule): string {
  const times = nextTimes(rule, now, SHOWN_RUNS, holidays);
  return times.length === 0
    ? "never: every one of its times is left out"
    : times.map((at) => runText(rule, at)).join(", ");
}

/** What the clocks will do to it, where that deserves a word. */
export function clockNotes(rule: ScheduleRule, now: Date, locale: string): string[] {
  const change = clockChange(rule, now, locale);
  return change === undefined ? [] : [change.note];
}

/** Its sections, or what it says or runs. */
export function whatText({ task }: SchedulePlan): string {
  switch (task.do) {
    case "briefing":
      return task.sections.map(sectionTitle).join(", ");
    case "say":
      return `says: ${inert(task.text)}`;
    case "run":
      return `runs ${task.module}.${task.capability}`;
    default:
      return task satisfies never;
  }
}

/** What a section is called. */
export function sectionTitle(section: BriefingSection): string {
  return section.kind === "capability" ? inert(section.title) : HOUSE_TITLES[section.what];
}

/** Where it posts, as seen from here. */
export function whereText({ place, also }: Pick<SchedulePlan, "place" | "also">, here: Conversation): string {
  return [place, ...also].map((one) => oneWhere(one, here)).join(", and ");
}

function oneWhere(place: Conversation, here: Conversation): string {
  if (place.platform === "email") return `by e-mail to ${inert(place.channelId)}`;
  if (place.kind === "console") return "the terminal";
  if (place.audience === "just_me") return "where only you and I speak";
  return channelOf(place) === channelOf(here) ? `${placeName(place)} (here)` : placeName(place);
}

/** What a call to the outside costs at least, and what our own sections do. */
const UNITS_PER_CALL = 0.1;
const UNITS_INSIDE = 0.02;

function costText(
  { registry }: Pick<OrchestratorDeps, "registry">,
  { turn }: Pick<Scene, "turn">,
  { task }: SchedulePlan,
): string | undefined {
  if (task.do === "say") return undefined;
  const modules = registry.modules(turn.org);
  const used =
    task.do === "run"
      ? [task.module]
      : task.sections.flatMap((section) => (section.kind === "capability" ? [section.module] : []));
  if (used.length === 0) return undefined;
  const units = used.map((name) => {
    const hosts = modules.find(({ manifest }) => manifest.name === name)?.manifest.hosts ?? [];
    return hosts.length === 0 ? UNITS_INSIDE : UNITS_PER_CALL;
  });
  const sum = units.reduce((total: number, one) => total + one, 0);
  return `about ${unitsText(Math.round(sum * 100) / 100)} a run, counted as its owner's`;
}

/** What becomes of a time that NEXUS was not running for, in a line. */
export function misfireText({ misfire, lateMinutes }: Pick<SchedulePlan, "misfire" | "lateMinutes">): string {
  switch (misfire) {
    case "late":
      return `If I am not running then, I post it up to ${hoursText(lateMinutes)} late, and leave it out after that.`;
    case "skip":
      return "If I am not running then, I leave it out.";
    case "ask":
      return "If I am not running then, I ask you whether you still want it.";
    default:
      return misfire satisfies never;
  }
}

/** What a briefing does when there is nothing new, as it follows that; empty for what always says something. */
export function nothingText({ task }: Pick<SchedulePlan, "task">): string {
  if (task.do !== "briefing") return "";
  return task.whenNothing === "line" ? " With nothing new it is one line." : " With nothing new I post nothing.";
}

function hoursText(minutes: number): string {
  if (minutes % 60 !== 0) return `${minutes} minutes`;
  return minutes === 60 ? "an hour" : `${minutes / 60} hours`;
}
