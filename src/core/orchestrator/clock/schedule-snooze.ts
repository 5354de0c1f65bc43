import type { Holidays } from "#core/clock/rule/holidays.ts";
import { nextTimes } from "#core/clock/rule/next-times.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import { readWhen } from "#core/orchestrator/wishes/remind-when.ts";
import type { StoredSchedule } from "#core/store/store.ts";
import { requireChangeSchedule } from "./schedule-right.ts";
import { runText } from "./schedule-words.ts";

const DAY_MS = 24 * 60 * 60_000;
const LONGEST_MS = 366 * DAY_MS;

/**
 * Leaves out what a schedule would do before a time that was said, or its next run where none was.
 * @throws NexusError not_allowed
 */
export async function snoozeSchedule(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  said: string,
): Promise<Outcome> {
  await requireChangeSchedule(deps, scene, schedule);
  const until = untilOf(deps, scene, schedule, said);
  if (until === undefined) {
    return {
      replies: [
        alone(
          say(
            "Until when? Say a day, as in `snooze CODE until Monday`, or `for a week`.".replace("CODE", schedule.code),
          ),
        ),
      ],
    };
  }
  if (until.getTime() - scene.now.getTime() > LONGEST_MS) {
    return {
      replies: [alone(say(`That is more than a year. \`pause ${schedule.code}\` stops it until you let it go on.`))],
    };
  }
  return leaveOutUntil(deps, scene, schedule, until);
}

/** Leaves out the runs of one day, where no other comes before them. @throws NexusError not_allowed */
export async function skipDay(
  deps: OrchestratorDeps,
  scene: Scene,
  schedule: StoredSchedule,
  day: string,
): Promise<Outcome> {
  await requireChangeSchedule(deps, scene, schedule);
  const { rule } = schedule.plan;
  const range = dayRange(scene, rule.timeZone, day);
  if (range === undefined) return { replies: [alone(say("Which day? Say `tomorrow`, or a day of the week."))] };
  const [next] = nextTimes(rule, scene.now, 1, holidaysOf(deps, scene, schedule));
  if (next !== undefined && next < range.from) {
    const words = `It runs before that, ${runText(rule, next)}, and I can only leave out what comes next. Say it again after that, or \`snooze ${schedule.code} until\` a day.`;
    return { replies: [alone(say(words))] };
  }
  if (next === undefined || next >= range.to) {
    return {
      replies: [
        alone(say(`It does not run then anyway: next is ${next === undefined ? "never" : runText(rule, next)}.`)),
      ],
    };
  }
  return leaveOutUntil(deps, scene, schedule, range.to);
}

function leaveOutUntil(deps: OrchestratorDeps, scene: Scene, schedule: StoredSchedule, until: Date): Outcome {
  const { org } = scene.turn;
  const { id, code, plan } = schedule;
  const [next] = nextTimes(plan.rule, new Date(until.getTime() - 1), 1, holidaysOf(deps, scene, schedule));
  const then = next === undefined ? "" : ` The next is ${runText(plan.rule, next)}.`;
  const words = `“${inert(plan.title)}” is left out until ${runText(plan.rule, until)}.${then} \`resume ${code}\` takes that back.`;
  return {
    replies: [alone(say(words))],
    audit: [
      {
        act: "schedule.changed",
        outcome: "done",
        actor: actorOf(scene),
        subject: { kind: "schedule", id },
        detail: { what: "snoozed", code, until: until.getTime() },
      },
    ],
    commit: (inside) => inside.forOrg(org).schedules.snooze(id, until),
  };
}

function holidaysOf({ holidays }: OrchestratorDeps, { turn }: Scene, { person, plan }: StoredSchedule): Holidays {
  return holidays.of(turn.org, person, plan.rule);
}

function untilOf(deps: OrchestratorDeps, scene: Scene, schedule: StoredSchedule, said: string): Date | undefined {
  const { plan } = schedule;
  const words = said.trim().toLowerCase();
  if (words === "" || words === "once" || words === "next time" || words === "the next run") {
    const [next] = nextTimes(plan.rule, scene.now, 1, holidaysOf(deps, scene, schedule));
    return next && new Date(next.getTime() + 60_000);
  }
  const counted = /^(?:(?:for )?(an?|one|two|three|four|\d{1,3}) (day|week|month)s?)$/.exec(words);
  if (counted !== null) {
    const [, count = "1", unit = "day"] = counted;
    const number = Number(count) || ["one", "two", "three", "four"].indexOf(count) + 1 || 1;
    return new Date(scene.now.getTime() + number * ({ day: 1, week: 7, month: 30 }[unit] ?? 1) * DAY_MS);
  }
  const timeZone = plan.rule.timeZone;
  if (/^(?:today|tonight|the rest of the day)$/.test(words)) return dayRange(scene, timeZone, "today")?.to;
  const range = dayRange(scene, timeZone, words.replace(/^(?:until|till) /, ""));
  // Until a day is until it begins; with a time, until then.
  const when = readWhen(`at ${words}`, { now: scene.now, timeZone, locale: scene.asker.locale });
  if (when.at === undefined || when.isHourOurs) return range?.from;
  return when.at > scene.now ? when.at : undefined;
}

/** A day that was named, from its beginning to its end by the clocks of a zone. */
function dayRange(scene: Scene, timeZone: string, day: string): { from: Date; to: Date } | undefined {
  const reader = { now: scene.now, timeZone, locale: scene.asker.locale };
  const from = /^(?:today|tonight)$/i.test(day) ? scene.now : readWhen(`${day} at 00:01`, reader).at;
  if (from === undefined) return undefined;
  const days = /week/i.test(day) ? 7 : 1;
  const begin = startOfDay(from, timeZone);
  return { from: begin, to: startOfDay(new Date(begin.getTime() + days * DAY_MS + DAY_MS / 2), timeZone) };
}

function startOfDay(at: Date, timeZone: string): Date {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const minutes = part("hour") * 60 + part("minute");
  return new Date(Math.floor(at.getTime() / 60_000) * 60_000 - minutes * 60_000);
}
