import { moment } from "#core/contract/moment.ts";
import type { Action, Part, Reply } from "#core/contract/reply.ts";
import { buttons, clip, type Composer } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";
import type { BriefedSchedule, ScheduleOwner } from "./briefed.ts";
import { lateWords } from "./late.ts";
import type { Readers } from "./readers.ts";
import type { Section } from "./section.ts";
import { whoseWords } from "./whose-words.ts";

/** What a post is drawn from. */
export interface BriefingDrawing {
  readonly schedule: BriefedSchedule;
  readonly owner: ScheduleOwner;
  readonly sections: readonly Section[];
  readonly readers: Readers;
  /** The slot's time, and the time of the run. */
  readonly at: Date;
  readonly now: Date;
  readonly composer: Composer;
}

/** The heading, what is late, what it rests on and whose it is take four of the twelve lines of a post. */
const MOST_LINES = 8;
const MOST_FIXES = 2;
/** A notification and a subject are one line. */
const SUMMARY_CHARS = 300;

/** A briefing as it is posted: at most a dozen lines and one picture; the rest is one press away. */
export function drawBriefing(drawing: BriefingDrawing): Reply {
  const { schedule, sections, at, now } = drawing;
  const heading = headingOf(drawing);
  const late = lateWords(at, now);
  const chart = sections.find((section) => section.chart !== undefined)?.chart;
  const isBroken = sections.every(({ state }) => state === "failed");
  const parts: Part[] = [
    { type: "heading", text: heading },
    ...(late === undefined ? [] : [{ type: "context", markdown: late } as const]),
    ...(isBroken ? [{ type: "notice", tone: "warning", text: NONE_READ } as const] : []),
    { type: "text", markdown: linesOf(sections, isBroken ? MOST_LINES - 1 : MOST_LINES).join("\n") },
    ...(chart === undefined ? [] : [chart]),
    ...restsOn(sections, now),
    { type: "context", markdown: whoseWords(drawing.schedule.plan) },
    ...buttons(actionsOf(drawing)),
  ];
  const short = isBroken ? NONE_READ : sections.map(({ title, lines: [first = ""] }) => `${title}: ${first}`).join(" ");
  const summary = clip(`${heading}${late === undefined ? "" : ` (${late})`}: ${short}`, SUMMARY_CHARS);
  return { summary, parts, visibility: "everyone", schedule: schedule.id };
}

const NONE_READ = "None of it could be read.";

/** One line where there is nothing new. */
export function drawNothing(drawing: BriefingDrawing): Reply {
  const summary = `${headingOf(drawing)}: nothing new.`;
  return {
    summary,
    parts: [
      { type: "text", markdown: summary },
      { type: "context", markdown: whoseWords(drawing.schedule.plan) },
    ],
    visibility: "everyone",
    schedule: drawing.schedule.id,
  };
}

function headingOf({ schedule, owner, now }: BriefingDrawing): string {
  return `${inert(schedule.plan.title)}, ${dayIn(now, owner.asker)}`;
}

/** The day by the schedule's own clock, in the language of the rest. */
function dayIn(at: Date, { locale, timeZone }: ScheduleOwner["asker"]): string {
  const english = /^en\b/i.test(locale) ? locale : "en-GB";
  const day = new Intl.DateTimeFormat(english, { timeZone, weekday: "long", day: "numeric", month: "long" });
  return day.format(at);
}

/** One line each; a second one as long as there is room. */
function linesOf(sections: readonly Section[], most: number): string[] {
  let free = most - sections.length;
  return sections.flatMap(({ title, lines: [first = "", second] }) => {
    const line = `- **${title}:** ${first}`;
    if (second === undefined || free <= 0) return [line];
    free -= 1;
    return [line, `  ${second}`];
  });
}

/** As of when, and which of it is made up. */
function restsOn(sections: readonly Section[], now: Date): Part[] {
  const old = sections.filter(({ asOf }) => asOf !== undefined && now.getTime() - asOf.getTime() > FRESH_MS);
  const samples = sections.filter(({ isSample }) => isSample === true);
  const words = [
    `As of ${moment(now, "time")}`,
    ...old.map(({ title, asOf = now }) => `${title} as of ${moment(asOf, "time")}`),
    ...(samples.length === 0 ? [] : [`**Sample data**, generated: ${samples.map(({ title }) => title).join(", ")}`]),
  ];
  return [{ type: "context", markdown: words.join(" · ") }];
}

/** What is younger than this is of now. */
const FRESH_MS = 60_000;

function actionsOf({ schedule, owner, sections, readers, composer }: BriefingDrawing): Action[] {
  const { id } = schedule;
  const fixes = sections.flatMap(({ title, fix }) =>
    fix === undefined
      ? []
      : [composer.button(titleCase(clip(`Fix ${title}`, 75)), { verb: "con", ...fix, asked: owner.person }, "primary")],
  );
  return [
    ...fixes.slice(0, MOST_FIXES),
    composer.button("More", { verb: "sch", schedule: id, do: "more" }),
    composer.button("Snooze", { verb: "sch", schedule: id, do: "snooze" }),
    // Where only one person reads, it is only theirs already.
    ...(readers === "alone" ? [] : [composer.button("Only Me", { verb: "sch", schedule: id, do: "only_me" })]),
    composer.button("Settings", { verb: "sch", schedule: id, do: "settings" }),
  ];
}
